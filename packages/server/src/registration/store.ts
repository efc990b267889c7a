// What registration keeps: sessions, for minutes, invitations, and who wants no codes. The port that storage implements. No number
// and no code is in either, and nothing by which a session could be found from a number. Every method resolves when
// what it did is durable.

/** A number whose code was sent. What follows from the number is sealed under the session's secret. */
export interface StoredSession {
  /** SHA-256 of the secret that the client alone holds. */
  readonly sessionHash: Uint8Array;
  readonly sealed: Uint8Array;
  /** Of the code, under keys that are not in the store. */
  readonly codeMac: Uint8Array;
  readonly expiresAt: number;
  /** Sealed likewise, once the right code came: what it is answered with, also where that is no claim. */
  readonly sealedClaim: Uint8Array | undefined;
}

/** Invitations, by their MACs. The one that is spent goes in the transaction that makes the account: see accounts/. */
export interface InvitationStore {
  /** @param expiresAt in milliseconds since 1970 */
  addInvitations(macs: readonly Uint8Array[], expiresAt: number): Promise<void>;

  /** Whether it is there, and has not expired. */
  isInvited(mac: Uint8Array, now: number): Promise<boolean>;

  /** Of those that have not expired; soonest first. */
  invitationCounts(
    now: number,
  ): Promise<readonly { readonly expiresAt: number; readonly count: number }[]>;

  /** How many of them there were that had not expired. */
  withdrawInvitations(macs: readonly Uint8Array[], now: number): Promise<number>;
  withdrawAllInvitations(now: number): Promise<number>;

  /** Those that had expired by then. */
  forgetInvitations(expiredBy: number): Promise<void>;
}

export interface RegistrationStore extends InvitationStore {
  openSession(session: StoredSession): Promise<void>;

  /**
   * Counts a try and then answers the session: of calls that come together, each is counted. No more than
   * `tries` get an answer, but where the session has its claim already, tries are over and it is answered.
   * Undefined where the session is unknown, expired or used up.
   */
  countTry(sessionHash: Uint8Array, tries: number, now: number): Promise<StoredSession | undefined>;

  /** The sealed claim that the session has from now on: this one, or the one that came first. */
  keepClaim(
    sessionHash: Uint8Array,
    sealedClaim: Uint8Array,
    expiresAt: number,
  ): Promise<Uint8Array | undefined>;

  /** Whether a number, by its MAC, is on the never list. */
  isNever(numberMac: Uint8Array): Promise<boolean>;

  /** Whether it was not there before. */
  addNever(numberMac: Uint8Array): Promise<boolean>;

  /** Whether it was there. */
  removeNever(numberMac: Uint8Array): Promise<boolean>;

  countNever(): Promise<number>;

  /** Forgets expired sessions, and those that expire after `noneAfter`: the clock was ahead when they were opened. */
  forget(now: number, noneAfter: number): Promise<void>;
}
