// What registration keeps: sessions, for minutes, and how often a code was sent. The port that storage
// implements. No number and no code is in either. Every method resolves when what it did is durable.

/** A number whose code was sent: what follows from it, without it. */
export interface StoredSession {
  /** SHA-256 of the secret that the client alone holds. */
  readonly sessionHash: Uint8Array;
  readonly lookupHash: Uint8Array;
  readonly bucketBits: number;
  readonly tag: number;
  readonly voprfEpoch: number;
  readonly evaluatedElement: Uint8Array;
  readonly proof: Uint8Array;
  readonly rootKey: Uint8Array;
  readonly policyVersion: number;
  /** Of the code, under keys that are not in the store. */
  readonly codeMac: Uint8Array;
  readonly expiresAt: number;
  /** Once the right code came. */
  readonly claim: StoredClaim | undefined;
}

export interface StoredClaim {
  readonly claim: Uint8Array;
  readonly signature: Uint8Array;
}

export interface SendLimit {
  /** After the first send, the second, …; none after the last until the window ends. */
  readonly pausesMs: readonly number[];
  /** From the first send. */
  readonly windowMs: number;
}

export type SendOutcome =
  /** It may be sent; the next one after this pause. */
  | { readonly kind: "counted"; readonly pauseMs: number }
  | { readonly kind: "wait"; readonly waitMs: number };

export interface RegistrationStore {
  /** Counts one code sent under a key, unless that is over the limit. */
  countSend(sendKey: Uint8Array, limit: SendLimit, now: number): Promise<SendOutcome>;

  /** Replaces the sessions with the same lookup hash and root key. */
  openSession(session: StoredSession): Promise<void>;

  /**
   * Counts a try and then answers the session: of calls that come together, each is counted. No more than
   * `tries` get an answer, but where the session has its claim already, tries are over and it is answered.
   * Undefined where the session is unknown, expired or used up.
   */
  countTry(sessionHash: Uint8Array, tries: number, now: number): Promise<StoredSession | undefined>;

  /**
   * The claim that the session has from now on: this one, or the one that came first. What was counted under
   * the send key is forgotten: the number was proved by who got the codes.
   */
  keepClaim(
    sessionHash: Uint8Array,
    claim: StoredClaim,
    expiresAt: number,
    sendKey: Uint8Array,
  ): Promise<StoredClaim | undefined>;

  /** Forgets expired sessions, and counts whose last code was sent before `countsBefore`. */
  forget(now: number, countsBefore: number): Promise<void>;
}
