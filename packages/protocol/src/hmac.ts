// HMAC-SHA-512 (RFC 2104) as the two hashes it is made of: where a platform hashes by a call, an object for each costs several
// times what it computes.
import type { Primitives } from "./primitives.ts";

// FIPS 180-4, 1.
const blockLength = 128;
const hashLength = 64;
// What texts are computed with is shorter.
const usualLength = 1_024;

/** What keys are written into is used again, and zeroed after each. @param sha512 the platform's */
export function hmacSha512By(
  sha512: (data: Uint8Array) => Uint8Array<ArrayBuffer>,
): Primitives["hmac"] {
  const usualInner = new Uint8Array(blockLength + usualLength);
  const outer = new Uint8Array(blockLength + hashLength);

  return (key, data) => {
    const inner =
      data.length <= usualLength
        ? usualInner.subarray(0, blockLength + data.length)
        : new Uint8Array(blockLength + data.length);
    const blockKey = key.length <= blockLength ? key : sha512(key);
    try {
      inner.fill(0x36, 0, blockLength);
      outer.fill(0x5c, 0, blockLength);
      for (let index = 0; index < blockKey.length; index += 1) {
        const byte = blockKey[index] as number;
        inner[index] = byte ^ 0x36;
        outer[index] = byte ^ 0x5c;
      }
      inner.set(data, blockLength);
      outer.set(sha512(inner), blockLength);
      return sha512(outer);
    } finally {
      inner.fill(0);
      outer.fill(0);
    }
  };
}
