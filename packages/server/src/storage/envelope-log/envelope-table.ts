// What waits, in memory: one slot for each envelope in flat arrays, which a collector need not look into, 64 bytes each.
// Slots of one mailbox are a chain in the order of their positions; an index finds them by envelope id.

import { putRecordBytes } from "./record-format.ts";

/** dropped: nothing of its body is kept. */
export const slotFlags = { provisional: 1, dropped: 2 } as const;
/** Of a slot whose batch is not durable. */
export const pendingSegment = 0;

const firstSlots = 1_024;
const none = -1;

export class EnvelopeTable {
  /** How many wait. */
  count = 0;
  #next = new Int32Array(firstSlots).fill(none);
  #owner = new Uint32Array(firstSlots);
  #position = new Float64Array(firstSlots);
  #segment = new Uint32Array(firstSlots);
  #offset = new Uint32Array(firstSlots);
  #bodyLength = new Uint32Array(firstSlots);
  #hourAndFlags = new Uint32Array(firstSlots);
  #share = new Int32Array(firstSlots);
  #id = new Int32Array(firstSlots * 4);
  #nextOfBucket = new Int32Array(firstSlots);
  #buckets = new Int32Array(firstSlots).fill(none);
  #free = none;
  #used = 0;
  /** Of the id looked for last. */
  readonly #sought = new Int32Array(4);
  readonly #multipliers: Int32Array;
  #shift = 32 - Math.log2(firstSlots);

  /** @param seed 20 random bytes: whoever chooses ids cannot choose where they stand in the index */
  constructor(seed: Uint8Array) {
    this.#multipliers = Int32Array.from({ length: 5 }, (_, index) => wordAt(seed, index * 4) | 1);
  }

  /** With the id that `find` was asked for last. @param hourAndFlags the hour by 8, and three flags */
  add(
    owner: number,
    position: number,
    bodyLength: number,
    hourAndFlags: number,
    share: number,
  ): number {
    return this.#insert(owner, position, bodyLength, hourAndFlags, share);
  }

  /** As `add`, with the four words of `idWord`. */
  addFolded(
    owner: number,
    position: number,
    foldedId: Int32Array,
    bodyLength: number,
    hourAndFlags: number,
    share: number,
  ): number {
    this.#sought.set(foldedId);
    return this.#insert(owner, position, bodyLength, hourAndFlags, share);
  }

  /** The slot of a mailbox's envelope of this id; -1 where none waits. */
  find(owner: number, bytes: Uint8Array, envelopeIdAt: number): number {
    this.#seek(bytes, envelopeIdAt);
    const sought = this.#sought;
    for (
      let slot = this.#buckets[this.#bucketOf(owner)] as number;
      slot !== none;
      slot = this.#nextOfBucket[slot] as number
    ) {
      const at = slot * 4;
      if (
        this.#id[at] === sought[0] &&
        this.#id[at + 1] === sought[1] &&
        this.#id[at + 2] === sought[2] &&
        this.#id[at + 3] === sought[3] &&
        this.#owner[slot] === owner
      ) {
        return slot;
      }
    }
    return none;
  }

