// One batch as it grows: its records in one buffer, ready to be written as they are, and who is told when they are durable.
// Two of these take turns: one is written while the other grows.
import type { StoredPut } from "../../mailbox/store.ts";
import type { Mailbox } from "./mailbox.ts";
import {
  aligned,
  batchRecordBytes,
  prefixBytes,
  putFields,
  putFlags,
  putHeaderBytes,
  putRecordBytes,
  rangeBytes,
  recordTypes,
  revokedBytes,
  sealRecord,
  segmentBytesInList,
  stateBytes,
  statesHeaderBytes,
  viewOf,
} from "./record-format.ts";
import { writeRevoked } from "./revoked-envelopes.ts";

/** What was decided of a put. */
export interface PutRecord {
  readonly position: number;
  readonly hour: number;
  readonly kind: number;
  readonly isHanded: boolean;
  /** No bytes are kept. */
  readonly isDropped: boolean;
}

const firstBytes = 16_384;
// What a burst made longer is given back after it.
const keptBytes = 4_194_304;

export class Batch {
  /** Of all, ascending. */
  sequence = 0;
  bytes = Buffer.allocUnsafeSlow(firstBytes);
  end = batchRecordBytes;
  /** Of its put records, in their order. */
  slots: number[] = [];
  /** Of those whose state goes with it. */
  mailboxes: Mailbox[] = [];
  /** Where their states stand in it. */
  statesAt = 0;
  statesLength = 0;
  afterPuts: ((stored: boolean) => void)[] = [];
  afterAll: (() => void)[] = [];
  #view = viewOf(this.bytes);
  readonly #salt: number;

  constructor(salt: number) {
    this.#salt = salt;
  }

  get isEmpty(): boolean {
    return (
      this.end === batchRecordBytes && this.mailboxes.length === 0 && this.afterAll.length === 0
    );
  }

