// What the mailboxes keep: envelopes, in the order they came, until acknowledged. The port that storage implements.
// Whoever is told or answered, is it when what was done is durable. A position is never given out twice in one mailbox,
// and one that is visible has no lower one still to come.
// What happens for every text has no promise and looks nothing up: callers keep a reference to each mailbox, and are told
// of all that became durable together in one go.

/** As capabilities have it. */
export type AddressKind = "provisional" | "full" | "group";

/** One mailbox, for the store that gave the reference. To be kept by whoever calls again and again. */
export interface MailboxRef {
  readonly mailboxId: Uint8Array;
}

/** What a capability says. One does for many puts. */
export interface PutAddress {
  readonly mailbox: MailboxRef;
  /** Another than the mailbox's is of former addresses. */
  readonly generation: number;
  readonly serial: Uint8Array;
  readonly kind: AddressKind;
}

/** An envelope where it stands, in a frame or in what was read of a file: to look at it costs no object of its own. */
export interface EnvelopeBytes {
  /** Do not change as long as anybody has them. */
  readonly bytes: Uint8Array;
  /** 32 bytes. */
  readonly envelopeIdAt: number;
  readonly bodyAt: number;
  /** At least 1. */
  readonly bodyLength: number;
}

export interface StoredPut extends EnvelopeBytes {
  readonly address: PutAddress;
  readonly quiet: boolean;
  readonly now: number;
  readonly limit: PutLimit;
  /** An inbox is open: where all before it was handed out, it is handed out with this put. */
  readonly handsOut: boolean;
  /** Which one of the same call must be stored first, counted from 0; -1 for none. */
  readonly after: number;
}

/** Of what waits, until it is acknowledged; what a blocked address dropped has its share too, as if it had its bytes. */
export interface PutLimit {
  readonly envelopes: number;
  readonly bytes: number;
  /** Through all provisional addresses together; room comes back on the full hour. */
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
  /** It was taken back before. */
  | { readonly kind: "revoked" }
  /** The generation is not the mailbox's. */
  | { readonly kind: "former" }
  /** Its account ended: the journal says so. */
  | { readonly kind: "gone" }
  /** Not there, and the journal does not know why. */
  | { readonly kind: "unknown" }
  /** The one it was to come after was not stored. */
  | { readonly kind: "after-refused" }
  /** The disk is full: nothing was done, and later it may be. */
  | { readonly kind: "busy" };

export interface PutInPlace {
  /**
   * dropped: the serial is blocked, and no bytes are kept; otherwise it is as what is stored, taken and acknowledged. What
   * is provisional never is.
   */
  readonly kind: "stored" | "dropped";
  readonly position: number;
  /** Whether it counts as handed out with this. */
  readonly handed: boolean;
}

/** Is told of its own calls; of all that became durable together, without a pause. It must not throw. */
export interface PutListener {
  /** @param outcomes one for each of the puts of one call, in their order */
  putsSettled(puts: readonly StoredPut[], outcomes: readonly StoredPutOutcome[]): void;
}

/** An envelope that is to be taken back. */
export interface StoredRevoke {
  readonly address: PutAddress;
  /** 32 bytes. */
  readonly envelopeId: Uint8Array;
  /** Where it was stored, of the address's generation; undefined where that is not known. */
  readonly position: number | undefined;
}

/** Of what was taken back in the last 30 days. */
export interface RevokeLimit {
  /** From one mailbox, and through one address. */
  readonly ofMailbox: number;
  readonly ofAddress: number;
}

export interface StoredRevokeOutcome {
  /**
   * revoked: none was handed out, and none will be. not-known: none will be, and of one it is not known whether it was: it
   * was not waiting to be handed out, and no position was shown of it; or its generation is not the mailbox's. The others
   * changed nothing. handed: the position of one was. too-many: more than the limit would be taken back, whatever waits.
   * gone, unknown: a mailbox is not there, as `StoredPutOutcome` has it.
   */
  readonly kind: "revoked" | "not-known" | "handed" | "too-many" | "gone" | "unknown";
}

/** As `PutListener`. */
export interface AcknowledgeListener {
  acknowledgeSettled(position: number, isDone: boolean): void;
}

/** Where a mailbox stands. */
export interface StoredMailbox {
  readonly generation: number;
  /** Everything up to it is acknowledged. */
  readonly acknowledged: number;
  /** Everything up to it was handed out, expired, or was taken back. */
  readonly handed: number;
}

export type MailboxState =
  | ({ readonly kind: "there" } & StoredMailbox)
  | { readonly kind: "gone" | "unknown" };

export interface WaitingEnvelope extends EnvelopeBytes {
  readonly position: number;
  /** Through a blocked address: there are no bytes of its body, and its length counts. Its device gets the position alone. */
  readonly isDropped: boolean;
  /** Where the serial of its address stands: 16 bytes. */
  readonly serialBytes: Uint8Array;
  readonly serialAt: number;
}

export interface TakeLimit {
  readonly envelopes: number;
  /** Of bodies; the first envelope is taken even where it is longer. */
  readonly bytes: number;
}

export interface Taken {
  /** Their bytes are only there until this turn of the event loop is over. */
  readonly envelopes: readonly WaitingEnvelope[];
  /** Whether others wait behind these. */
  readonly more: boolean;
  /** Everything up to it counts as handed out: the last of these, and positions of what was taken back that follow it. */
  readonly handed: number;
}

export interface MailboxStore {
  /** Of the whole store; begins anew with a restored backup. */
  lineage(): Promise<number>;

