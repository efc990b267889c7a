// Hashes ids that others choose, for an index: without its seed nobody can choose any two that meet more often than by chance.
// Multilinear, of 16 bits at a time modulo 2^32 and with a random summand, of which the highest 17 bits are strongly universal
// (Lemire and Kaser, "Strongly universal string hashing is fast", 2014). Whole words modulo 2^32 would not be: ids that differ
// in their words' highest bits alone would have few sums.

const words = 4;

/** Bytes that nobody else knows. */
export const idHashSeedBytes = words * 8 + 4;

export class IdHash {
  readonly #summand: number;
  readonly #multipliers: Int32Array;

  /** @param seed random bytes */
  constructor(seed: Uint8Array) {
    const view = new DataView(seed.buffer, seed.byteOffset, idHashSeedBytes);
    this.#multipliers = Int32Array.from({ length: words * 2 }, (_, index) =>
      view.getInt32(index * 4, true),
    );
    this.#summand = view.getInt32(words * 8, true);
  }

  /** 16 bits. @param ids has the four words of one at `at` */
  of(ids: Int32Array, at: number): number {
    const by = this.#multipliers;
    let sum = this.#summand;
    for (let word = 0; word < words; word += 1) {
      const value = ids[at + word] as number;
      const low = Math.imul(value & 0xffff, by[2 * word] as number);
      const high = Math.imul(value >>> 16, by[2 * word + 1] as number);
      sum = (sum + low + high) | 0;
    }
    return sum >>> 16;
  }
}
