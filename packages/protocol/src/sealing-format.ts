// What a seal is, without what it takes to make one: what it is for, and how long its parts are.

/** Private part 32 bytes, public part 1216. */
export interface SealingKeyPair {
  readonly privateKey: Uint8Array<ArrayBuffer>;
  readonly publicKey: Uint8Array<ArrayBuffer>;
}

/** What a seal is for; it does not open as anything else. */
export type SealPurpose = "number" | "sms" | "first contact";

/** Undefined where it does not open: wrong key, purpose, data, or cut off. */
export type OpenSeal = (
  privateKey: Uint8Array,
  purpose: SealPurpose,
  sealed: Uint8Array,
  associatedData?: Uint8Array,
) => Promise<Uint8Array<ArrayBuffer> | undefined>;

export const sealingPublicKeyLength = 1216;
export const encapsulatedKeyLength = 1120;
/** Bytes that sealing adds: the encapsulated key and the tag. */
export const sealOverhead = encapsulatedKeyLength + 16;
