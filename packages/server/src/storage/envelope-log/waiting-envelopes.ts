// The rules of the mailboxes, decided in memory at once: what a put, a taking, an acknowledgement and an expiry do to what
// waits. Says what has to be written of it; durability is the writer's.
import { IdHash } from "../../id-hash.ts";
import type { StoredPut, StoredPutOutcome, TakeLimit } from "../../mailbox/store.ts";
import { AddressShares } from "./address-shares.ts";
import type { PutRecord } from "./batch.ts";
import { EnvelopeTable, foldedIdOf, pendingSegment, slotFlags, wordAt } from "./envelope-table.ts";
import { type Mailbox, nameOf, withRange } from "./mailbox.ts";
import { isFull, released } from "./mailbox-room.ts";
import { pastRevoked, revokedOf } from "./revoked-envelopes.ts";

export const kinds = { provisional: 0, full: 1, group: 2 } as const;
const none = -1;
const hourMs = 3_600_000;

/** Where decisions go to be written. */
export interface Appending {
  put(mailbox: Mailbox, slot: number, put: StoredPut, record: PutRecord): void;
  /** The mailbox's state is to be written. */
  state(mailbox: Mailbox): void;
  /** A record's bytes are not needed any more, as soon as what was decided so far is durable. */
  dead(segment: number, offset: number, length: number): void;
}

/** What a taking found, what was dropped among it. */
export interface Selection {
  readonly slots: readonly number[];
  readonly handed: number;
}

export class WaitingEnvelopes {
  readonly table: EnvelopeTable;
  readonly shares: AddressShares;
  readonly #appending: Appending;
  /** The words of the one that is looked for. */
  readonly #serial = new Int32Array(4);

  /** @param seed of the hash that ids and serials are found by */
  constructor(appending: Appending, seed: Uint8Array) {
    this.#appending = appending;
    const hash = new IdHash(seed);
    this.table = new EnvelopeTable(hash);
    this.shares = new AddressShares(hash);
  }

