// What a start finds to wait: entries of many files together, and these mailbox by mailbox. In the order of the files the
// neighbours of each would be looked for in memory that is larger than the processor's cache.
import { slotFlags, wordAt } from "./envelope-table.ts";
import type { Mailbox } from "./mailbox.ts";
import type { Mailboxes } from "./mailboxes.ts";
import { putFields, putFlags, putRecordBytes, viewOf } from "./record-format.ts";
import { entryBytes, entryFields, handedFlag } from "./segment-index.ts";
import type { Segment } from "./segments.ts";
import { kinds, type WaitingEnvelopes } from "./waiting-envelopes.ts";

const none = -1;

export class FoundEnvelopes {
  /** Whose texts do not stand in their order, or not all. */
  readonly unsorted = new Set<Mailbox>();
  readonly #mailboxes: Mailboxes;
  readonly #waiting: WaitingEnvelopes;
  readonly #atOnce: number;
  /** Entries as indexes have them. */
  readonly #bytes: Buffer;
  readonly #view: DataView;
  #end = 0;
  /** Of each entry, its segment among these, and the next one of its mailbox. */
  #segments: Segment[] = [];
  readonly #segment: Uint32Array;
  readonly #next: Int32Array;
  /** The mailboxes that have some, and the first of each; by ordinal, the last. */
  #ownersEnd = 0;
  readonly #owners: Uint32Array;
  readonly #firsts: Uint32Array;
  readonly #lasts: Int32Array;

  /** @param atOnce so many are put into the tables together, at most */
  constructor(mailboxes: Mailboxes, waiting: WaitingEnvelopes, atOnce: number) {
    this.#mailboxes = mailboxes;
    this.#waiting = waiting;
    this.#atOnce = atOnce;
    this.#bytes = Buffer.allocUnsafeSlow(this.#atOnce * entryBytes);
    this.#view = viewOf(this.#bytes);
    this.#segment = new Uint32Array(this.#atOnce);
    this.#next = new Int32Array(this.#atOnce);
    this.#owners = new Uint32Array(this.#atOnce);
    this.#firsts = new Uint32Array(this.#atOnce);
    this.#lasts = new Int32Array(mailboxes.nextOrdinal).fill(none);
  }

