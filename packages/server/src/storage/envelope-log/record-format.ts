// How the bytes of a segment are laid out: a header, then batches, each a batch record and the records that came with
// it. Little-endian; every record begins at a multiple of 16, so that no disk tears the 16 bytes that say what it is.
import { crc32 } from "node:zlib";

export const alignment = 16;
export const prefixBytes = 16;
export const segmentHeaderBytes = 64;
export const putHeaderBytes = 104;
export const batchRecordBytes = 32;

/**
 * batch: how long it is, and its place among all. put: an envelope. states: where mailboxes stand. segments: which segments
 * hold something. erased: what was here is gone.
 */
export const recordTypes = { batch: 1, put: 2, states: 3, segments: 4, erased: 5 } as const;

/**
 * live: of puts as they come. settledEnvelopes and settledStates: of what was moved, since what it stood among is gone;
 * apart, since envelopes go by age and states come again.
 */
export const streams = { live: 1, settledEnvelopes: 2, settledStates: 3 } as const;
export type Stream = (typeof streams)[keyof typeof streams];
export type SettledStream = Exclude<Stream, typeof streams.live>;

export const putFlags = { quiet: 1, handed: 2, dropped: 4 } as const;

// prefix: length of the record (4), type (4), CRC-32 of what follows it (4), check of these three (4).
// put: mailbox id (16), position (8), generation (4), hour (4), envelope id (32), serial (16), length of the body (4),
// kind (1), flags (1), nothing (2), body; one that was dropped has a length and no body.
export const putFields = {
  mailboxId: 16,
  position: 32,
  generation: 40,
  hour: 44,
  envelopeId: 48,
  serial: 80,
  bodyLength: 96,
  kind: 100,
  flags: 101,
} as const;
// states: how many (4), nothing (12), and for each: mailbox id (16), acknowledged (8), handed (8), removed (8), generation
// (4), revision (4), ranges that expired (2), what was taken back (2), and what was released of the provisional pool:
// envelopes (4), their bytes (4), in which hour (4); each range from (8), to (8), hour (8); of each that was taken back the
// folded id (16), position (8), hour (4), address (4). The last position is not in it: each that was given out is removed,
// was taken back, or has its put record.
export const stateBytes = 64;
export const rangeBytes = 24;
export const revokedBytes = 32;
export const statesHeaderBytes = prefixBytes + 16;
// segments: how many (4), and of each its number (4) and its end (4).
export const segmentBytesInList = 8;

const magic = 0x4754534c;
const version = 3;

export interface SegmentHeader {
  readonly number: number;
  readonly stream: Stream;
  /** Of the whole log, and known to nobody: no envelope's content can pass for a record. */
  readonly salt: number;
}

export function segmentHeader({ number, stream, salt }: SegmentHeader): Buffer {
  const bytes = Buffer.alloc(segmentHeaderBytes);
  for (const [index, value] of [magic, version, number, stream, salt].entries()) {
    bytes.writeUInt32LE(value, index * 4);
  }
  bytes.writeUInt32LE(crc32(bytes.subarray(0, 20)), 20);
  return bytes;
}

/** "empty" where it was never finished; "damaged" where it is no header. */
export function readSegmentHeader(bytes: Buffer): SegmentHeader | "empty" | "damaged" {
  const header = bytes.subarray(0, segmentHeaderBytes);
  if (header.every((byte) => byte === 0)) return "empty";
  if (header.length < segmentHeaderBytes) return "damaged";
  const isWhole =
    header.readUInt32LE(0) === magic &&
    header.readUInt32LE(4) === version &&
    header.readUInt32LE(20) === crc32(header.subarray(0, 20));
  if (!isWhole) return "damaged";
  return {
    number: header.readUInt32LE(8),
    stream: header.readUInt32LE(12) as Stream,
    salt: header.readUInt32LE(16),
  };
}

export function aligned(length: number): number {
  return (length + alignment - 1) & ~(alignment - 1);
}

/** Of a put record whole. */
export function putRecordBytes(keptBytes: number): number {
  return aligned(putHeaderBytes + keptBytes);
}

function checkOf(length: number, type: number, crc: number, salt: number): number {
  let mixed = Math.imul(length ^ salt, 0x9e3779b1);
  mixed = Math.imul((mixed ^ (mixed >>> 15) ^ type) | 0, 0x85ebca77);
  mixed = Math.imul((mixed ^ (mixed >>> 13) ^ crc) | 0, 0xc2b2ae3d);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** With the CRC of a record whose other bytes are in place. */
export function sealRecord(
  bytes: Buffer,
  view: DataView,
  at: number,
  length: number,
  type: number,
  salt: number,
): void {
  writePrefix(
    view,
    at,
    length,
    type,
    crc32(bytes.subarray(at + prefixBytes, at + length), salt),
    salt,
  );
}

function writePrefix(
  view: DataView,
  at: number,
  length: number,
  type: number,
  crc: number,
  salt: number,
): void {
  view.setUint32(at, length, true);
  view.setUint32(at + 4, type, true);
  view.setUint32(at + 8, crc, true);
  view.setUint32(at + 12, checkOf(length, type, crc, salt), true);
}

/** What stands first where a run of records was erased; zeros follow. */
export function erasedPrefix(length: number, salt: number): Buffer {
  const bytes = Buffer.alloc(prefixBytes);
  writePrefix(viewOf(bytes), 0, length, recordTypes.erased, 0, salt);
  return bytes;
}

export interface RecordPrefix {
  readonly length: number;
  readonly type: number;
  readonly crc: number;
}

/** Undefined where no record begins, or it does not fit. */
export function readPrefix(bytes: Buffer, at: number, salt: number): RecordPrefix | undefined {
  if (at + prefixBytes > bytes.length) return undefined;
  const length = bytes.readUInt32LE(at);
  const type = bytes.readUInt32LE(at + 4);
  const crc = bytes.readUInt32LE(at + 8);
  if (length < prefixBytes || length % alignment !== 0 || at + length > bytes.length) {
    return undefined;
  }
  return bytes.readUInt32LE(at + 12) === checkOf(length, type, crc, salt)
    ? { length, type, crc }
    : undefined;
}

/** Whether the bytes of a record are those that were written. */
export function isWhole(bytes: Buffer, at: number, prefix: RecordPrefix, salt: number): boolean {
  const content = bytes.subarray(at + prefixBytes, at + prefix.length);
  return crc32(content, salt) === prefix.crc;
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
