// Every quota of this service in one table. Lengths that both sides of the contract keep are in the protocol.
import { limits } from "@assent/protocol";

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

const evaluationsPerDay = 100;

export const quotas = {
  registration: {
    codeLifetimeMs: limits.codeSeconds * second,
    /** Wrong and right codes alike, for one session. */
    triesPerSession: 3,
    claimLifetimeMs: 10 * minute,
    /** How far from now a consent may say it was given. */
    consentAgeMs: day,
    /**
     * Codes that one network asks for to one number: how long after the first, the second, … the next may be asked for.
     * Whoever proves the number starts anew.
     */
    codes: {
      kind: "paced",
      pausesMs: [0, minute, 2 * minute, 5 * minute, 10 * minute],
      windowMs: limits.nextCodeSeconds * second,
    },
    /** SMS to one number, whoever asks: with three tries for each, 24 guesses a day at most. */
    sms: { kind: "windowed", most: 6, windowMs: day },
    /** And beyond these, each for a network that has not asked for one to this number in the window. */
    smsFromElsewhere: { kind: "windowed", most: 2, windowMs: day },
    /** Of the caps for calling codes, networks and the cell. */
    smsWindowMs: day,
    /** Codes that nobody proves, of a day's SMS: beyond these no more go to where they went. */
    unproved: {
      shareOfCallingCode: 1 / 10,
      leastOfCallingCode: 100,
      shareOfRange: 1 / 50,
      leastOfRange: 30,
      provedOutweighs: 5,
      remembered: 10_000,
      windowMs: day,
    },
    /** Where half of a share, of a day or of what may be unproved is used: 2^14 hashes there, 2^17 where all of it is. */
    work: {
      from: 1 / 2,
      leastBits: 10,
      mostBits: limits.workBits,
      challengeLifetimeMs: 5 * minute,
    },
    /** Sealed numbers that were opened, remembered so that none is opened twice. */
    sealsRemembered: 100_000,
    /** Registrations started from one address on the Internet. */
    startsPerPeer: { kind: "refilled", most: 100, refillMs: hour / 100 },
  },
  smsRelay: {
    /** Texts that one account has sent by SMS. */
    named: { kind: "windowed", most: 10, windowMs: day },
    /** How often it asks for one of them, also where it cannot be sent: each time a seal is opened. As often for a name. */
    asked: { kind: "refilled", most: 40, refillMs: day / 48 },
    /** Texts to one number, of all accounts together. */
    toNumber: { kind: "windowed", most: 5, windowMs: day },
    windowMs: day,
    /** Of a name that was given to an SMS, and how long what was sent under it is remembered: a day longer, to be sure. */
    nameGoodForMs: day,
    rememberedMs: 2 * day,
    validForMs: day,
    answerWithinMs: 5 * second,
  },
  accounts: {
    /** How often a device begins anew: each time what waits is gone, and all its KeyPackages are replaced. */
    restarts: { kind: "refilled", most: 8, refillMs: 3 * hour },
    /** How long it is remembered that an account ended. */
    endedKeptMs: 400 * day,
  },
  discovery: {
    /** Numbers an account may have evaluated at first, and the most it can save up; and one more each so often. */
    evaluations: { kind: "refilled", most: 2_000, refillMs: day / evaluationsPerDay },
    evaluationsPerDay,
    /** Of the cap for the whole cell. */
    cellWindowMs: day,
    peoplePerBucket: 1_024,
    /** How often in such a time those who come are published at once, before they are together. */
    joinsAtOnce: 16,
    joinsEveryMs: minute,
  },
  directory: {
    singleUseKeyPackagesPerDevice: 200,
    takesPerPeer: { kind: "refilled", most: 1_000, refillMs: hour / 1_000 },
    /** KeyPackages for single use that anybody takes of one account; beyond these there is the last resort. */
    takesOfAccount: { kind: "refilled", most: 60, refillMs: day / 60 },
    /** KeyPackages that one device adds. */
    adds: { kind: "refilled", most: 800, refillMs: day / 800 },
    /**
     * How long those for single use are there, and it is remembered which came: with the day that it takes to be sure, as
     * long as they live.
     */
    keyPackagesSeenMs: 89 * day,
  },
  /** Those who wait at once for what is dear to compute: to open a number, or to have some evaluated. */
  computing: {
    registrations: { most: 64, retryAfterSeconds: 5 },
    evaluations: { most: 64, retryAfterSeconds: 5 },
  },
  operating: {
    /** So long after the disk failed for the last time, the service counts as well. */
    wellAfterMs: minute,
    /** How often a line of counts is logged. */
    countsEveryMs: minute,
  },
  counting: {
    /** Addresses on the Internet whose counts are in memory at once. */
    peersRemembered: 100_000,
  },
  /** How often sessions, spent claims, counts and the journal are rid of what is over. */
  shortLived: { sweepEveryMs: minute },
  mailbox: {
    envelopesPerMailbox: 10_000,
    bytesPerMailbox: 256 * 1_024 * 1_024,
    /** Bytes that wait through all provisional addresses of a mailbox together, and through one other address. */
    provisionalBytesPerMailbox: 16 * 1_024 * 1_024,
    fullBytesPerAddress: 32 * 1_024 * 1_024,
    blockedSerialsPerMailbox: 10_000,
    /** Taken back in 30 days: from one mailbox, and through one address. */
    revokedOfMailbox: 1_000,
    revokedOfAddress: 100,
    /** How often it may be asked that one is taken back: twice where an answer was lost. */
    revokesOfEnvelope: { kind: "windowed", most: 3, windowMs: 30 * day },
    /** Handed to a socket and not yet acknowledged. */
    unacknowledgedEnvelopes: 256,
    unacknowledgedBytes: 1_048_576,
    unacknowledgedBytesAtFirst: 32_768,
    leastUnacknowledgedBytes: 16_384,
    quickAcknowledgementMs: 2 * second,
    lateAcknowledgementMs: 6 * second,
    /** How long it is remembered which positions expired. */
    expiredRangeMs: 400 * day,
    sweepEveryMs: hour,
  },
  sockets: {
    /** And connections of every kind: of these, sockets leave the sixteenth part to requests. */
    open: 20_000,
    /** A socket is not read on while more than this of what it asked is unanswered. */
    requestsInFlight: 1_024,
    bytesInFlight: 256 * 1_024,
    /** Nor, where it has something under way, while all together have more than this. */
    bytesInFlightOfAll: 64 * 1_048_576,
    /** Nor while more than this waits to be sent to it. */
    bytesUnsent: 512 * 1_024,
    /** Parts of a message: of half-sent frames the chunks that came, of fragmented ones the fragments. */
    fragments: 16,
    chunks: 4_096,
    /** What all sockets together have of messages that have not come whole. */
    begunBytes: 64 * 1_048_576,
    /** How long a message may take to come whole, beside the time that its bytes take on the slowest line. */
    begunMs: 30 * second,
    leastBytesPerSecond: 2_048,
    /** Time for a device to answer the challenge. */
    unknownMs: 10 * second,
    /** Devices that were let in by their signature, remembered so that they may come back without one; and for how long. */
    returns: { most: 100_000, forMs: day },
    /** Devices that are let in at once; the others wait for their turn. */
    enteringAtOnce: 16,
    /** Upgrades in one turn of the event loop. */
    upgradesPerTurn: 4,
    pingEveryMs: 30 * second,
    /** Pings that an outbox may let pass without asking anything. */
    idlePulses: 4,
  },
  push: {
    /** How often one device says where it is woken. */
    sets: { kind: "refilled", most: 20, refillMs: hour },
    /** To one device, at most once in such a time. */
    everyMs: 30 * second,
    /** Under way at once, and waiting for their turn. */
    atOnce: 16,
    mostWaiting: 10_000,
    answerMs: 10 * second,
    /** How long a connection is kept that nothing goes over. */
    idleMs: minute,
    /** How long a push service that is down, or has had enough, is left alone; each time twice as long. */
    firstRestMs: 30 * second,
    longestRestMs: hour,
    /** Far more than there are; others can be made up. */
    mostResting: 1_000,
  },
  http: {
    /** Time to send a whole request. */
    requestMs: 30 * second,
    keepAliveMs: 65 * second,
    /** Time to send its head. */
    headersMs: 15 * second,
    /** How long a peer may take nothing of an answer, nor send anything of a request. */
    stalledMs: 30 * second,
    /** How often connections are looked at for these. */
    checkEveryMs: 5 * second,
    /** Then a connection ends, so that none is held for ever. */
    requestsPerConnection: 1_000,
    /** Time for requests under way when the service stops. */
    stopMs: 2 * second,
  },
  sms: {
    /** The fake transport forgets the oldest beyond this. */
    fakeMessages: 1_000,
    smpp: {
      /** As most SMSCs allow without being asked. */
      window: 10,
      bindMs: 10 * second,
      answerMs: 20 * second,
      quietMs: 30 * second,
      closeMs: second,
      firstPauseMs: second,
      longestPauseMs: minute,
      patienceMs: 5 * second,
      throttledPausesMs: [second, 2 * second, 4 * second],
      receiptsAwaited: 10_000,
      incompleteTexts: 1_000,
      incompleteMs: 10 * minute,
    },
    http: {
      answerMs: 8 * second,
      pausesMs: [second, 3 * second],
      mostNotTaken: 3,
      reportsAwaited: 10_000,
      /** Texts of people, so that one that a provider tells of twice is heard once. */
      textsRemembered: 10_000,
      /** As the providers' documents propose. */
      signatureAgeMs: 5 * minute,
    },
    /** Of several transports, when one is asked after the others. */
    health: {
      mostNotTaken: 3,
      mostFailed: 5,
      firstRestMs: minute,
      longestRestMs: 30 * minute,
    },
    spool: { lookEveryMs: second, takenWithinMs: 20 * second, reportsAwaited: 10_000 },
  },
} as const;

export type RegistrationQuotas = typeof quotas.registration;
export type DirectoryQuotas = Pick<
  typeof quotas.directory,
  "singleUseKeyPackagesPerDevice" | "takesOfAccount" | "adds" | "keyPackagesSeenMs"
>;
export type MailboxQuotas = typeof quotas.mailbox;
