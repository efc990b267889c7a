// The files of the log: which there are, which one each stream appends to, and what of each is still needed. Segments are
// numbered as they are begun, and no number is used twice.
import { isWithoutRoom, type LogFile, type LogFiles } from "./file-system.ts";
import {
  type SettledStream,
  type Stream,
  segmentHeader,
  segmentHeaderBytes,
  streams,
} from "./record-format.ts";
import { type RememberedBytes, RememberedSegments } from "./remembered-segments.ts";
import type { StatesRecord } from "./states-record.ts";
import { writeZeros } from "./zeros.ts";

export class Segment {
  readonly number: number;
  readonly stream: Stream;
  file: LogFile;
  /** Everything before it is durable. */
  end = segmentHeaderBytes;
  /** How long the file is, where zeros were written ahead. */
  preparedBytes = 0;
  /** Envelopes that wait, and the bytes of their records. */
  live = 0;
  liveBytes = 0;
  /** Slots that were written here; those that still have their place here are live. */
  slots: number[] = [];
  /** Records to be erased: offset and length, by turns. */
  readonly dead: number[] = [];
  /** Of mailboxes whose newest states it has. */
  states = 0;
  statesBytes = 0;
  readonly statesRecords = new Set<StatesRecord>();
  isSealed = false;
  hasIndex = false;
  /** Readings under way: its file stays while there are any. */
  readers = 0;
  /** Readings of its file that began since the last tick. */
  reads = 0;
  remembered: RememberedBytes | undefined;
  /** Whether it rests from its file descriptor when nobody reads. */
  wasUsed = true;

  constructor(number: number, stream: Stream, file: LogFile) {
    this.number = number;
    this.stream = stream;
    this.file = file;
  }
}

export interface SegmentsParts {
  readonly files: LogFiles;
  readonly salt: number;
  /** From it on, the next batch goes into another segment. */
  readonly segmentBytes: number;
  readonly laterThisTurn: (callback: () => void) => void;
}

// Zeroed segments that are kept for the live stream: more would only be disk.
const preparedAtMost = 2;

export class Segments {
  readonly all = new Map<number, Segment>();
  readonly remembered: RememberedSegments;
  readonly segmentBytes: number;
  /** Rises with each change of which segments hold something. */
  listing = 1;
  /** What the log itself says of that. */
  listed = 0;
  #live: Segment | undefined;
  readonly #settled = new Map<SettledStream, Segment>();
  #prepared: Segment[] = [];
  #preparing: Promise<void> | undefined;
  #nextNumber = 1;
  readonly #files: LogFiles;
  readonly #salt: number;

  constructor(parts: SegmentsParts) {
    this.#files = parts.files;
    this.#salt = parts.salt;
    this.segmentBytes = parts.segmentBytes;
    this.remembered = new RememberedSegments(parts);
  }

  get(number: number): Segment {
    const segment = this.all.get(number);
    if (!segment) throw new Error("segment not there");
    return segment;
  }

  /** As they were found at start. */
  adopt(found: readonly Segment[], live: Segment | undefined, highest: number): void {
    for (const segment of found) this.all.set(segment.number, segment);
    this.#live = live;
    this.#nextNumber = highest + 1;
  }

  list(): { readonly number: number; readonly end: number }[] {
    return Array.from(this.all.values(), ({ number, end, isSealed }) => ({
      number,
      end: isSealed ? end : 0,
    }));
  }

  get live(): Segment | undefined {
    return this.#live;
  }

