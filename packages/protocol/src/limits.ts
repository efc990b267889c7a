// Lengths and counts that both sides hold each other to. Quotas of the service alone are in its own room.

export const limits = {
  /** UTF-8 bytes of one text. */
  textBytes: 64_000,
  /** And of one to somebody who has not answered yet. */
  unansweredTextBytes: 8_192,
  /** Bytes of one envelope's body: 16 times the largest fixed padding step. */
  envelopeBytes: 262_144,
  /** And of one through a provisional address. */
  provisionalEnvelopeBytes: 65_536,
  /** Bytes of one WebSocket frame. */
  frameBytes: 1_048_576,
  /** Bytes of one unary request. */
  requestBytes: 1_048_576,
  /** Puts or status queries in one outbox frame. */
  itemsPerFrame: 256,
  capabilityBytes: 256,
  /** Devices that a text is taken back from at once. */
  revokeTargets: 16,
  keyPackageBytes: 8_192,
  keyPackagesPerRequest: 100,
  manifestBytes: 16_384,
  /** Exactly. */
  sealedRecordBytes: 256,
  /** Evaluating this many takes less than a tenth of a second of the one thread there is. */
  blindedElementsPerRequest: 100,
  capabilitiesPerRequest: 100,
  addressesPerBlock: 1_000,
  /** Of the address that a browser's push service gives out. */
  pushEndpointBytes: 2_048,
  /** Messages of a new group that come with its Welcome; more are not read. */
  firstContactMessages: 16,
  /** Groups with one person that are read; of more, the oldest are given up. */
  groupsPerPerson: 8,
  /** Groups that a first contact may say are lost. */
  lostGroups: 64,
  deviceNameCharacters: 64,
  /** Names of what a device, a manifest or a cell offers. */
  features: 32,
  featureCharacters: 32,
  /** Where a cell is reached. */
  origins: 8,
  /** What whoever runs a cell says of it. */
  operatorNameCharacters: 60,
  operatorImprintCharacters: 500,
  policySupplementBytes: 8_192,
  /** SMS that one call asks after. */
  smsStates: 16,
  /** Of the work that is asked for before an SMS; a phone does no more. */
  challengeBytes: 64,
  workBits: 13,
  /** How long a code can be typed. */
  codeSeconds: 600,
  /** And how long after one the next may be asked for, at most. */
  nextCodeSeconds: 3_600,
  /** How long an envelope waits for its device. */
  envelopeDays: 30,
  /** How long a capability of each kind can be put through. */
  capabilityDays: { provisional: 31, full: 90, group: 400 },
  /** Waiting envelopes through all provisional capabilities of a mailbox together. */
  provisionalEnvelopes: 500,
  /** Waiting envelopes through one full capability. */
  fullEnvelopes: 2_000,
} as const;
