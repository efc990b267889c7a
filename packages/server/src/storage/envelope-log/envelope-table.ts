// What waits, in memory: one slot for each envelope in a flat array, which a collector need not look into, 76 bytes each.
// Slots of one mailbox are a chain in the order of their positions; an index finds them by envelope id.
import type { IdHash } from "../../id-hash.ts";
import { putRecordBytes } from "./record-format.ts";

/** dropped: nothing of its body is kept. */
export const slotFlags = { provisional: 1, dropped: 2 } as const;
/** Of a slot whose batch is not durable. */
export const pendingSegment = 0;

const firstSlots = 1_024;
const none = -1;

// A slot, in words. What is asked of one is near: of many that wait, each is in another part of memory than the one before.
const slotWords = 18;
const fields = {
  /** Two words: a double. */
  position: 0,
  owner: 2,
  segment: 3,
  offset: 4,
  bodyLength: 5,
  hourAndFlags: 6,
  next: 7,
  nextOfBucket: 8,
  /** Four words each. */
  id: 9,
  serial: 13,
} as const;

export class EnvelopeTable {
  /** How many wait. */
  count = 0;
  #words = new Int32Array(firstSlots * slotWords);
  /** The same memory. */
  #unsigned = new Uint32Array(this.#words.buffer);
  #positions = new Float64Array(this.#words.buffer);
  #buckets = new Int32Array(firstSlots).fill(none);
  #free = none;
  #used = 0;
  /** Of the id looked for last. */
  readonly #sought = new Int32Array(4);
  readonly #hash: IdHash;

  constructor(hash: IdHash) {
    this.#hash = hash;
  }

  /** With the id that `find` was asked for last. @param hourAndFlags the hour by 8, and three flags */
  add(
    owner: number,
    position: number,
    bodyLength: number,
    hourAndFlags: number,
    serial: Int32Array,
  ): number {
    const slot = this.#fill(owner, position, bodyLength, hourAndFlags);
    this.#words.set(this.#sought, slot * slotWords + fields.id);
    this.#words.set(serial, slot * slotWords + fields.serial);
    this.#link(slot);
    return slot;
  }

  /**
   * At a start, of one that was found: `find` has it, and it may be removed, after `link`.
   * @param view has the folded id at `foldedIdAt`, and the serial at `serialAt`
   */
  addFound(
    owner: number,
    position: number,
    bodyLength: number,
    hourAndFlags: number,
    view: DataView,
    foldedIdAt: number,
    serialAt: number,
  ): number {
    const slot = this.#fill(owner, position, bodyLength, hourAndFlags);
    const at = slot * slotWords;
    for (let word = 0; word < 4; word += 1) {
      this.#words[at + fields.id + word] = view.getInt32(foldedIdAt + word * 4, true);
      this.#words[at + fields.serial + word] = view.getInt32(serialAt + word * 4, true);
    }
    return slot;
  }

