// What the mailboxes keep: envelopes, in the order they came, until acknowledged. The port that storage
// implements. Every method resolves when what it did is durable. A position is never given out twice in one
// mailbox, and one that is visible has no lower one still to come.

export interface StoredPut {
  readonly mailboxId: Uint8Array;
  readonly serial: Uint8Array;
  readonly provisional: boolean;
  readonly envelopeId: Uint8Array;
  readonly body: Uint8Array;
  readonly now: number;
  readonly limit: PutLimit;
}

export interface PutLimit {
  readonly envelopes: number;
  readonly bytes: number;
  /** Through one provisional serial. */
  readonly provisionalEnvelopes: number;
}

export type StoredPutOutcome =
  | { readonly kind: "stored"; readonly position: number }
  /** duplicate: the mailbox has this envelope id already. dropped: the serial is blocked. */
  | { readonly kind: "duplicate" | "dropped" | "full" | "gone" };

export type StoredStatus =
  | { readonly kind: "waiting"; readonly position: number }
  | { readonly kind: "not-there" }
  | { readonly kind: "expired" }
  | { readonly kind: "gone" };

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
}

export interface MailboxStore {
  put(put: StoredPut): Promise<StoredPutOutcome>;

  status(mailboxId: Uint8Array, envelopeId: Uint8Array): Promise<StoredStatus>;

  /** Envelopes after a position, ascending; they stay. Undefined where the mailbox is gone. */
  take(mailboxId: Uint8Array, after: number, limit: TakeLimit): Promise<Taken | undefined>;

  /**
   * Deletes everything up to and including the position. Their bytes leave the disk soon after. False, and
   * nothing done, where that would delete an envelope after `handed`, or no envelope had the position yet.
   */
  acknowledge(mailboxId: Uint8Array, position: number, handed: number): Promise<boolean>;

  /** False, and nothing done, where more than `most` serials would be blocked. */
  block(
    mailboxId: Uint8Array,
    change: { readonly block: readonly Uint8Array[]; readonly unblock: readonly Uint8Array[] },
    most: number,
  ): Promise<boolean>;

  /**
   * Deletes envelopes put before `before`, remembers that they expired, and forgets what expired before
   * `forgetBefore`. Does a part only, and answers whether there is more to do.
   */
  expire(now: number, before: number, forgetBefore: number): Promise<boolean>;
}