  #hasRoom(segment: Segment, length: number): boolean {
    if (segment.isSealed) return false;
    return segment.end === segmentHeaderBytes || segment.end + length <= this.segmentBytes;
  }

  /** The live stream's segment for a batch; undefined where one has to be made first. */
  liveFor(length: number): Segment | undefined {
    if (this.#live && this.#hasRoom(this.#live, length)) return this.#live;
    const next = this.#prepared.shift();
    if (!next) return undefined;
    if (this.#live) this.#live.isSealed = true;
    this.#live = next;
    this.all.set(next.number, next);
    this.listing += 1;
    return next;
  }

  async settledFor(stream: SettledStream, length: number): Promise<Segment> {
    const before = this.#settled.get(stream);
    if (before && this.#hasRoom(before, length)) return before;
    if (before) before.isSealed = true;
    const segment = await this.#begin(stream);
    this.#settled.set(stream, segment);
    this.all.set(segment.number, segment);
    this.listing += 1;
    return segment;
  }

  get prepared(): number {
    return this.#prepared.length;
  }

  /** Resolves when there is one. */
  async prepare(): Promise<void> {
    this.#preparing ??= this.#begin(streams.live)
      .then((segment) => void this.#prepared.push(segment))
      .finally(() => {
        this.#preparing = undefined;
      });
    await this.#preparing;
  }

  /** So that the next batch that needs one need not wait; where it fails, that one finds out why. */
  prepareSoon(): void {
    if (this.#prepared.length === 0 && !this.#preparing) this.prepare().catch(() => {});
  }

  /** What is appended to next is another file. */
  sealLive(): void {
    if (this.#live) this.#live.isSealed = true;
  }

  /**
   * Makes the next segment of a file of zeros: what is written there needs no free disk. Where that does too, as on file
   * systems that put elsewhere what is written over, the file is let go.
   */
  async prepareFrom(name: string): Promise<void> {
    const number = this.#nextNumber;
    this.#nextNumber += 1;
    const file = await this.#files.rename(this.#files.file(name), segmentName(number));
    try {
      const length = await file.size();
      const segment = await this.#begun(number, streams.live, file);
      segment.preparedBytes = length;
      // Before those that would have to grow.
      this.#prepared.unshift(segment);
    } catch (error) {
      if (!isWithoutRoom(error)) throw error;
      await this.#remove(number, file);
    }
  }

  /** It holds nothing any more: the next listing leaves it out. */
  drop(segment: Segment): void {
    this.all.delete(segment.number);
    this.remembered.forget(segment);
    for (const [stream, of] of this.#settled) if (of === segment) this.#settled.delete(stream);
    if (this.#live === segment) this.#live = undefined;
    this.listing += 1;
  }

  /**
   * Of one that was dropped, and is listed nowhere: its bytes are gone when it resolves. It is used again where the live
   * stream will need one soon: to write over zeros is cheaper than to make files longer.
   */
  async recycle(segment: Segment, isNeeded: boolean): Promise<void> {
    if (segment.hasIndex) await this.removeIndex(segment);
    if (!isNeeded || this.#prepared.length >= preparedAtMost) {
      await this.#remove(segment.number, segment.file);
      return;
    }
    const length = Math.max(segment.end, segment.preparedBytes);
    await writeZeros(segment.file, [{ from: 0, to: length }]);
    const number = this.#nextNumber;
    this.#nextNumber += 1;
    const file = await this.#files.rename(segment.file, segmentName(number));
    const next = await this.#begun(number, streams.live, file);
    next.preparedBytes = length;
    this.#prepared.push(next);
  }

  async removeIndex(segment: Segment): Promise<void> {
    segment.hasIndex = false;
    await this.#files.remove(indexName(segment.number));
    await this.#files.syncNames();
  }

  /** Gives the disk back what only was kept for speed. */
  async shrink(): Promise<void> {
    for (const segment of this.#prepared) {
      if (segment.preparedBytes === 0) continue;
      await segment.file.truncate(segmentHeaderBytes);
      await segment.file.sync();
      segment.preparedBytes = 0;
    }
    while (this.#prepared.length > 1) {
      const segment = this.#prepared.pop() as Segment;
      await segment.file.rest();
      await this.#files.remove(segmentName(segment.number));
    }
  }

  async close(): Promise<void> {
    for (const segment of [...this.all.values(), ...this.#prepared]) await segment.file.rest();
  }

  #begin(stream: Stream): Promise<Segment> {
    const number = this.#nextNumber;
    this.#nextNumber += 1;
    const file = this.#files.file(segmentName(number));
    return this.#begun(number, stream, file).catch(async (error) => {
      // On a full disk it is tried again and again: what is left of each would be many.
      await this.#remove(number, file);
      throw error;
    });
  }

  async #remove(number: number, file: LogFile): Promise<void> {
    await file.rest();
    await this.#files.remove(segmentName(number));
    await this.#files.syncNames();
  }

  async #begun(number: number, stream: Stream, file: LogFile): Promise<Segment> {
    await file.write(segmentHeader({ number, stream, salt: this.#salt }), 0);
    await file.sync();
    await this.#files.syncNames();
    return new Segment(number, stream, file);
  }
}

/**
 * Zeros behind the end of a segment, so that what a write left there half done is taken for nothing. The file stays as long
 * as it is, where the disk lets it: what it gave back others would take.
 */
export async function eraseTail(segment: Segment): Promise<void> {
  const { file, end } = segment;
  try {
    const size = await file.size();
    await writeZeros(file, [{ from: end, to: size }]);
    segment.preparedBytes = size;
  } catch (error) {
    if (!isWithoutRoom(error)) throw error;
    segment.preparedBytes = 0;
    await file.truncate(end);
    await file.sync();
  }
}

export function segmentName(number: number): string {
  return `${String(number).padStart(10, "0")}.log`;
}

export function indexName(number: number): string {
  return `${String(number).padStart(10, "0")}.index`;
}

/** Undefined for what is none of ours. */
export function segmentNumberOf(name: string): number | undefined {
  const [, digits] = /^(\d{10})\.log$/.exec(name) ?? [];
  return digits === undefined ? undefined : Number(digits);
}
