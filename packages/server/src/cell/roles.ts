// What the cell's keys do, role by role: each room is handed the one it needs, and no room all of them. Roles are live:
// a rotation changes what they answer, not who holds them.
import type { AccountEnding, CellId, Claim, DeletionReceipt, Signed } from "@assent/protocol";

/** What GetParameters answers. Signed once for each change, not for each call. */
export interface PublishedCell {
  readonly parameters: Signed;
  readonly certificate: Signed;
  readonly certificateNumber: number;
  readonly sequence: bigint;
}

/** The public side of the cell. */
export interface CellRole {
  readonly id: CellId;
  published(): PublishedCell;
}

/**
 * Says that a number was proved, and believes itself. What `sign` is called for is signed by the key that `certificate`
 * vouches for at that moment: take both at once, before waiting for either.
 */
export interface ClaimsRole {
  sign(claim: Claim): Promise<Signed>;
  certificate(): Signed;
  /** Of the current key, or of the one before it: a claim outlives a rotation by its ten minutes. */
  open(signed: Pick<Signed, "encoded" | "signature">): Promise<Claim | undefined>;
}

/** States what became of an account. Signature and certificate are taken as those of a claim. */
export interface ReceiptsRole {
  signReceipt(receipt: DeletionReceipt): Promise<Signed>;
  signEnding(ending: AccountEnding): Promise<Signed>;
  certificate(): Signed;
}

/** Opens what was sealed to the registration room. */
export interface SealingRole {
  /**
   * The plaintext; undefined where it does not open.
   * @throws AssentError key_outdated where the epoch is unknown, or no longer accepted
   */
  open(
    purpose: "number" | "sms",
    epoch: number,
    sealed: Uint8Array,
    associatedData: Uint8Array,
  ): Promise<Uint8Array | undefined>;
}

/** ristretto255, 32 bytes each. */
export interface VoprfEpochKey {
  readonly epoch: number;
  readonly pair: { readonly privateKey: Uint8Array; readonly publicKey: Uint8Array };
}

/** Evaluates numbers. */
export interface VoprfRole {
  current(): VoprfEpochKey;
  /** Those before it that are kept, the latest first: whatever the clock says, accounts may stand under them. */
  former(): readonly VoprfEpochKey[];
  /** One that evaluates for renewals still; undefined where there is none of this epoch. */
  ofEpoch(epoch: number): VoprfEpochKey | undefined;
}

export interface SecretOfEpoch {
  readonly epoch: number;
  /** 32 bytes. */
  readonly key: Uint8Array;
}

/** Mints capabilities under the current key, and opens those of every epoch that is kept. */
export interface CapabilityRole {
  current(): SecretOfEpoch;
  ofEpoch(epoch: number): SecretOfEpoch | undefined;
}

/** P-256. */
export interface PushKeyPair {
  /** 32 bytes. */
  readonly privateKey: Uint8Array;
  /** Uncompressed, 65 bytes. */
  readonly publicKey: Uint8Array;
}

export interface PushEpochKey {
  readonly epoch: number;
  readonly pair: PushKeyPair;
}

/** Signs pushes, and seals where they go: a browser takes those of the key alone that it subscribed with. */
export interface PushRole {
  ofEpoch(epoch: number): PushEpochKey | undefined;
}

/** 32 bytes each; they never leave their room. */
export interface SecretRoles {
  /** Seals tickets: one block each. */
  readonly tickets: Uint8Array;
  /** MACs codes, and numbers of the never list. */
  readonly registration: Uint8Array;
  /** MACs what is counted, so that no count can be found by what it is of. */
  readonly counting: Uint8Array;
}
