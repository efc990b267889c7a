// HMAC-SHA-512 (RFC 2104) as the two hashes it is made of: an object of Node's for each costs more to make, and to let go of,
// than what it computes. Keeps no keys: what it writes them into is used again, and is zeroed after each.
import { hash } from "node:crypto";

// FIPS 180-4, 1.
const blockLength = 128;
const hashLength = 64;
// What texts are computed with is shorter.
const usualLength = 1_024;

export class HmacSha512 {
  readonly #inner = new Uint8Array(blockLength + usualLength);
  readonly #outer = new Uint8Array(blockLength + hashLength);

  of(key: Uint8Array, data: Uint8Array): Buffer {
    const inner =
      data.length <= usualLength
        ? this.#inner.subarray(0, blockLength + data.length)
        : new Uint8Array(blockLength + data.length);
    const outer = this.#outer;
    const blockKey = key.length <= blockLength ? key : hash("sha512", key, "buffer");
    inner.fill(0x36, 0, blockLength);
    outer.fill(0x5c, 0, blockLength);
    for (let index = 0; index < blockKey.length; index += 1) {
      const byte = blockKey[index] as number;
      inner[index] = byte ^ 0x36;
      outer[index] = byte ^ 0x5c;
    }
    inner.set(data, blockLength);
    outer.set(hash("sha512", inner, "buffer"), blockLength);
    const mac = hash("sha512", outer, "buffer");
    inner.fill(0);
    outer.fill(0);
    return mac;
  }
}
