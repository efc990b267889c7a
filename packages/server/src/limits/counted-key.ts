// What a number's counts are kept under: a MAC of its lookup hash, so that a count cannot be found by what it is of, and
// is found again by whoever comes back with the same number.
import { createHmac } from "node:crypto";

/** @param lookupHash 32 bytes. */
export type CountedKeyOf = (lookupHash: Uint8Array) => string;

/** @param secret the cell's, for counting alone. */
export function createCountedKeyOf(secret: Uint8Array): CountedKeyOf {
  return (lookupHash) => createHmac("sha256", secret).update(lookupHash).digest("base64url");
}
