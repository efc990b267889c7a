// Bodies that wait: of segments that are in memory from there, others read back, neighbours in one reading. What was live goes
// from memory to its device and is never looked up.
import type { WaitingEnvelope } from "../../mailbox/store.ts";
import { DamagedSegment } from "./damaged-segment.ts";
import { isWhole, putFields, putFlags, putHeaderBytes, readPrefix } from "./record-format.ts";
import type { RememberedBytes } from "./remembered-segments.ts";
import { type Segment, type Segments, segmentName } from "./segments.ts";
import type { WaitingEnvelopes } from "./waiting-envelopes.ts";

// Of what lies between two that are wanted: to read over it is cheaper than to begin anew.
const gapBytes = 16_384;
const readAtOnce = 1_048_576;
// Texts of one mailbox stand apart, between those of others. Where so many are read of one segment in a tick, it is read
// whole, once.
const readsBeforeWhole = 24;

/** Texts of one segment, each by its slot and where it stands, to be had in one reading. */
interface Run {
  readonly segment: Segment;
  readonly from: number;
  to: number;
  readonly slots: number[];
  readonly offsets: number[];
}

interface Found {
  readonly bytes: Buffer;
  /** Where in the segment they begin. */
  readonly from: number;
  /** What stands before this in the segment came from the disk, and is checked. */
  readonly readEnd: number;
}

export interface BacklogParts {
  readonly segments: Segments;
  readonly waiting: WaitingEnvelopes;
  readonly salt: number;
}

export class Backlog {
  readonly #parts: BacklogParts;
  readonly #readInTick = new Set<Segment>();

  constructor(parts: BacklogParts) {
    this.#parts = parts;
  }

  tick(): void {
    for (const segment of this.#readInTick) segment.reads = 0;
    this.#readInTick.clear();
  }

  /** Their bytes stay until this turn of the event loop is over. @throws DamagedSegment */
  async read(slots: readonly number[]): Promise<WaitingEnvelope[]> {
    const runs = this.#runsOf(slots);
    const envelopes: WaitingEnvelope[] = [];
    if (runs.every(({ segment, to }) => isRemembered(segment, to))) {
      for (const run of runs) this.#addTo(envelopes, run, this.#remembered(run.segment));
      return envelopes;
    }
    for (const { segment } of runs) segment.readers += 1;
    try {
      const found = await Promise.all(runs.map((run) => this.#bytesOf(run)));
      for (const [index, run] of runs.entries()) {
        this.#addTo(envelopes, run, found[index] as Found);
      }
      return envelopes;
    } finally {
      for (const { segment } of runs) {
        segment.readers -= 1;
        segment.wasUsed = true;
      }
    }
  }

  async #bytesOf({ segment, from, to }: Run): Promise<Found> {
    if (!isRemembered(segment, to)) {
      segment.reads += 1;
      this.#readInTick.add(segment);
      if (segment.reads >= readsBeforeWhole) await this.#parts.segments.remembered.read(segment);
    }
    if (isRemembered(segment, to)) return this.#remembered(segment);
    const bytes = Buffer.allocUnsafeSlow(to - from);
    await segment.file.read(bytes, from);
    return { bytes, from, readEnd: to };
  }

  #remembered(segment: Segment): Found {
    const { remembered } = this.#parts.segments;
    remembered.used(segment);
    const { bytes, readEnd } = segment.remembered as RememberedBytes;
    return { bytes, from: 0, readEnd };
  }

  #addTo(envelopes: WaitingEnvelope[], run: Run, { bytes, from, readEnd }: Found): void {
    const { salt, waiting } = this.#parts;
    const { table } = waiting;
    const { segment, slots, offsets } = run;
    for (let index = 0; index < offsets.length; index += 1) {
      const offset = offsets[index] as number;
      const at = offset - from;
      const record = readPrefix(bytes, at, salt);
      if (!record || (offset < readEnd && !isWhole(bytes, at, record, salt))) {
        const slot = slots[index] as number;
        // Acknowledged from elsewhere while it was read, it may be erased.
        const isStill = table.segment(slot) === segment.number && table.offset(slot) === offset;
        if (isStill) throw new DamagedSegment(segmentName(segment.number));
        continue;
      }
      envelopes.push({
        position: bytes.readDoubleLE(at + putFields.position),
        bytes,
        envelopeIdAt: at + putFields.envelopeId,
        serialBytes: bytes,
        serialAt: at + putFields.serial,
        bodyAt: at + putHeaderBytes,
        bodyLength: bytes.readUInt32LE(at + putFields.bodyLength),
        isDropped: (bytes.readUInt8(at + putFields.flags) & putFlags.dropped) !== 0,
      });
    }
  }

  #runsOf(slots: readonly number[]): Run[] {
    const { segments, waiting } = this.#parts;
    const { table } = waiting;
    const runs: Run[] = [];
    let run: Run | undefined;
    for (const slot of slots) {
      const number = table.segment(slot);
      const offset = table.offset(slot);
      const to = offset + table.recordBytes(slot);
      if (run?.segment.number !== number || !isNear(run, offset, to)) {
        run = { segment: segments.get(number), from: offset, to, slots: [], offsets: [] };
        runs.push(run);
      }
      run.to = to;
      run.slots.push(slot);
      run.offsets.push(offset);
    }
    return runs;
  }
}

function isRemembered({ remembered }: Segment, to: number): boolean {
  return remembered !== undefined && to <= remembered.end;
}

/** Whether what stands here is to be read together with a run before it. */
function isNear({ segment, from, to: before }: Run, offset: number, to: number): boolean {
  if (offset < before) return false;
  return isRemembered(segment, to) || (offset - before <= gapBytes && to - from <= readAtOnce);
}
