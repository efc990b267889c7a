// Every quota of this service in one table. Lengths that both sides of the contract keep are in the protocol.

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

export const quotas = {
  registration: {
    codeLifetimeMs: 10 * minute,
    /** Wrong and right codes alike, for one session. */
    triesPerSession: 5,
    claimLifetimeMs: 10 * minute,
    /** How far from now a consent may say it was given. */
    consentAgeMs: day,
    /**
     * Codes sent to one number: how long after the first, the second, … the next may be asked for, and none
     * after the last until the window ends. Whoever proves the number starts anew.
     */
    codePausesMs: [0, minute, 2 * minute, 5 * minute],
    codeWindowMs: hour,
    /** Registrations started from one address on the Internet. */
    startsPerPeer: { count: 100, windowMs: hour },
  },
  discovery: {
    /** Numbers an account may have evaluated at first, and the most it can save up. */
    evaluationsAtFirst: 2_000,
    /** One more each so often: 100 a day. */
    evaluationRefillMs: day / 100,
    peoplePerBucket: 1_024,
  },
  directory: {
    singleUseKeyPackagesPerDevice: 200,
    takesPerPeer: { count: 1_000, windowMs: hour },
  },
  mailbox: {
    envelopesPerMailbox: 10_000,
    bytesPerMailbox: 256 * 1_024 * 1_024,
    blockedSerialsPerMailbox: 10_000,
    /** Handed to a socket and not yet acknowledged. */
    unacknowledgedEnvelopes: 256,
    unacknowledgedBytes: 1_048_576,
    /** How long it is remembered that an envelope expired. */
    expiredTombstoneMs: 60 * day,
    sweepEveryMs: hour,
  },
  sockets: {
    open: 20_000,
    /** A socket is not read on while more than this of what it asked is unanswered. */
    requestsInFlight: 1_024,
    bytesInFlight: 4 * 1_048_576,
    /** Nor while more than this waits to be sent to it. */
    bytesUnsent: 2 * 1_048_576,
    pingEveryMs: 30 * second,
  },
  http: {
    /** Time to send a whole request. */
    requestMs: 30 * second,
    keepAliveMs: 65 * second,
    /** Time for requests under way when the service stops. */
    stopMs: 2 * second,
  },
  authentication: {
    /** Nonces remembered at once; beyond it requests are refused until some are forgotten. */
    nonces: 1_000_000,
  },
  sms: {
    /** The fake transport forgets the oldest beyond this. */
    fakeMessages: 1_000,
  },
} as const;

export type RegistrationQuotas = typeof quotas.registration;
export type MailboxQuotas = typeof quotas.mailbox;
export type DiscoveryQuotas = typeof quotas.discovery;
