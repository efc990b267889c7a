// The mailboxes there are: by ordinal, and by ids that stand somewhere in bytes. In flat arrays, since a start looks for that of
// every text, and a string for each would be most of what it costs.
import { grown, wordAt } from "./envelope-table.ts";
import { Mailbox } from "./mailbox.ts";

const firstPlaces = 1_024;
/** The owner of a free slot, and what ends a chain. */
const none = 0;

export class Mailboxes {
  readonly #byOrdinal: (Mailbox | undefined)[] = [undefined];
  // The words of each id, and who comes behind it in its bucket: by ordinal too.
  #words = new Int32Array(firstPlaces * 4);
  #next = new Int32Array(firstPlaces);
  #buckets = new Int32Array(firstPlaces);

  /** @param ids has its 16 bytes at `at`, and is kept as it is: nobody may change it */
  add(ids: Uint8Array, at: number, generation: number): Mailbox {
    const mailbox = new Mailbox(ids, at, this.#byOrdinal.length, generation);
    this.#list(mailbox, ids, at);
    return mailbox;
  }

  /** The one whose id the 16 bytes are that stand there. */
  find(bytes: Uint8Array, at = 0): Mailbox | undefined {
    return this.#byOrdinal[this.ordinalOf(bytes, at)];
  }

  /** Of the one whose id stands there; 0 where it is not there. */
  ordinalOf(bytes: Uint8Array, at: number): number {
    const words = this.#words;
    const [first, second] = [wordAt(bytes, at), wordAt(bytes, at + 4)];
    const [third, fourth] = [wordAt(bytes, at + 8), wordAt(bytes, at + 12)];
    let ordinal = this.#buckets[this.#bucketOf(first, second)] as number;
    for (; ordinal !== none; ordinal = this.#next[ordinal] as number) {
      const from = ordinal * 4;
      if (
        words[from] === first &&
        words[from + 1] === second &&
        words[from + 2] === third &&
        words[from + 3] === fourth
      ) {
        break;
      }
    }
    return ordinal;
  }

  of(ordinal: number): Mailbox | undefined {
    return this.#byOrdinal[ordinal];
  }

  /** None was ever added. */
  get isEmpty(): boolean {
    return this.#byOrdinal.length === 1;
  }

  /** Every ordinal there ever was is lower. */
  get nextOrdinal(): number {
    return this.#byOrdinal.length;
  }

  /** One that comes while it goes on is among them; one that was renumbered may come twice. */
  *[Symbol.iterator](): Generator<Mailbox> {
    for (const mailbox of this.#byOrdinal) if (mailbox?.isThere) yield mailbox;
  }

  /** Gives it an ordinal that nobody had. */
  renumber(mailbox: Mailbox): void {
    this.unlist(mailbox);
    this.forget(mailbox);
    mailbox.ordinal = this.#byOrdinal.length;
    this.#list(mailbox, mailbox.id, 0);
  }

  /** It is not found by its id any more. */
  unlist({ ordinal }: Mailbox): void {
    const bucket = this.#bucketOfOrdinal(ordinal);
    const behind = this.#next[ordinal] as number;
    if (this.#buckets[bucket] === ordinal) this.#buckets[bucket] = behind;
    else {
      let before = this.#buckets[bucket] as number;
      while (this.#next[before] !== ordinal) before = this.#next[before] as number;
      this.#next[before] = behind;
    }
  }

  /** Nor by its ordinal. */
  forget({ ordinal }: Mailbox): void {
    this.#byOrdinal[ordinal] = undefined;
  }

  #list(mailbox: Mailbox, ids: Uint8Array, at: number): void {
    const { ordinal } = mailbox;
    if (ordinal === this.#next.length) this.#grow();
    this.#byOrdinal.push(mailbox);
    for (let word = 0; word < 4; word += 1) {
      this.#words[ordinal * 4 + word] = wordAt(ids, at + word * 4);
    }
    this.#link(ordinal);
  }

  #grow(): void {
    const places = this.#next.length * 2;
    this.#words = grown(this.#words, places * 4);
    this.#buckets = new Int32Array(places);
    this.#next = new Int32Array(places);
    for (let ordinal = 1; ordinal < this.#byOrdinal.length; ordinal += 1) {
      if (this.#byOrdinal[ordinal]?.isThere) this.#link(ordinal);
    }
  }

  #link(ordinal: number): void {
    const bucket = this.#bucketOfOrdinal(ordinal);
    this.#next[ordinal] = this.#buckets[bucket] as number;
    this.#buckets[bucket] = ordinal;
  }

  #bucketOfOrdinal(ordinal: number): number {
    return this.#bucketOf(
      this.#words[ordinal * 4] as number,
      this.#words[ordinal * 4 + 1] as number,
    );
  }

  // Ids are random, and this cell's.
  #bucketOf(first: number, second: number): number {
    const mixed = Math.imul(first ^ Math.imul(second, 0x9e3779b1), 0x85ebca77);
    return (mixed ^ (mixed >>> 15)) & (this.#buckets.length - 1);
  }
}