  /** Of all that were found. */
  link(): void {
    this.#buckets.fill(none);
    for (let slot = 0; slot < this.#used; slot += 1) this.#link(slot);
  }

  /** The slot of a mailbox's envelope of this id; -1 where none waits. */
  find(owner: number, bytes: Uint8Array, envelopeIdAt: number): number {
    this.#seek(bytes, envelopeIdAt);
    const words = this.#words;
    const sought = this.#sought;
    let slot = this.#buckets[this.#bucketOf(owner, sought, 0)] as number;
    while (slot !== none) {
      const at = slot * slotWords;
      if (
        words[at + fields.id] === sought[0] &&
        words[at + fields.id + 1] === sought[1] &&
        words[at + fields.id + 2] === sought[2] &&
        words[at + fields.id + 3] === sought[3] &&
        words[at + fields.owner] === owner
      ) {
        break;
      }
      slot = words[at + fields.nextOfBucket] as number;
    }
    return slot;
  }

  /** Takes a slot out of the index, and frees it. Its chain is the mailbox's affair. */
  remove(slot: number): void {
    const words = this.#words;
    const at = slot * slotWords;
    const bucket = this.#bucketOf(this.owner(slot), words, at + fields.id);
    const behind = words[at + fields.nextOfBucket] as number;
    let before = this.#buckets[bucket] as number;
    if (before === slot) this.#buckets[bucket] = behind;
    else {
      for (let next = before; next !== slot; ) {
        before = next;
        next = words[before * slotWords + fields.nextOfBucket] as number;
      }
      words[before * slotWords + fields.nextOfBucket] = behind;
    }
    words[at + fields.owner] = 0;
    words[at + fields.segment] = pendingSegment;
    words[at + fields.next] = this.#free;
    this.#free = slot;
    this.count -= 1;
  }

  next(slot: number): number {
    return this.#words[slot * slotWords + fields.next] as number;
  }
  setNext(slot: number, next: number): void {
    this.#words[slot * slotWords + fields.next] = next;
  }
  /** The ordinal of its mailbox; 0 where the slot is free. */
  owner(slot: number): number {
    return this.#unsigned[slot * slotWords + fields.owner] as number;
  }
  position(slot: number): number {
    return this.#positions[slot * (slotWords / 2) + fields.position] as number;
  }
  segment(slot: number): number {
    return this.#unsigned[slot * slotWords + fields.segment] as number;
  }
  offset(slot: number): number {
    return this.#unsigned[slot * slotWords + fields.offset] as number;
  }
  setPlace(slot: number, segment: number, offset: number): void {
    this.#unsigned[slot * slotWords + fields.segment] = segment;
    this.#unsigned[slot * slotWords + fields.offset] = offset;
  }
  bodyLength(slot: number): number {
    return this.#unsigned[slot * slotWords + fields.bodyLength] as number;
  }
  /** Of its put record. */
  recordBytes(slot: number): number {
    return putRecordBytes(this.isDropped(slot) ? 0 : this.bodyLength(slot));
  }
  isDropped(slot: number): boolean {
    return (this.hourAndFlags(slot) & slotFlags.dropped) !== 0;
  }
  /** Whether it takes of its address's share. */
  isShared(slot: number): boolean {
    return (this.hourAndFlags(slot) & slotFlags.provisional) === 0;
  }
  hourAndFlags(slot: number): number {
    return this.#unsigned[slot * slotWords + fields.hourAndFlags] as number;
  }
  hour(slot: number): number {
    return Math.floor(this.hourAndFlags(slot) / 8);
  }
  setHour(slot: number, hour: number): void {
    const flags = this.hourAndFlags(slot) % 8;
    this.#unsigned[slot * slotWords + fields.hourAndFlags] = hour * 8 + flags;
  }
  /** Of the four that an id is folded to. */
  idWord(slot: number, word: number): number {
    return this.#words[slot * slotWords + fields.id + word] as number;
  }
  /** Of the four of its address's serial. */
  serialWord(slot: number, word: number): number {
    return this.#words[slot * slotWords + fields.serial + word] as number;
  }

  /**
   * Both halves of an id together: 128 bits. Ids are hashes of secrets: two that meet here were made to, by one sender,
   * who loses by it an envelope of their own.
   */
  #seek(bytes: Uint8Array, envelopeIdAt: number): void {
    const sought = this.#sought;
    for (let word = 0; word < 4; word += 1) {
      const at = envelopeIdAt + word * 4;
      sought[word] = wordAt(bytes, at) ^ wordAt(bytes, at + 16);
    }
  }

  /** @param words has the four of an id at `at` */
  #bucketOf(owner: number, words: Int32Array, at: number): number {
    return bucketNear(owner, this.#hash.of(words, at), this.#buckets.length);
  }

  #link(slot: number): void {
    const at = slot * slotWords;
    const bucket = this.#bucketOf(this.owner(slot), this.#words, at + fields.id);
    this.#words[at + fields.nextOfBucket] = this.#buckets[bucket] as number;
    this.#buckets[bucket] = slot;
  }

  #fill(owner: number, position: number, bodyLength: number, hourAndFlags: number): number {
    let slot = this.#free;
    if (slot === none) {
      if (this.#used === this.#buckets.length) this.#growTo(this.#used * 2);
      slot = this.#used;
      this.#used += 1;
    } else this.#free = this.next(slot);
    const at = slot * slotWords;
    this.#positions[at / 2 + fields.position] = position;
    this.#unsigned[at + fields.owner] = owner;
    this.#unsigned[at + fields.segment] = pendingSegment;
    this.#unsigned[at + fields.bodyLength] = bodyLength;
    this.#unsigned[at + fields.hourAndFlags] = hourAndFlags;
    this.#words[at + fields.next] = none;
    this.count += 1;
    return slot;
  }

  /** So many more are to come. */
  reserve(more: number): void {
    const slots = 2 ** Math.ceil(Math.log2(this.#used + more));
    if (slots > this.#buckets.length) this.#growTo(slots);
  }

  #growTo(slots: number): void {
    this.#words = grown(this.#words, slots * slotWords);
    this.#unsigned = new Uint32Array(this.#words.buffer);
    this.#positions = new Float64Array(this.#words.buffer);
    this.#buckets = new Int32Array(slots);
    this.link();
  }
}

// A page of memory: of mailboxes that somebody uses the processor's cache has it, however much waits for others. With fewer,
// what waits in a full mailbox would be long chains.
const bucketsOfOwner = 1_024;

/** Beside the others of its mailbox. @param hashed of what is looked for there: its lowest bits count */
export function bucketNear(owner: number, hashed: number, buckets: number): number {
  const first = Math.imul(owner, 0x9e3779b1);
  return ((first ^ (first >>> 15)) + (hashed & (bucketsOfOwner - 1))) & (buckets - 1);
}

/** As `idWord` has it. */
export function foldedIdOf(bytes: Uint8Array, envelopeIdAt: number): Int32Array {
  return Int32Array.from({ length: 4 }, (_, word) => {
    const at = envelopeIdAt + word * 4;
    return wordAt(bytes, at) ^ wordAt(bytes, at + 16);
  });
}

/** Little-endian, signed. */
export function wordAt(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)
  );
}

export function grown(numbers: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const longer = new Int32Array(length);
  longer.set(numbers);
  return longer;
}
