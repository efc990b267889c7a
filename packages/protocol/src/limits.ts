// Lengths and counts that both sides hold each other to. Quotas of the service alone are in its own room.

export const limits = {
  /** UTF-8 bytes of one text. */
  textBytes: 64_000,
  /** Bytes of one envelope's body: 16 times the largest fixed padding step. */
  envelopeBytes: 262_144,
  /** Bytes of one WebSocket frame. */
  frameBytes: 1_048_576,
  /** Bytes of one unary request. */
  requestBytes: 1_048_576,
  /** Puts or status queries in one outbox frame. */
  itemsPerFrame: 256,
  capabilityBytes: 256,
  keyPackageBytes: 8_192,
  keyPackagesPerRequest: 100,
  manifestBytes: 16_384,
  sealedRecordBytes: 256,
  /** Evaluating this many takes less than a tenth of a second of the one thread there is. */
  blindedElementsPerRequest: 100,
  capabilitiesPerRequest: 100,
  addressesPerBlock: 1_000,
  /** Messages of a new group that come with its Welcome; more are not read. */
  firstContactMessages: 16,
  /** Groups with one person that are read; of more, the oldest are given up. */
  groupsPerPerson: 8,
  /** Groups that a first contact may say are lost. */
  lostGroups: 64,
  deviceNameCharacters: 64,
  /** How far a device's clock may be off in a signed request. */
  clockSkewSeconds: 600,
  /** How long an envelope waits for its device. */
  envelopeDays: 30,
  capabilityDays: 90,
  /** Waiting envelopes through one provisional capability. */
  provisionalEnvelopes: 1_000,
} as const;
