// Bodies that wait, read back from the segments: neighbours in one reading. What was live goes from memory to its device and
// is never read.
import type { WaitingEnvelope } from "../../mailbox/store.ts";
import { DamagedSegment } from "./damaged-segment.ts";
import { isWhole, putFields, putHeaderBytes, readPrefix } from "./record-format.ts";
import { type Segment, type Segments, segmentName } from "./segments.ts";
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
  readonly segment: Segment;
  readonly from: number;
  to: number;
  readonly pieces: Piece[];
}

// Texts of one mailbox stand apart, between those of others. Where so many are read of one segment in a tick, it is read
// whole, once, and kept while that goes on; one that grows, again when it has grown by as much.
const readsBeforeWhole = 24;
const cachedAtMost = 16;
const grownBytes = 1_048_576;

export interface BacklogParts {
  readonly segments: Segments;
  readonly waiting: WaitingEnvelopes;
  readonly salt: number;
}

export class Backlog {
  readonly #parts: BacklogParts;
  readonly #cached = new Set<Segment>();
  #reading = new Set<Segment>();

  constructor(parts: BacklogParts) {
    this.#parts = parts;
  }

  /** Lets go of what nobody read in since the last one. */
  tick(): void {
    for (const segment of this.#cached) {
      if (segment.reads > 0) continue;
      forget(segment);
      this.#cached.delete(segment);
    }
    for (const segment of this.#reading) segment.reads = 0;
    this.#reading = new Set(this.#cached);
  }

  async read(slots: readonly number[]): Promise<WaitingEnvelope[]> {
    const readings = readingsOf(this.#parts, slots);
    for (const { segment } of readings) segment.readers += 1;
    try {
      const envelopes: WaitingEnvelope[] = [];
      const found = await Promise.all(readings.map((reading) => this.#bytesOf(reading)));
      for (const [index, reading] of readings.entries()) {
        const { bytes, from } = found[index] as Found;
        this.#addTo(envelopes, reading, bytes, from);
      }
      return envelopes;
    } finally {
      for (const { segment } of readings) {
        segment.readers -= 1;
        segment.wasUsed = true;
      }
    }
  }

  async #bytesOf({ segment, from, to }: Reading): Promise<Found> {
    segment.reads += 1;
    this.#reading.add(segment);
    if (!isCached(segment, to) && segment.reads >= readsBeforeWhole) this.#cache(segment);
    const { cached } = segment;
    if (cached && isCached(segment, to)) return { bytes: await cached, from: 0 };
    return { bytes: await bytesOf(segment, from, to), from };
  }

  #cache(segment: Segment): void {
    const hasRoom = this.#cached.has(segment) || this.#cached.size < cachedAtMost;
    const isLater = segment.cached !== undefined && segment.end < segment.cachedEnd + grownBytes;
    if (!hasRoom || isLater) return;
    segment.cachedEnd = segment.end;
    segment.cached = bytesOf(segment, 0, segment.end).catch((error) => {
      forget(segment);
      throw error;
    });
    this.#cached.add(segment);
  }

  /** @throws DamagedSegment */
  #addTo(
    envelopes: WaitingEnvelope[],
    { segment, pieces }: Reading,
    bytes: Buffer,
    from: number,
  ): void {
    const { salt, waiting } = this.#parts;
    const { table } = waiting;
    for (const { slot, position, offset, length } of pieces) {
      const at = offset - from;
      const record = readPrefix(bytes, at, salt);
      if (record?.length !== length || !isWhole(bytes, at, record, salt)) {
        // Acknowledged from elsewhere while it was read, it may be erased.
        const isStill = table.segment(slot) === segment.number && table.offset(slot) === offset;
        if (isStill) throw new DamagedSegment(segmentName(segment.number));
        continue;
      }
      envelopes.push({
        position,
        bytes,
        envelopeIdAt: at + putFields.envelopeId,
        serialBytes: bytes,
        serialAt: at + putFields.serial,
        bodyAt: at + putHeaderBytes,
        bodyLength: bytes.readUInt32LE(at + putFields.bodyLength),
      });
    }
  }
}

function isCached({ cached, cachedEnd }: Segment, to: number): boolean {
  return cached !== undefined && to <= cachedEnd;
}

function forget(segment: Segment): void {
  segment.cached = undefined;
  segment.cachedEnd = 0;
}

interface Found {
  readonly bytes: Buffer;
  /** Where in the segment they begin. */
  readonly from: number;
}

async function bytesOf({ file }: Segment, from: number, to: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafeSlow(to - from);
  await file.read(bytes, from);
  return bytes;
}

function readingsOf({ segments, waiting }: BacklogParts, slots: readonly number[]): Reading[] {
  const { table } = waiting;
  const readings: Reading[] = [];
  for (const slot of slots) {
    const number = table.segment(slot);
    const offset = table.offset(slot);
    const length = table.recordBytes(slot);
    const piece = { slot, position: table.position(slot), offset, length };
    const before = readings.at(-1);
    const isNear =
      before?.segment.number === number &&
      offset >= before.to &&
      (isCached(before.segment, offset + length) ||
        (offset - before.to <= gapBytes && offset + length - before.from <= readAtOnce));
    if (isNear) {
      before.to = offset + length;
      before.pieces.push(piece);
    } else {
      const segment = segments.get(number);
      readings.push({ segment, from: offset, to: offset + length, pieces: [piece] });
    }
  }
  return readings;
}