  put(mailbox: Mailbox, put: StoredPut): StoredPutOutcome {
    const { table } = this;
    const { bytes, envelopeIdAt, bodyLength } = put;
    const { generation, serial, kind } = put.address;
    if (generation !== mailbox.generation) return { kind: "former" };
    // Also what was handed out and still waits: whether it was acknowledged is not told.
    if (mailbox.revoked && revokedOf(mailbox.revoked, foldedIdOf(bytes, envelopeIdAt))) {
      return { kind: "revoked" };
    }
    const there = table.find(mailbox.ordinal, bytes, envelopeIdAt);
    if (there !== none) {
      // Written all the same: otherwise it would be answered sooner than what is stored.
      this.#appending.state(mailbox);
      return { kind: "duplicate", position: table.position(there) };
    }
    const isShared = kind !== "provisional";
    if (isShared) this.#countShares(mailbox);
    const words = this.#serial;
    for (let word = 0; word < 4; word += 1) words[word] = wordAt(serial, word * 4);
    const share = isShared ? this.shares.find(mailbox.ordinal, words) : none;
    const hour = hourOf(put.now);
    if (isFull(mailbox, put, this.shares, share, hour)) return { kind: "full" };
    // Strangers have addresses that nobody can take from them: the mailbox's one pool is what holds them off.
    const isDropped = isShared && (mailbox.blocked?.has(nameOf(serial)) ?? false);
    const position = mailbox.last + 1;
    const hasAllBefore = put.handsOut && mailbox.handed === mailbox.last;
    mailbox.last = position;
    if (hasAllBefore) mailbox.handed = position;
    const flags = (isShared ? 0 : slotFlags.provisional) | (isDropped ? slotFlags.dropped : 0);
    if (isShared) this.shares.count(share, mailbox.ordinal, words, bodyLength);
    const hourAndFlags = hour * 8 + flags;
    // The id is the one looked for above.
    const slot = table.add(mailbox.ordinal, position, bodyLength, hourAndFlags, words);
    this.append(mailbox, slot);
    this.#appending.put(mailbox, slot, put, {
      position,
      hour,
      kind: kinds[kind],
      isHanded: hasAllBefore,
      isDropped,
    });
    return { kind: isDropped ? "dropped" : "stored", position, handed: hasAllBefore };
  }

  /** What is behind a position counts as handed out from now on, as far as the limit goes: up to which, and whether more waits. */
  take(
    mailbox: Mailbox,
    after: number,
    limit: TakeLimit,
  ): { readonly handed: number; readonly more: boolean } {
    const handed = this.#reach(mailbox, after, limit);
    if (handed > mailbox.handed) {
      mailbox.handed = handed;
      this.#appending.state(mailbox);
    }
    return { handed, more: handed < mailbox.last };
  }

  /** The position up to which the limit goes, and at least one is taken. */
  #reach(mailbox: Mailbox, after: number, limit: TakeLimit): number {
    // Mostly all of it is asked for, and nothing need be looked at.
    if (mailbox.waiting <= limit.envelopes && mailbox.bytes <= limit.bytes) return mailbox.last;
    const { table } = this;
    let envelopes = 0;
    let bytes = 0;
    for (let slot = mailbox.first; slot !== none; slot = table.next(slot)) {
      const position = table.position(slot);
      if (position <= after) continue;
      envelopes += 1;
      bytes += table.bodyLength(slot);
      const fits = bytes <= limit.bytes || envelopes === 1;
      if (envelopes > limit.envelopes || !fits) return position - 1;
    }
    return mailbox.last;
  }

  /** What waits behind a position, up to one that was taken, and is durable now. */
  durableOf(mailbox: Mailbox, after: number, taken: number): Selection {
    const { table } = this;
    const slots: number[] = [];
    let handed = Math.min(taken, mailbox.last);
    for (let slot = mailbox.first; slot !== none; slot = table.next(slot)) {
      const position = table.position(slot);
      if (position > handed) break;
      // Put anew where one was taken back since.
      if (table.segment(slot) === pendingSegment) handed = position - 1;
      else if (position > after) slots.push(slot);
    }
    return { slots, handed };
  }

  acknowledge(mailbox: Mailbox, position: number, hour: number): boolean {
    if (position > mailbox.handed) return false;
    if (position <= mailbox.acknowledged) return true;
    mailbox.acknowledged = position;
    const { provisional, provisionalBytes } = mailbox;
    this.#removeThrough(mailbox, position);
    released(mailbox, hour, provisional, provisionalBytes);
    if (mailbox.removed > mailbox.handed) mailbox.handed = mailbox.removed;
    this.#appending.state(mailbox);
    return true;
  }

  /** Ends what is older than an hour, of one mailbox. Returns how many. */
  expire(mailbox: Mailbox, hour: number, before: number): number {
    const { table } = this;
    this.#setBackThoseAhead(mailbox, hour);
    let through = 0;
    let count = 0;
    for (let slot = mailbox.first; slot !== none; slot = table.next(slot)) {
      if (table.hour(slot) >= before || table.segment(slot) === pendingSegment) break;
      through = table.position(slot);
      count += 1;
    }
    if (count === 0) return 0;
    const from = Math.max(mailbox.handed, mailbox.removed) + 1;
    if (through >= from) mailbox.expired = withRange(mailbox.expired, { from, to: through, hour });
    const { provisional, provisionalBytes } = mailbox;
    this.#removeThrough(mailbox, through);
    released(mailbox, hour, provisional, provisionalBytes);
    if (mailbox.removed > mailbox.handed) mailbox.handed = mailbox.removed;
    this.#appending.state(mailbox);
    return count;
  }

  /**
   * What was put while the clock was ahead came before what stands behind it, and before now: otherwise it would stay for
   * years, and everything behind it too. In memory alone: the next start finds it ahead again, and does the same.
   */
  #setBackThoseAhead(mailbox: Mailbox, hourNow: number): void {
    const { table } = this;
    for (let slot = mailbox.first; slot !== none; slot = table.next(slot)) {
      if (table.hour(slot) <= hourNow) continue;
      let behind = table.next(slot);
      while (behind !== none && table.hour(behind) > hourNow) behind = table.next(behind);
      const hour = behind === none ? hourNow : table.hour(behind);
      for (; slot !== behind; slot = table.next(slot)) {
        table.setHour(slot, hour);
        if (table.next(slot) === none) return;
      }
    }
  }

  forgetExpired(mailbox: Mailbox, before: number): void {
    if (!mailbox.expired?.some(({ hour }) => hour < before)) return;
    const left = mailbox.expired.filter(({ hour }) => hour >= before);
    mailbox.expired = left.length > 0 ? left : undefined;
    this.#appending.state(mailbox);
  }

  /** Begins a generation: what waits is gone. Returns it, to be removed in slices. */
  restart(mailbox: Mailbox, generation: number): number {
    const chain = this.cutOff(mailbox);
    mailbox.generation = generation;
    mailbox.acknowledged = mailbox.last;
    mailbox.handed = mailbox.last;
    mailbox.removed = mailbox.last;
    mailbox.expired = undefined;
    mailbox.revoked = undefined;
    mailbox.blocked = undefined;
    mailbox.released = 0;
    mailbox.releasedBytes = 0;
    this.#appending.state(mailbox);
    return chain;
  }

  /** Nothing waits in it from now on. Returns the chain of what did, for `removeSome`. */
  cutOff(mailbox: Mailbox): number {
    const chain = mailbox.first;
    mailbox.first = none;
    mailbox.lastSlot = none;
    mailbox.waiting = 0;
    mailbox.bytes = 0;
    mailbox.provisional = 0;
    mailbox.provisionalBytes = 0;
    return chain;
  }

  /** Of a chain that was cut off, and is durable. Returns what is left of it. */
  removeSome(chain: number, most: number): number {
    let slot = chain;
    for (let count = 0; slot !== none && count < most; count += 1) {
      const next = this.table.next(slot);
      this.#remove(slot);
      slot = next;
    }
    return slot;
  }

  /** Puts a slot at the end of its mailbox's chain. */
  append(mailbox: Mailbox, slot: number): void {
    if (mailbox.lastSlot === none) mailbox.first = slot;
    else this.table.setNext(mailbox.lastSlot, slot);
    mailbox.lastSlot = slot;
    const bytes = this.table.bodyLength(slot);
    mailbox.waiting += 1;
    mailbox.bytes += bytes;
    if (!this.table.isShared(slot)) {
      mailbox.provisional += 1;
      mailbox.provisionalBytes += bytes;
    }
  }

  /** Takes back the last puts of a mailbox, none of which is durable: as if they had not been. */
  takeBack(mailbox: Mailbox): void {
    const { table } = this;
    let kept = none;
    let slot = mailbox.first;
    while (slot !== none && table.segment(slot) !== pendingSegment) {
      kept = slot;
      slot = table.next(slot);
    }
    if (slot === none) return;
    mailbox.last = table.position(slot) - 1;
    mailbox.handed = Math.min(mailbox.handed, mailbox.last);
    mailbox.lastSlot = kept;
    if (kept === none) mailbox.first = none;
    else table.setNext(kept, none);
    while (slot !== none) {
      const next = table.next(slot);
      this.#uncount(mailbox, slot);
      this.#remove(slot);
      slot = next;
    }
  }

  /** Of a chain as it was found: in order of positions, each once. Returns where what was there twice stood. */
  sort(mailbox: Mailbox): { segment: number; offset: number; length: number }[] {
    const { table } = this;
    const slots: number[] = [];
    for (let slot = mailbox.first; slot !== none; slot = table.next(slot)) slots.push(slot);
    slots.sort(
      (a, b) => table.position(a) - table.position(b) || table.segment(b) - table.segment(a),
    );
    const twice: { segment: number; offset: number; length: number }[] = [];
    mailbox.first = none;
    mailbox.lastSlot = none;
    for (const slot of slots) {
      this.#uncount(mailbox, slot);
      const before = mailbox.lastSlot;
      table.setNext(slot, none);
      if (before === none || table.position(before) !== table.position(slot)) {
        this.append(mailbox, slot);
        continue;
      }
      const length = table.recordBytes(slot);
      twice.push({ segment: table.segment(slot), offset: table.offset(slot), length });
      this.#free(slot);
    }
    return twice;
  }

  /** Takes one out of its mailbox, wherever it stands: what is behind it stays at its position. */
  removeOne(mailbox: Mailbox, slot: number): void {
    const { table } = this;
    let before = none;
    for (let at = mailbox.first; at !== slot; at = table.next(at)) before = at;
    const behind = table.next(slot);
    if (before === none) mailbox.first = behind;
    else table.setNext(before, behind);
    if (behind === none) mailbox.lastSlot = before;
    this.#uncount(mailbox, slot);
    this.#remove(slot);
  }

  isWithoutGaps(mailbox: Mailbox): boolean {
    let before = mailbox.removed;
    for (let slot = mailbox.first; slot !== none; slot = this.table.next(slot)) {
      before = pastRevoked(mailbox.revoked, before) + 1;
      if (this.table.position(slot) !== before) return false;
    }
    return true;
  }

  /** Of what a start found: into most mailboxes nothing is put before it is taken. */
  #countShares(mailbox: Mailbox): void {
    if (mailbox.hasShares) return;
    mailbox.hasShares = true;
    const { table, shares } = this;
    const { ordinal } = mailbox;
    for (let slot = mailbox.first; slot !== none; slot = table.next(slot)) {
      if (!table.isShared(slot)) continue;
      const serial = this.#serialOf(slot);
      shares.count(shares.find(ordinal, serial), ordinal, serial, table.bodyLength(slot));
    }
  }

  /** Until another is asked for. */
  #serialOf(slot: number): Int32Array {
    for (let word = 0; word < 4; word += 1) this.#serial[word] = this.table.serialWord(slot, word);
    return this.#serial;
  }

  #removeThrough(mailbox: Mailbox, through: number): void {
    const { table } = this;
    let slot = mailbox.first;
    while (slot !== none && table.position(slot) <= through) {
      if (table.segment(slot) === pendingSegment) break;
      const next = table.next(slot);
      this.#uncount(mailbox, slot);
      this.#remove(slot);
      slot = next;
    }
    mailbox.first = slot;
    if (slot === none) mailbox.lastSlot = none;
    mailbox.removed = Math.max(mailbox.removed, pastRevoked(mailbox.revoked, through));
  }

  #uncount(mailbox: Mailbox, slot: number): void {
    const bytes = this.table.bodyLength(slot);
    mailbox.waiting -= 1;
    mailbox.bytes -= bytes;
    if (!this.table.isShared(slot)) {
      mailbox.provisional -= 1;
      mailbox.provisionalBytes -= bytes;
    }
  }

  #remove(slot: number): void {
    const { table } = this;
    const segment = table.segment(slot);
    if (segment !== pendingSegment) {
      const length = table.recordBytes(slot);
      this.#appending.dead(segment, table.offset(slot), length);
    }
    this.#free(slot);
  }

  #free(slot: number): void {
    const { table, shares } = this;
    if (table.isShared(slot)) {
      // Where its mailbox's are not counted, there is none.
      const share = shares.find(table.owner(slot), this.#serialOf(slot));
      shares.release(share, table.bodyLength(slot));
    }
    table.remove(slot);
  }
}

export function hourOf(time: number): number {
  return Math.floor(time / hourMs);
}