  /** Takes a slot out of the index, and frees it. Its chain is the mailbox's affair. */
  remove(slot: number): void {
    for (let word = 0; word < 4; word += 1) {
      this.#sought[word] = this.#id[slot * 4 + word] as number;
    }
    const bucket = this.#bucketOf(this.#owner[slot] as number);
    const behind = this.#nextOfBucket[slot] as number;
    if (this.#buckets[bucket] === slot) this.#buckets[bucket] = behind;
    else {
      let before = this.#buckets[bucket] as number;
      while (this.#nextOfBucket[before] !== slot) before = this.#nextOfBucket[before] as number;
      this.#nextOfBucket[before] = behind;
    }
    this.#owner[slot] = 0;
    this.#segment[slot] = pendingSegment;
    this.#next[slot] = this.#free;
    this.#free = slot;
    this.count -= 1;
  }

  next(slot: number): number {
    return this.#next[slot] as number;
  }
  setNext(slot: number, next: number): void {
    this.#next[slot] = next;
  }
  /** The ordinal of its mailbox; 0 where the slot is free. */
  owner(slot: number): number {
    return this.#owner[slot] as number;
  }
  position(slot: number): number {
    return this.#position[slot] as number;
  }
  segment(slot: number): number {
    return this.#segment[slot] as number;
  }
  offset(slot: number): number {
    return this.#offset[slot] as number;
  }
  setPlace(slot: number, segment: number, offset: number): void {
    this.#segment[slot] = segment;
    this.#offset[slot] = offset;
  }
  bodyLength(slot: number): number {
    return this.#bodyLength[slot] as number;
  }
  /** Of its put record. */
  recordBytes(slot: number): number {
    return putRecordBytes(this.isDropped(slot) ? 0 : this.bodyLength(slot));
  }
  isDropped(slot: number): boolean {
    return (this.hourAndFlags(slot) & slotFlags.dropped) !== 0;
  }
  hourAndFlags(slot: number): number {
    return this.#hourAndFlags[slot] as number;
  }
  hour(slot: number): number {
    return Math.floor((this.#hourAndFlags[slot] as number) / 8);
  }
  setHour(slot: number, hour: number): void {
    this.#hourAndFlags[slot] = hour * 8 + (this.hourAndFlags(slot) % 8);
  }
  share(slot: number): number {
    return this.#share[slot] as number;
  }
  /** Of the four that an id is folded to. */
  idWord(slot: number, word: number): number {
    return this.#id[slot * 4 + word] as number;
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

  #bucketOf(owner: number): number {
    const by = this.#multipliers;
    let mixed = Math.imul(owner, by[4] as number);
    for (let word = 0; word < 4; word += 1) {
      mixed = (mixed + Math.imul(this.#sought[word] as number, by[word] as number)) | 0;
    }
    return mixed >>> this.#shift;
  }

  #insert(
    owner: number,
    position: number,
    bodyLength: number,
    hourAndFlags: number,
    share: number,
  ): number {
    let slot = this.#free;
    if (slot === none) {
      if (this.#used === this.#next.length) this.#growTo(this.#next.length * 2);
      slot = this.#used;
      this.#used += 1;
    } else this.#free = this.#next[slot] as number;
    this.#next[slot] = none;
    this.#owner[slot] = owner;
    this.#position[slot] = position;
    this.#segment[slot] = pendingSegment;
    this.#bodyLength[slot] = bodyLength;
    this.#hourAndFlags[slot] = hourAndFlags;
    this.#share[slot] = share;
    this.#id.set(this.#sought, slot * 4);
    const bucket = this.#bucketOf(owner);
    this.#nextOfBucket[slot] = this.#buckets[bucket] as number;
    this.#buckets[bucket] = slot;
    this.count += 1;
    return slot;
  }

  /** So many more are to come. */
  reserve(more: number): void {
    const slots = 2 ** Math.ceil(Math.log2(this.#used + more));
    if (slots > this.#next.length) this.#growTo(slots);
  }

  #growTo(slots: number): void {
    this.#next = grown(this.#next, slots);
    this.#owner = grown(this.#owner, slots);
    this.#position = grown(this.#position, slots);
    this.#segment = grown(this.#segment, slots);
    this.#offset = grown(this.#offset, slots);
    this.#bodyLength = grown(this.#bodyLength, slots);
    this.#hourAndFlags = grown(this.#hourAndFlags, slots);
    this.#share = grown(this.#share, slots);
    this.#id = grown(this.#id, slots * 4);
    this.#nextOfBucket = grown(this.#nextOfBucket, slots);
    this.#buckets = new Int32Array(slots).fill(none);
    this.#shift = 32 - Math.log2(slots);
    const sought = this.#sought.slice();
    for (let slot = 0; slot < this.#used; slot += 1) {
      for (let word = 0; word < 4; word += 1) {
        this.#sought[word] = this.#id[slot * 4 + word] as number;
      }
      const bucket = this.#bucketOf(this.#owner[slot] as number);
      this.#nextOfBucket[slot] = this.#buckets[bucket] as number;
      this.#buckets[bucket] = slot;
    }
    this.#sought.set(sought);
  }
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

export function grown<Numbers extends Int32Array | Uint32Array | Float64Array>(
  numbers: Numbers,
  length: number,
): Numbers {
  const longer = new (numbers.constructor as new (length: number) => Numbers)(length);
  longer.set(numbers);
  return longer;
}
