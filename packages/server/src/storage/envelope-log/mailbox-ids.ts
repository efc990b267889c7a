// Finds mailboxes by ids that stand somewhere in bytes: a start does that for every record, and a string for each would be
// most of what it costs.
import { wordAt } from "./envelope-table.ts";
import type { Mailbox } from "./mailbox.ts";

const none = -1;

export class MailboxIds {
  readonly #mailboxes: readonly Mailbox[];
  readonly #words: Int32Array;
  readonly #buckets: Int32Array;
  readonly #next: Int32Array;
  readonly #mask: number;

  constructor(mailboxes: readonly Mailbox[]) {
    const { length } = mailboxes;
    const buckets = 2 ** Math.ceil(Math.log2(length + 1));
    this.#mailboxes = mailboxes;
    this.#words = new Int32Array(length * 4);
    this.#next = new Int32Array(length);
    this.#buckets = new Int32Array(buckets).fill(none);
    this.#mask = buckets - 1;
    for (const [index, { id }] of mailboxes.entries()) {
      for (let word = 0; word < 4; word += 1) this.#words[index * 4 + word] = wordAt(id, word * 4);
      const bucket = this.#bucketOf(wordAt(id, 0), wordAt(id, 4));
      this.#next[index] = this.#buckets[bucket] as number;
      this.#buckets[bucket] = index;
    }
  }

  /** Of the 16 bytes that stand there. */
  find(bytes: Uint8Array, at: number): Mailbox | undefined {
    const words = this.#words;
    const [first, second] = [wordAt(bytes, at), wordAt(bytes, at + 4)];
    const [third, fourth] = [wordAt(bytes, at + 8), wordAt(bytes, at + 12)];
    let index = this.#buckets[this.#bucketOf(first, second)] as number;
    for (; index !== none; index = this.#next[index] as number) {
      const from = index * 4;
      if (
        words[from] === first &&
        words[from + 1] === second &&
        words[from + 2] === third &&
        words[from + 3] === fourth
      ) {
        return this.#mailboxes[index];
      }
    }
    return undefined;
  }

  // Ids are random, and this cell's.
  #bucketOf(first: number, second: number): number {
    const mixed = Math.imul(first ^ Math.imul(second, 0x9e3779b1), 0x85ebca77);
    return (mixed ^ (mixed >>> 15)) & this.#mask;
  }
}
