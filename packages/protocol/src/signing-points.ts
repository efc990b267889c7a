// Keys and signatures of Ed25519 as bytes: which of them `verify` may accept at all. Nothing is computed on the curve, so that
// whoever has another verifier asks this first, and loads nothing else for it.
import { bytesFromHex } from "./bytes.ts";

export const signingKeyLength = 32;
export const signatureLength = 64;

/** Whether `verify` may ever accept what is signed by this key. */
export function isSigningKey(publicKey: Uint8Array): boolean {
  return publicKey.length === signingKeyLength && isSoundPoint(publicKey);
}

/** The same of a key with a signature, whatever was signed. */
export function mayVerify(publicKey: Uint8Array, signature: Uint8Array): boolean {
  return (
    isSigningKey(publicKey) &&
    signature.length === signatureLength &&
    isSoundPoint(signature.subarray(0, 32))
  );
}

// y of the points whose order divides 8, little endian: of order 4, 1, 2, and 8 twice. Their x does not matter.
const smallOrderYs = [
  "00".repeat(32),
  `01${"00".repeat(31)}`,
  `ec${"ff".repeat(30)}7f`,
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
].map(bytesFromHex);
// 2^255 - 19, little endian.
const fieldPrime = bytesFromHex(`ed${"ff".repeat(30)}7f`);

/** Of a point's 32 bytes: y is below the field's prime, and not that of a point of small order. */
function isSoundPoint(encoded: Uint8Array): boolean {
  // Not slice: of a Buffer that is the bytes themselves, and these are not ours to change.
  const y = new Uint8Array(encoded);
  y[31] = (y[31] as number) & 0x7f;
  return isBelow(y, fieldPrime) && !smallOrderYs.some((small) => isSame(small, y));
}

// Both are public, so these may stop early.
function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.every((byte, index) => byte === b[index]);
}

/** Of two little-endian integers of 32 bytes. */
function isBelow(a: Uint8Array, b: Uint8Array): boolean {
  for (let index = 31; index >= 0; index -= 1) {
    const difference = (a[index] as number) - (b[index] as number);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