  /** At once, and of every id: the mailbox need not be there. @param mailboxId 16 bytes; they are copied */
  mailbox(mailboxId: Uint8Array): MailboxRef;

  state(mailbox: MailboxRef): Promise<MailboxState>;

  /**
   * Puts, in their order. Each is decided by itself; one that was to come after another is stored only where that one is,
   * was, or was dropped. A duplicate and what is dropped are written as durably as what is stored, so that the time it
   * takes tells no sender which it was.
   * @param told later, and once
   */
  put(puts: readonly StoredPut[], told: PutListener): void;

  /** Whether the envelope of a position of the current generation expired before it was handed out. */
  expired(mailbox: MailboxRef, position: number): Promise<boolean>;

  /**
   * Takes back envelopes that were not handed out: all of them, or nothing is changed. A put of one is refused from then on,
   * for 30 days at least; the same again is answered the same as long. Their bytes leave the disk soon after, and their
   * room comes back as that of what is acknowledged.
   */
  revoke(
    revokes: readonly StoredRevoke[],
    now: number,
    limit: RevokeLimit,
  ): Promise<StoredRevokeOutcome>;

  /** Whether the envelope of a position of the current generation was taken back, for as long as that is remembered. */
  isRevoked(mailbox: MailboxRef, position: number): Promise<boolean>;

  /**
   * Envelopes after a position, ascending; they stay, and count as handed out from now on. Undefined where the mailbox
   * is not there, or is of another generation.
   */
  take(
    mailbox: MailboxRef,
    generation: number,
    after: number,
    limit: TakeLimit,
  ): Promise<Taken | undefined>;

  /**
   * Deletes everything up to and including the position, and what was dropped right behind it. Their bytes leave the
   * disk soon after. Not done, and nothing changed, where something up to the position was not handed out, or the mailbox
   * is not there, or is of another generation. What it frees of the provisional pool counts until the hour is over: who
   * puts there could otherwise watch when the phone takes.
   * @param told later, and once
   */
  acknowledge(
    mailbox: MailboxRef,
    generation: number,
    position: number,
    now: number,
    told: AcknowledgeListener,
  ): void;

  /** False, and nothing done, where more than `most` serials would be blocked. */
  block(mailbox: MailboxRef, change: BlockChange, most: number): Promise<boolean>;

  /**
   * Deletes envelopes put before `before`, remembers which positions expired that were not handed out, and forgets what
   * expired before `forgetBefore`, and what was taken back before `before`. Does a part only, and answers whether there is more to do.
   */
  expire(now: number, before: number, forgetBefore: number): Promise<boolean>;
}

/** Serials that are to be blocked, and those that are not any more. */
export interface BlockChange {
  readonly block: readonly Uint8Array[];
  readonly unblock: readonly Uint8Array[];
}