  /** @param entries of its index */
  addIndexed(segment: Segment, entries: Buffer): void {
    for (let from = 0; from < entries.length; ) {
      const at = this.#end * entryBytes;
      const copied = entries.copy(this.#bytes, at, from);
      this.#note(segment, copied / entryBytes);
      from += copied;
    }
  }

  /** @param from where its put record stands in the segment */
  addRecord(segment: Segment, bytes: Buffer, from: number): void {
    const at = this.#end * entryBytes;
    const into = this.#bytes;
    const flags = bytes.readUInt8(from + putFields.flags);
    const hourAndFlags =
      bytes.readUInt32LE(from + putFields.hour) * 8 +
      (bytes.readUInt8(from + putFields.kind) === kinds.provisional ? slotFlags.provisional : 0) +
      (flags & putFlags.dropped ? slotFlags.dropped : 0) +
      (flags & putFlags.handed ? handedFlag : 0);
    const { mailboxId, position, generation, hour, serial, bodyLength, kind } = putFields;
    bytes.copy(into, at + entryFields.mailboxId, from + mailboxId, from + position);
    bytes.copy(into, at + entryFields.position, from + position, from + generation);
    bytes.copy(into, at + entryFields.generation, from + generation, from + hour);
    into.writeUInt32LE(hourAndFlags, at + entryFields.hourAndFlags);
    for (let byte = 0; byte < 16; byte += 4) {
      const idAt = from + putFields.envelopeId + byte;
      const folded = wordAt(bytes, idAt) ^ wordAt(bytes, idAt + 16);
      into.writeInt32LE(folded, at + entryFields.foldedId + byte);
    }
    bytes.copy(into, at + entryFields.serial, from + serial, from + bodyLength);
    bytes.copy(into, at + entryFields.bodyLength, from + bodyLength, from + kind);
    into.writeUInt32LE(from, at + entryFields.offset);
    this.#note(segment, 1);
  }

  /** Puts into the tables what is not there yet. */
  settle(): void {
    for (let index = 0; index < this.#ownersEnd; index += 1) {
      const ordinal = this.#owners[index] as number;
      const mailbox = this.#mailboxes.of(ordinal) as Mailbox;
      let entry = this.#firsts[index] as number;
      for (; entry !== none; entry = this.#next[entry] as number) this.#add(mailbox, entry);
      this.#lasts[ordinal] = none;
    }
    this.#ownersEnd = 0;
    this.#segments = [];
    this.#end = 0;
  }

  /** So many stand behind the others now. */
  #note(segment: Segment, count: number): void {
    const from = this.#end;
    this.#end += count;
    if (this.#segments.at(-1) !== segment) this.#segments.push(segment);
    const index = this.#segments.length - 1;
    for (let entry = from; entry < this.#end; entry += 1) {
      const at = entry * entryBytes;
      const ordinal = this.#mailboxes.ordinalOf(this.#bytes, at + entryFields.mailboxId);
      if (ordinal === 0) {
        this.#bury(segment, at);
        continue;
      }
      const last = this.#lasts[ordinal] as number;
      if (last === none) {
        this.#owners[this.#ownersEnd] = ordinal;
        this.#firsts[this.#ownersEnd] = entry;
        this.#ownersEnd += 1;
      } else this.#next[last] = entry;
      this.#lasts[ordinal] = entry;
      this.#next[entry] = none;
      this.#segment[entry] = index;
    }
    if (this.#end === this.#atOnce) this.settle();
  }

  #add(mailbox: Mailbox, entry: number): void {
    const view = this.#view;
    const at = entry * entryBytes;
    const segment = this.#segments[this.#segment[entry] as number] as Segment;
    const position = view.getFloat64(at + entryFields.position, true);
    const hourAndFlags = view.getUint32(at + entryFields.hourAndFlags, true);
    const isOfNow = mailbox.generation === view.getUint32(at + entryFields.generation, true);
    const isHanded = (hourAndFlags & handedFlag) !== 0;
    if (isOfNow && isHanded && position > mailbox.handed) mailbox.handed = position;
    if (position > mailbox.last) mailbox.last = position;
    const isRevoked = mailbox.revoked?.some((one) => one.position === position);
    if (!isOfNow || isRevoked || position <= mailbox.removed) {
      this.#bury(segment, at);
      return;
    }
    const { table } = this.#waiting;
    const { ordinal, lastSlot } = mailbox;
    const slot = table.addFound(
      ordinal,
      position,
      view.getUint32(at + entryFields.bodyLength, true),
      hourAndFlags & ~handedFlag,
      view,
      at + entryFields.foldedId,
      at + entryFields.serial,
    );
    const before = lastSlot === none ? mailbox.removed : table.position(lastSlot);
    if (position !== before + 1) this.unsorted.add(mailbox);
    this.#waiting.append(mailbox, slot);
    table.setPlace(slot, segment.number, view.getUint32(at + entryFields.offset, true));
    segment.slots.push(slot);
    segment.live += 1;
    segment.liveBytes += table.recordBytes(slot);
  }

  /** Nothing waits there any more. */
  #bury(segment: Segment, at: number): void {
    const isDropped =
      (this.#view.getUint32(at + entryFields.hourAndFlags, true) & slotFlags.dropped) !== 0;
    const bodyLength = this.#view.getUint32(at + entryFields.bodyLength, true);
    const offset = this.#view.getUint32(at + entryFields.offset, true);
    segment.dead.push(offset, putRecordBytes(isDropped ? 0 : bodyLength));
  }
}
