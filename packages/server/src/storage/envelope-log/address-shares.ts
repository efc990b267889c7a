// How much waits through each full address of the mailboxes that something was put into, while anything does: each has a share
// of its mailbox's room. In a flat array, found by mailbox and serial; 36 bytes each.
import type { IdHash } from "../../id-hash.ts";
import { bucketNear, grown } from "./envelope-table.ts";

const firstSlots = 1_024;
const none = -1;

// A share, in words.
const shareWords = 8;
const fields = { serial: 0, owner: 4, next: 5, envelopes: 6, bytes: 7 } as const;

export class AddressShares {
  #words = new Int32Array(firstSlots * shareWords);
  #buckets = new Int32Array(firstSlots).fill(none);
  #free = none;
  #used = 0;
  readonly #hash: IdHash;

  /** @param hash of serials: the service draws them, and a mailbox's owner may have as many drawn until some meet */
  constructor(hash: IdHash) {
    this.#hash = hash;
  }

  /** -1 where nothing is counted through this address. @param serial its four words */
  find(owner: number, serial: Int32Array): number {
    const words = this.#words;
    const hashed = this.#hash.of(serial, 0);
    let slot = this.#buckets[bucketNear(owner, hashed, this.#buckets.length)] as number;
    while (slot !== none) {
      const at = slot * shareWords;
      if (
        words[at + fields.serial] === serial[0] &&
        words[at + fields.serial + 1] === serial[1] &&
        words[at + fields.serial + 2] === serial[2] &&
        words[at + fields.serial + 3] === serial[3] &&
        words[at + fields.owner] === owner
      ) {
        break;
      }
      slot = words[at + fields.next] as number;
    }
    return slot;
  }

  envelopes(share: number): number {
    return this.#words[share * shareWords + fields.envelopes] as number;
  }

  bytes(share: number): number {
    return (this.#words[share * shareWords + fields.bytes] as number) >>> 0;
  }

  /** @param share what `find` gave */
  count(share: number, owner: number, serial: Int32Array, bytes: number): void {
    this.#change(share === none ? this.#add(owner, serial) : share, 1, bytes);
  }

  /** @param slot what `find` gave */
  release(slot: number, bytes: number): void {
    if (slot === none) return;
    this.#change(slot, -1, -bytes);
    if (this.envelopes(slot) > 0) return;
    const words = this.#words;
    const behind = words[slot * shareWords + fields.next] as number;
    const bucket = this.#bucketOf(slot);
    let before = this.#buckets[bucket] as number;
    if (before === slot) this.#buckets[bucket] = behind;
    else {
      for (let next = before; next !== slot; ) {
        before = next;
        next = words[before * shareWords + fields.next] as number;
      }
      words[before * shareWords + fields.next] = behind;
    }
    words[slot * shareWords + fields.next] = this.#free;
    this.#free = slot;
  }

  #change(slot: number, envelopes: number, bytes: number): void {
    const at = slot * shareWords;
    this.#words[at + fields.envelopes] = (this.#words[at + fields.envelopes] as number) + envelopes;
    this.#words[at + fields.bytes] = (this.#words[at + fields.bytes] as number) + bytes;
  }

  #bucketOf(slot: number): number {
    const at = slot * shareWords;
    const owner = this.#words[at + fields.owner] as number;
    const hashed = this.#hash.of(this.#words, at + fields.serial);
    return bucketNear(owner, hashed, this.#buckets.length);
  }

  #add(owner: number, serial: Int32Array): number {
    let slot = this.#free;
    if (slot === none) {
      if (this.#used === this.#buckets.length) this.#growTo(this.#used * 2);
      slot = this.#used;
      this.#used += 1;
    } else this.#free = this.#words[slot * shareWords + fields.next] as number;
    const at = slot * shareWords;
    this.#words.set(serial, at + fields.serial);
    this.#words[at + fields.owner] = owner;
    this.#words[at + fields.envelopes] = 0;
    this.#words[at + fields.bytes] = 0;
    this.#link(slot);
    return slot;
  }

  #link(slot: number): void {
    const bucket = this.#bucketOf(slot);
    this.#words[slot * shareWords + fields.next] = this.#buckets[bucket] as number;
    this.#buckets[bucket] = slot;
  }

  // Only where none is free: every slot is in use.
  #growTo(slots: number): void {
    this.#words = grown(this.#words, slots * shareWords);
    this.#buckets = new Int32Array(slots).fill(none);
    for (let slot = 0; slot < this.#used; slot += 1) this.#link(slot);
  }
}
