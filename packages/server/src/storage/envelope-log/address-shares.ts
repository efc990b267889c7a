// How much waits through each full address, while anything does: each has a share of its mailbox's room. In flat arrays,
// found by mailbox and serial; 36 bytes each.
import { grown, wordAt } from "./envelope-table.ts";

const firstSlots = 1_024;
const none = -1;

export class AddressShares {
  #owner = new Uint32Array(firstSlots);
  #serial = new Int32Array(firstSlots * 4);
  #envelopes = new Uint32Array(firstSlots);
  #bytes = new Uint32Array(firstSlots);
  #next = new Int32Array(firstSlots);
  #buckets = new Int32Array(firstSlots).fill(none);
  #free = none;
  #used = 0;

  /** -1 where nothing waits through this address. */
  find(owner: number, bytes: Uint8Array, serialAt = 0): number {
    const [first, second] = [wordAt(bytes, serialAt), wordAt(bytes, serialAt + 4)];
    const [third, fourth] = [wordAt(bytes, serialAt + 8), wordAt(bytes, serialAt + 12)];
    let slot = this.#buckets[this.#bucketOf(owner, first)] as number;
    while (slot !== none) {
      const at = slot * 4;
      if (
        this.#serial[at] === first &&
        this.#serial[at + 1] === second &&
        this.#serial[at + 2] === third &&
        this.#serial[at + 3] === fourth &&
        this.#owner[slot] === owner
      ) {
        break;
      }
      slot = this.#next[slot] as number;
    }
    return slot;
  }

  envelopes(share: number): number {
    return this.#envelopes[share] as number;
  }

  bytes(share: number): number {
    return this.#bytes[share] as number;
  }

  writeSerial(share: number, into: Uint8Array, at: number): void {
    const words = this.#serial.subarray(share * 4, share * 4 + 4);
    for (const [index, word] of words.entries()) {
      for (let byte = 0; byte < 4; byte += 1) into[at + index * 4 + byte] = word >>> (byte * 8);
    }
  }

  /** @param share what `find` gave; the share that it is counted in comes back */
  count(share: number, owner: number, serial: Uint8Array, bytes: number, serialAt = 0): number {
    const slot = share === none ? this.#add(owner, serial, serialAt) : share;
    this.#envelopes[slot] = (this.#envelopes[slot] as number) + 1;
    this.#bytes[slot] = (this.#bytes[slot] as number) + bytes;
    return slot;
  }

  release(slot: number, bytes: number): void {
    const left = (this.#envelopes[slot] as number) - 1;
    this.#envelopes[slot] = left;
    this.#bytes[slot] = (this.#bytes[slot] as number) - bytes;
    if (left > 0) return;
    const bucket = this.#bucketOf(this.#owner[slot] as number, this.#serial[slot * 4] as number);
    const behind = this.#next[slot] as number;
    if (this.#buckets[bucket] === slot) this.#buckets[bucket] = behind;
    else {
      let before = this.#buckets[bucket] as number;
      while (this.#next[before] !== slot) before = this.#next[before] as number;
      this.#next[before] = behind;
    }
    this.#next[slot] = this.#free;
    this.#free = slot;
  }

  #bucketOf(owner: number, first: number): number {
    const mixed = Math.imul(first ^ Math.imul(owner, 0x9e3779b1), 0x85ebca77);
    return (mixed ^ (mixed >>> 15)) & (this.#buckets.length - 1);
  }

  #add(owner: number, serial: Uint8Array, serialAt: number): number {
    let slot = this.#free;
    if (slot === none) {
      if (this.#used === this.#owner.length) this.#growTo(this.#owner.length * 2);
      slot = this.#used;
      this.#used += 1;
    } else this.#free = this.#next[slot] as number;
    this.#owner[slot] = owner;
    for (let word = 0; word < 4; word += 1) {
      this.#serial[slot * 4 + word] = wordAt(serial, serialAt + word * 4);
    }
    this.#envelopes[slot] = 0;
    this.#bytes[slot] = 0;
    this.#link(slot);
    return slot;
  }

  #link(slot: number): void {
    const bucket = this.#bucketOf(this.#owner[slot] as number, this.#serial[slot * 4] as number);
    this.#next[slot] = this.#buckets[bucket] as number;
    this.#buckets[bucket] = slot;
  }

  /** So many more are to come. */
  reserve(more: number): void {
    const slots = 2 ** Math.ceil(Math.log2(this.#used + more));
    if (slots > this.#owner.length && this.#free === none) this.#growTo(slots);
  }

  // Only where none is free: every slot is in use.
  #growTo(slots: number): void {
    this.#owner = grown(this.#owner, slots);
    this.#serial = grown(this.#serial, slots * 4);
    this.#envelopes = grown(this.#envelopes, slots);
    this.#bytes = grown(this.#bytes, slots);
    this.#next = grown(this.#next, slots);
    this.#buckets = new Int32Array(slots).fill(none);
    for (let slot = 0; slot < this.#used; slot += 1) this.#link(slot);
  }
}
