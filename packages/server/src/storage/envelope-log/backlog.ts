// Bodies that wait, read back from the segments: neighbours in one reading. What was live goes from memory to its device and
// is never read.
import type { WaitingEnvelope } from "../../mailbox/store.ts";
import { DamagedSegment } from "./damaged-segment.ts";
import { isWhole, putFields, putHeaderBytes, putRecordBytes, readPrefix } from "./record-format.ts";
import { type Segments, segmentName } from "./segments.ts";
import type { WaitingEnvelopes } from "./waiting-envelopes.ts";

// Of what lies between two that are wanted: to read over it is cheaper than to begin anew.
const gapBytes = 16_384;
const readAtOnce = 1_048_576;

interface Piece {
  readonly slot: number;
  readonly position: number;
  readonly offset: number;
  readonly length: number;
}

/** One reading of one segment. */
interface Reading {
  readonly segment: number;
  readonly from: number;
  to: number;
  readonly pieces: Piece[];
}

export async function readBacklog(
  parts: {
    readonly segments: Segments;
    readonly waiting: WaitingEnvelopes;
    readonly salt: number;
  },
  slots: readonly number[],
): Promise<WaitingEnvelope[]> {
  const readings = readingsOf(parts.waiting, slots);
  const held = [...new Set(readings.map(({ segment }) => segment))].map((number) =>
    parts.segments.get(number),
  );
  for (const segment of held) segment.readers += 1;
  try {
    const envelopes = await Promise.all(readings.map((reading) => read(parts, reading)));
    return envelopes.flat();
  } finally {
    for (const segment of held) {
      segment.readers -= 1;
      segment.wasUsed = true;
    }
  }
}

function readingsOf({ table }: WaitingEnvelopes, slots: readonly number[]): Reading[] {
  const readings: Reading[] = [];
  for (const slot of slots) {
    const segment = table.segment(slot);
    const offset = table.offset(slot);
    const length = putRecordBytes(table.bodyLength(slot));
    const piece = { slot, position: table.position(slot), offset, length };
    const before = readings.at(-1);
    const isNear =
      before?.segment === segment &&
      offset >= before.to &&
      offset - before.to <= gapBytes &&
      offset + length - before.from <= readAtOnce;
    if (isNear) {
      before.to = offset + length;
      before.pieces.push(piece);
    } else readings.push({ segment, from: offset, to: offset + length, pieces: [piece] });
  }
  return readings;
}

async function read(
  { segments, waiting, salt }: Parameters<typeof readBacklog>[0],
  { segment, from, to, pieces }: Reading,
): Promise<WaitingEnvelope[]> {
  const { table } = waiting;
  const bytes = Buffer.allocUnsafeSlow(to - from);
  await segments.get(segment).file.read(bytes, from);
  const envelopes: WaitingEnvelope[] = [];
  for (const { slot, position, offset, length } of pieces) {
    const at = offset - from;
    const record = readPrefix(bytes, at, salt);
    if (record?.length !== length || !isWhole(bytes, at, record, salt)) {
      // Acknowledged from elsewhere while it was read, it may be erased.
      const isStillThere = table.segment(slot) === segment && table.offset(slot) === offset;
      if (isStillThere) throw new DamagedSegment(segmentName(segment));
      continue;
    }
    const bodyLength = bytes.readUInt32LE(at + putFields.bodyLength);
    envelopes.push({
      position,
      envelopeId: bytes.subarray(at + putFields.envelopeId, at + putFields.envelopeId + 32),
      serial: bytes.subarray(at + putFields.serial, at + putFields.serial + 16),
      body: bytes.subarray(at + putHeaderBytes, at + putHeaderBytes + bodyLength),
    });
  }
  return envelopes;
}
