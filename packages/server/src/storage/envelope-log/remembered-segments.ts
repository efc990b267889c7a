// What of the segments is in memory: those that were written last, as they were written, and those in which many read. A phone
// that comes back soon costs no reading. Buffers are a fixed number, used again and again: a collector has nothing to do.
import { segmentHeaderBytes } from "./record-format.ts";
import type { Segment } from "./segments.ts";

/** The first bytes of a segment, as its file has them. */
export interface RememberedBytes {
  readonly bytes: Buffer;
  /** What stands before it is there. */
  end: number;
  /** What stands before it was read, and is as good as the disk; what stands behind it never left memory. */
  readEnd: number;
  /** While it is read. */
  reading: Promise<void> | undefined;
  usedInTick: number;
}

export interface RememberedSegmentsParts {
  readonly segmentBytes: number;
  /** Calls back when all that is done in this turn of the event loop was done. */
  readonly laterThisTurn: (callback: () => void) => void;
}

const segmentsAtMost = 16;
// Ticks after which what nobody used is given back.
const idleTicks = 120;

export class RememberedSegments {
  readonly #parts: RememberedSegmentsParts;
  /** The one that was used longest ago comes first. */
  readonly #all = new Set<Segment>();
  #free: Buffer[] = [];
  #ticks = 0;
  #begunInTick = 0;

  constructor(parts: RememberedSegmentsParts) {
    this.#parts = parts;
  }

  /** From the first batch of a segment on, without a gap. */
  wrote(segment: Segment, batch: Buffer, length: number): void {
    const { end: at } = segment;
    if (at === segmentHeaderBytes && !segment.remembered) this.#begin(segment);
    const { remembered } = segment;
    if (remembered?.end !== at || at + length > remembered.bytes.length) return;
    batch.copy(remembered.bytes, at, 0, length);
    remembered.end = at + length;
    this.used(segment);
  }

  /** Reads what it has so far, once for all who ask. Nothing happens where there is no room for it. */
  async read(segment: Segment): Promise<void> {
    if (!segment.remembered && segment.end <= this.#parts.segmentBytes) this.#begin(segment);
    const { remembered, end } = segment;
    if (remembered?.end === 0) remembered.reading ??= this.#readInto(segment, remembered, end);
    await remembered?.reading;
  }

  used(segment: Segment): void {
    if (!segment.remembered || segment.remembered.usedInTick === this.#ticks) return;
    segment.remembered.usedInTick = this.#ticks;
    this.#all.delete(segment);
    this.#all.add(segment);
  }

  forget(segment: Segment): void {
    if (!segment.remembered) return;
    this.#free.push(segment.remembered.bytes);
    segment.remembered = undefined;
    this.#all.delete(segment);
  }

  tick(): void {
    this.#ticks += 1;
    for (const segment of this.#all) {
      const { usedInTick = 0 } = segment.remembered ?? {};
      if (this.#ticks - usedInTick <= idleTicks) break;
      if (segment.readers === 0) this.forget(segment);
    }
    if (this.#ticks - this.#begunInTick > idleTicks) this.#free = [];
  }

  /** Of whoever reads nothing now, the buffer that was used longest ago; nothing happens where there is none. */
  #begin(segment: Segment): void {
    if (this.#free.length === 0 && this.#all.size >= segmentsAtMost) {
      for (const other of this.#all) {
        if (other.readers > 0) continue;
        this.forget(other);
        break;
      }
      if (this.#free.length === 0) return;
    }
    const bytes = this.#free.pop() ?? Buffer.allocUnsafeSlow(this.#parts.segmentBytes);
    const end = segment.end === segmentHeaderBytes ? segmentHeaderBytes : 0;
    const usedInTick = this.#ticks;
    segment.remembered = { bytes, end, readEnd: 0, reading: undefined, usedInTick };
    this.#begunInTick = this.#ticks;
    this.#all.add(segment);
  }

  async #readInto(segment: Segment, remembered: RememberedBytes, end: number): Promise<void> {
    try {
      // Whoever has what was in the buffer before has copied it when this turn is over.
      await new Promise<void>((resolve) => this.#parts.laterThisTurn(resolve));
      await segment.file.read(remembered.bytes.subarray(0, end), 0);
      remembered.end = end;
      remembered.readEnd = end;
    } catch (error) {
      this.forget(segment);
      throw error;
    } finally {
      remembered.reading = undefined;
    }
  }
}
