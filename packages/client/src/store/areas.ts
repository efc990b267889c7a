// The tables of a profile, and what each is of: the owner's history, their account, or this device alone. It decides what a
// copy that is to be restored elsewhere may hold: nothing of this device, whose keys are used once.

/**
 * history: what was said, with whom, and what left. The owner's, and in any copy of it.
 * account: who the people are that the owner writes with. Of use wherever the account is.
 * device: keys, MLS state, rights to write to a mailbox, and what is under way. In no copy: restored, it would use keys twice.
 */
export type Area = "history" | "account" | "device";

export const areas = {
  // Holds the keys of account and device, side by side.
  profile: "device",
  contacts: "history",
  contactPhotos: "history",
  numbers: "account",
  people: "account",
  conversations: "history",
  conversationIds: "history",
  messages: "history",
  messageIds: "history",
  threads: "history",
  kept: "history",
  unapplied: "history",
  annotations: "history",
  waiting: "history",
  undelivered: "history",
  expiring: "history",
  ledger: "history",
  ledgerTotals: "history",
  groups: "device",
  groupParts: "device",
  keyPackages: "device",
  given: "device",
  spare: "device",
  queue: "device",
  goingOver: "device",
  outgoing: "device",
  awaited: "device",
  deliveries: "device",
  relayed: "device",
  receipts: "device",
  unshown: "device",
  seen: "device",
} as const satisfies Readonly<Record<string, Area>>;

export type TableName = keyof typeof areas;