  /** Returns where in the batch it stands. */
  addPut(mailbox: Mailbox, put: StoredPut, record: PutRecord): number {
    const { position, hour, kind, isHanded, isDropped } = record;
    const kept = isDropped ? 0 : put.bodyLength;
    const length = putRecordBytes(kept);
    const at = this.#room(length);
    const { bytes } = this;
    const view = this.#view;
    mailbox.writeId(bytes, at + putFields.mailboxId);
    view.setFloat64(at + putFields.position, position, true);
    view.setUint32(at + putFields.generation, put.address.generation, true);
    view.setUint32(at + putFields.hour, hour, true);
    const { envelopeIdAt, bodyAt } = put;
    bytes.set(put.bytes.subarray(envelopeIdAt, envelopeIdAt + 32), at + putFields.envelopeId);
    bytes.set(put.address.serial, at + putFields.serial);
    view.setUint32(at + putFields.bodyLength, put.bodyLength, true);
    const flags =
      (put.quiet ? putFlags.quiet : 0) |
      (isHanded ? putFlags.handed : 0) |
      (isDropped ? putFlags.dropped : 0);
    view.setUint32(at + putFields.kind, kind | (flags << 8), true);
    const bodyEnd = at + putHeaderBytes + kept;
    if (kept > 0) bytes.set(put.bytes.subarray(bodyAt, bodyAt + kept), at + putHeaderBytes);
    // The buffer is used again: what stood here before is no part of this record.
    for (let rest = bodyEnd; rest < at + length; rest += 1) bytes[rest] = 0;
    sealRecord(bytes, view, at, length, recordTypes.put, this.#salt);
    return at;
  }

  /** A record as it was read elsewhere, whole. */
  addCopy(record: Uint8Array): number {
    const at = this.#room(record.length);
    this.bytes.set(record, at);
    return at;
  }

  addStates(mailboxes: readonly Mailbox[]): void {
    if (mailboxes.length === 0) return;
    let length = statesHeaderBytes;
    for (const { expired, revoked } of mailboxes) {
      length += stateBytes + rangeBytes * (expired?.length ?? 0);
      length += revokedBytes * (revoked?.length ?? 0);
    }
    length = aligned(length);
    const start = this.#room(length);
    this.statesAt = start;
    this.statesLength = length;
    const view = this.#view;
    this.bytes.fill(0, start, start + length);
    view.setUint32(start + prefixBytes, mailboxes.length, true);
    let at = start + statesHeaderBytes;
    for (const mailbox of mailboxes) {
      mailbox.revision += 1;
      mailbox.writeId(this.bytes, at);
      view.setFloat64(at + 16, mailbox.acknowledged, true);
      view.setFloat64(at + 24, mailbox.handed, true);
      view.setFloat64(at + 32, mailbox.removed, true);
      view.setUint32(at + 40, mailbox.generation, true);
      view.setUint32(at + 44, mailbox.revision, true);
      view.setUint16(at + 48, mailbox.expired?.length ?? 0, true);
      view.setUint16(at + 50, mailbox.revoked?.length ?? 0, true);
      view.setUint32(at + 52, mailbox.released, true);
      view.setUint32(at + 56, mailbox.releasedBytes, true);
      view.setUint32(at + 60, mailbox.releasedHour, true);
      at += stateBytes;
      for (const { from, to, hour } of mailbox.expired ?? []) {
        view.setFloat64(at, from, true);
        view.setFloat64(at + 8, to, true);
        view.setFloat64(at + 16, hour, true);
        at += rangeBytes;
      }
      for (const revoked of mailbox.revoked ?? []) {
        writeRevoked(view, at, revoked);
        at += revokedBytes;
      }
    }
    sealRecord(this.bytes, view, start, length, recordTypes.states, this.#salt);
  }

  /** Of a record in it. */
  recordLength(at: number): number {
    return this.bytes.readUInt32LE(at);
  }

  /** @param listed where one is not appended to any more, with its end; else 0 */
  addSegments(listed: readonly { readonly number: number; readonly end: number }[]): void {
    const length = aligned(prefixBytes + 4 + listed.length * segmentBytesInList);
    const at = this.#room(length);
    const view = this.#view;
    this.bytes.fill(0, at, at + length);
    view.setUint32(at + prefixBytes, listed.length, true);
    for (const [index, { number, end }] of listed.entries()) {
      const entry = at + prefixBytes + 4 + index * segmentBytesInList;
      view.setUint32(entry, number, true);
      view.setUint32(entry + 4, end, true);
    }
    sealRecord(this.bytes, view, at, length, recordTypes.segments, this.#salt);
  }

  /** Puts the batch record before the others: from here on they are one. */
  seal(sequence: number): void {
    this.sequence = sequence;
    this.bytes.fill(0, 0, batchRecordBytes);
    this.#view.setFloat64(prefixBytes, sequence, true);
    this.#view.setUint32(prefixBytes + 8, this.end, true);
    sealRecord(this.bytes, this.#view, 0, batchRecordBytes, recordTypes.batch, this.#salt);
  }

  /** Forgets its records, not who waits. */
  clearRecords(): void {
    this.end = batchRecordBytes;
    this.slots = [];
    if (this.bytes.length > keptBytes) this.#replaceBuffer(firstBytes);
  }

  clear(): void {
    this.clearRecords();
    this.mailboxes = [];
    this.afterPuts = [];
    this.afterAll = [];
  }

  #room(length: number): number {
    const at = this.end;
    if (at + length > this.bytes.length) {
      const before = this.bytes;
      this.#replaceBuffer(Math.max(before.length * 2, at + length));
      this.bytes.set(before.subarray(0, at));
    }
    this.end = at + length;
    return at;
  }

  #replaceBuffer(length: number): void {
    this.bytes = Buffer.allocUnsafeSlow(length);
    this.#view = viewOf(this.bytes);
  }
}
