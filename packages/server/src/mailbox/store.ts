// What the mailboxes keep: envelopes, in the order they came, until acknowledged. The port that storage implements.
// Every method resolves when what it did is durable. A position is never given out twice in one mailbox, and one that is
// visible has no lower one still to come.

/** As capabilities have it. */
export type AddressKind = "provisional" | "full" | "group";

export interface StoredPut {
  readonly mailboxId: Uint8Array;
  /** The capability's: another than the mailbox's is of former addresses. */
  readonly generation: number;
  readonly serial: Uint8Array;
  readonly kind: AddressKind;
  readonly envelopeId: Uint8Array;
  /** At least one byte. */
  readonly body: Uint8Array;
  readonly quiet: boolean;
  readonly now: number;
  readonly limit: PutLimit;
  /** An inbox is open: where all before it was handed out, it is handed out with this put. */
  readonly handsOut: boolean;
  /** Which one of the same call must be stored first, counted from 0; -1 for none. */
  readonly after: number;
}

/** Of what waits, until it is acknowledged; what a blocked address dropped has its share too. */
export interface PutLimit {
  readonly envelopes: number;
  readonly bytes: number;
  /** Through all provisional addresses together. */
  readonly provisionalEnvelopes: number;
  readonly provisionalBytes: number;
  /** Through one other address. */
  readonly fullEnvelopes: number;
  readonly fullBytes: number;
}

export type StoredPutOutcome =
  | PutInPlace
  /** The mailbox has this envelope id already, at this position. */
  | { readonly kind: "duplicate"; readonly position: number }
  | { readonly kind: "full" }
  /** The generation is not the mailbox's. */
  | { readonly kind: "former" }
  /** Its account ended: the journal says so. */
  | { readonly kind: "gone" }
  /** Not there, and the journal does not know why. */
  | { readonly kind: "unknown" }
  /** The one it was to come after was not stored. */
  | { readonly kind: "after-refused" };

export interface PutInPlace {
  /** dropped: the serial is blocked, and no bytes are kept. What is provisional never is. */
  readonly kind: "stored" | "dropped";
  readonly position: number;
  /** Whether it counts as handed out with this. */
  readonly handed: boolean;
}

/** Where a mailbox stands. */
export interface StoredMailbox {
  readonly generation: number;
  /** Everything up to it is acknowledged. */
  readonly acknowledged: number;
  /** Everything up to it was handed out, or expired. */
  readonly handed: number;
}

export type MailboxState =
  | ({ readonly kind: "there" } & StoredMailbox)
  | { readonly kind: "gone" | "unknown" };

export interface WaitingEnvelope {
  readonly position: number;
  readonly envelopeId: Uint8Array;
  readonly serial: Uint8Array;
  readonly body: Uint8Array;
}

export interface TakeLimit {
  readonly envelopes: number;
  /** Of bodies; the first envelope is taken even where it is longer. */
  readonly bytes: number;
}

export interface Taken {
  readonly envelopes: readonly WaitingEnvelope[];
  /** Whether others wait behind these. */
  readonly more: boolean;
  /** Everything up to it counts as handed out: the last of these, and positions without bytes that follow it. */
  readonly handed: number;
}

export interface MailboxStore {
  /** Of the whole store; begins anew with a restored backup. */
  lineage(): Promise<number>;

  state(mailboxId: Uint8Array): Promise<MailboxState>;

  /**
   * Puts, in their order, and their outcomes in the same. Each is decided by itself; one that was to come after another
   * is stored only where that one is, was, or was dropped. A duplicate and what is dropped are written as durably as
   * what is stored, so that the time it takes tells no sender which it was.
   */
  put(puts: readonly StoredPut[]): Promise<readonly StoredPutOutcome[]>;

  /** Whether the envelope of a position of the current generation expired before it was handed out. */
  expired(mailboxId: Uint8Array, position: number): Promise<boolean>;

  /**
   * Envelopes after a position, ascending; they stay, and count as handed out from now on. Undefined where the mailbox
   * is not there, or is of another generation.
   */
  take(
    mailboxId: Uint8Array,
    generation: number,
    after: number,
    limit: TakeLimit,
  ): Promise<Taken | undefined>;

  /**
   * Deletes everything up to and including the position, and what was dropped right behind it. Their bytes leave the
   * disk soon after. False, and nothing done, where something up to the position was not handed out, or the mailbox is
   * not there, or is of another generation.
   */
  acknowledge(mailboxId: Uint8Array, generation: number, position: number): Promise<boolean>;

  /** False, and nothing done, where more than `most` serials would be blocked. */
  block(
    mailboxId: Uint8Array,
    change: { readonly block: readonly Uint8Array[]; readonly unblock: readonly Uint8Array[] },
    most: number,
  ): Promise<boolean>;

  /**
   * Deletes envelopes put before `before`, remembers which positions expired that were not handed out, and forgets what
   * expired before `forgetBefore`. Does a part only, and answers whether there is more to do.
   */
  expire(now: number, before: number, forgetBefore: number): Promise<boolean>;
}
