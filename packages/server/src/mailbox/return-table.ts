// Devices that may come back, a slot for each in a flat array: most of what a service keeps is of phones that do nothing, and as
// texts and objects this would be three times as much. Found by device and by mailbox; 124 bytes each.
import type { IdHash } from "../id-hash.ts";
import type { Returning } from "./returns.ts";

const none = -1;
const wordBytes = 4;
const slotsAtOnce = 512;

// A slot, in words.
const slotWords = 31;
const device = { at: 0, words: 8, next: 8 };
const mailbox = { at: 9, words: 4, next: 13 };
const account = { at: 14, words: 8 };
const key = { at: 22, words: 8 };
/** KeyPackages for single use by 2, and whether the last resort was taken. */
const left = 30;

export class ReturnTable {
  /** How many are kept. */
  count = 0;
  readonly #most: number;
  // It grows where it stands: nothing is copied, and what it may grow to is no memory before.
  readonly #memory: ArrayBuffer;
  readonly #bytes: Uint8Array;
  readonly #words: Int32Array;
  readonly #devices: Chains;
  readonly #mailboxes: Chains;
  #used = 0;
  #free = none;

  /** @param most it is full then */
  constructor(most: number, hash: IdHash) {
    this.#most = most;
    this.#memory = new ArrayBuffer(0, { maxByteLength: most * slotWords * wordBytes });
    this.#bytes = new Uint8Array(this.#memory);
    this.#words = new Int32Array(this.#memory);
    this.#devices = new Chains(this.#words, device, hash, most);
    this.#mailboxes = new Chains(this.#words, mailbox, hash, most);
  }

  get isFull(): boolean {
    return this.count >= this.#most;
  }

  /** Of a device that is not in it, while it is not full. @param deviceId 32 bytes, as the account's id and the key */
  add(deviceId: Uint8Array, returnKey: Uint8Array, returning: Returning): void {
    const slot = this.#place();
    const at = slot * slotWords;
    this.#write(at, device, deviceId);
    this.#write(at, key, returnKey);
    this.#write(at, mailbox, returning.mailboxId);
    this.#write(at, account, returning.accountId);
    const { singleUse, lastResortTaken } = returning.left;
    this.#words[at + left] = singleUse * 2 + Number(lastResortTaken);
    this.#devices.link(slot);
    this.#mailboxes.link(slot);
    this.count += 1;
  }

  keyOf(deviceId: Uint8Array): Uint8Array | undefined {
    const slot = this.#devices.find(deviceId);
    return slot === none ? undefined : this.#read(slot * slotWords, key);
  }

  of(deviceId: Uint8Array): Returning | undefined {
    const slot = this.#devices.find(deviceId);
    if (slot === none) return undefined;
    const at = slot * slotWords;
    const leftThen = this.#words[at + left] as number;
    return {
      accountId: this.#read(at, account),
      mailboxId: this.#read(at, mailbox),
      left: { singleUse: leftThen >> 1, lastResortTaken: (leftThen & 1) === 1 },
    };
  }

  forgetDevice(deviceId: Uint8Array): void {
    this.#forget(this.#devices.find(deviceId));
  }

  forgetMailbox(mailboxId: Uint8Array): void {
    this.#forget(this.#mailboxes.find(mailboxId));
  }

  #forget(slot: number): void {
    if (slot === none) return;
    this.#devices.unlink(slot);
    this.#mailboxes.unlink(slot);
    const at = slot * slotWords;
    this.#words.fill(0, at, at + slotWords);
    this.#words[at + device.next] = this.#free;
    this.#free = slot;
    this.count -= 1;
  }

  #place(): number {
    const free = this.#free;
    if (free !== none) {
      this.#free = this.#words[free * slotWords + device.next] as number;
      return free;
    }
    const slot = this.#used;
    this.#used += 1;
    if (this.#words.length < this.#used * slotWords) {
      const slots = Math.min(this.#most, slot + slotsAtOnce);
      this.#memory.resize(slots * slotWords * wordBytes);
    }
    return slot;
  }

  #write(slotAt: number, field: Field, bytes: Uint8Array): void {
    this.#bytes.set(bytes, (slotAt + field.at) * wordBytes);
  }

  #read(slotAt: number, field: Field): Uint8Array {
    const from = (slotAt + field.at) * wordBytes;
    return this.#bytes.slice(from, from + field.words * wordBytes);
  }
}

/** Where in a slot it stands, and how long it is. */
interface Field {
  readonly at: number;
  readonly words: number;
}

/** By which slots are found. */
interface IdField extends Field {
  /** Where the slot stands that is behind it in its chain. */
  readonly next: number;
}

/** Finds slots by an id of theirs. Those that meet in a bucket are a chain. */
class Chains {
  readonly #words: Int32Array;
  readonly #id: IdField;
  readonly #hash: IdHash;
  readonly #buckets: Int32Array;
  /** Of the id looked for. */
  readonly #sought: Int32Array;

  /** @param hash of which nobody else knows which ids meet: others choose them */
  constructor(words: Int32Array, id: IdField, hash: IdHash, most: number) {
    this.#words = words;
    this.#id = id;
    this.#hash = hash;
    // Where all places are taken, four to eight of them in each.
    this.#buckets = new Int32Array(2 ** Math.floor(Math.log2(Math.max(8, most) / 4))).fill(none);
    this.#sought = new Int32Array(id.words);
  }

  find(id: Uint8Array): number {
    const sought = this.#sought;
    if (id.length !== sought.byteLength) return none;
    new Uint8Array(sought.buffer).set(id);
    let slot = this.#buckets[this.#bucketOf(sought, 0)] as number;
    while (slot !== none && !this.#is(slot)) slot = this.#behind(slot);
    return slot;
  }

  link(slot: number): void {
    const bucket = this.#bucketOf(this.#words, slot * slotWords + this.#id.at);
    this.#setBehind(slot, this.#buckets[bucket] as number);
    this.#buckets[bucket] = slot;
  }

  unlink(slot: number): void {
    const bucket = this.#bucketOf(this.#words, slot * slotWords + this.#id.at);
    let before = this.#buckets[bucket] as number;
    if (before === slot) {
      this.#buckets[bucket] = this.#behind(slot);
      return;
    }
    while (this.#behind(before) !== slot) before = this.#behind(before);
    this.#setBehind(before, this.#behind(slot));
  }

  #is(slot: number): boolean {
    const at = slot * slotWords + this.#id.at;
    for (let word = 0; word < this.#id.words; word += 1) {
      if (this.#words[at + word] !== this.#sought[word]) return false;
    }
    return true;
  }

  #behind(slot: number): number {
    return this.#words[slot * slotWords + this.#id.next] as number;
  }

  #setBehind(slot: number, behind: number): void {
    this.#words[slot * slotWords + this.#id.next] = behind;
  }

  // By four words of it: an id is random, or a hash.
  #bucketOf(ids: Int32Array, at: number): number {
    return this.#hash.of(ids, at) & (this.#buckets.length - 1);
  }
}
