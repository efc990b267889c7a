// A segment as it is found: its whole batches, up to where the last write was cut short. Trusts no byte of it.
import { DamagedSegment } from "./damaged-segment.ts";
import {
  alignment,
  batchRecordBytes,
  isWhole,
  prefixBytes,
  type RecordPrefix,
  readPrefix,
  recordTypes,
  segmentHeaderBytes,
} from "./record-format.ts";

export interface ScannedSegment {
  /** Of its last whole batch. */
  readonly end: number;
  /** Of that batch; 0 where there is none. */
  readonly sequence: number;
  /** Whether anything stands behind the end. */
  readonly hasRemains: boolean;
}

interface FoundBatch {
  readonly sequence: number;
  readonly length: number;
}

/**
 * @param mayBeTorn its last batch may have been cut short
 * @throws DamagedSegment where something is not whole that was written before something that is
 */
export function scanSegment(
  segment: { readonly name: string; readonly bytes: Buffer; readonly salt: number },
  mayBeTorn: boolean,
  visit: (record: RecordPrefix, at: number) => void,
): ScannedSegment {
  const { name, bytes, salt } = segment;
  let at = segmentHeaderBytes;
  let sequence = 0;
  for (;;) {
    const batch = batchAt(bytes, at, salt);
    if (!batch || batch.sequence <= sequence) break;
    const records = recordsIn(bytes, at + batchRecordBytes, at + batch.length, salt);
    if (!records) break;
    for (const { record, from } of records) visit(record, from);
    at += batch.length;
    sequence = batch.sequence;
  }
  const hasRemains = !isZero(bytes, at);
  if (hasRemains && (!mayBeTorn || hasBatchBehind(bytes, at, salt, sequence))) {
    throw new DamagedSegment(name);
  }
  return { end: at, sequence, hasRemains };
}

function batchAt(bytes: Buffer, at: number, salt: number): FoundBatch | undefined {
  const record = readPrefix(bytes, at, salt);
  if (record?.type !== recordTypes.batch || record.length !== batchRecordBytes) return undefined;
  if (!isWhole(bytes, at, record, salt)) return undefined;
  const sequence = bytes.readDoubleLE(at + prefixBytes);
  return { sequence, length: bytes.readUInt32LE(at + prefixBytes + 8) };
}

/** Undefined where one of them is not whole, or they do not fill it. */
function recordsIn(
  bytes: Buffer,
  start: number,
  end: number,
  salt: number,
): { readonly record: RecordPrefix; readonly from: number }[] | undefined {
  const records: { record: RecordPrefix; from: number }[] = [];
  let from = start;
  while (from < end) {
    const record = readPrefix(bytes, from, salt);
    if (!record || from + record.length > end) return undefined;
    if (record.type !== recordTypes.erased && !isWhole(bytes, from, record, salt)) return undefined;
    records.push({ record, from });
    from += record.length;
  }
  return from === end && end <= bytes.length ? records : undefined;
}

/** One that was begun only after what stands at `at` was durable. */
function hasBatchBehind(bytes: Buffer, at: number, salt: number, sequence: number): boolean {
  const torn = batchAt(bytes, at, salt);
  const next = torn ? torn.sequence : sequence;
  for (let from = at + alignment; from < bytes.length; from += alignment) {
    const batch = batchAt(bytes, from, salt);
    if (batch && batch.sequence > next) return true;
  }
  return false;
}

export function isZero(bytes: Buffer, from: number, to = bytes.length): boolean {
  for (let at = from; at < to; at += 1) if (bytes[at] !== 0) return false;
  return true;
}
