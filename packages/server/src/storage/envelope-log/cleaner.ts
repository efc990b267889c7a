// What the log does when nobody waits: erases what is not needed any more, moves what stands alone among it, gives files
// back, and writes indexes for a quick start. One step at a time, each of bounded work, and none holds up a put.
import { Batch } from "./batch.ts";
import { DamagedSegment } from "./damaged-segment.ts";
import type { LogFiles } from "./file-system.ts";
import { isWithoutRoom } from "./file-system.ts";
import type { Mailbox } from "./mailbox.ts";
import {
  erasedPrefix,
  isWhole,
  prefixBytes,
  readPrefix,
  type SettledStream,
  streams,
} from "./record-format.ts";
import { writeIndex } from "./segment-index.ts";
import { type Segment, type Segments, segmentName } from "./segments.ts";
import { StatesRecord } from "./states-record.ts";
import type { WaitingEnvelopes } from "./waiting-envelopes.ts";
import type { Writer } from "./writer.ts";
import { type ByteRange, writeZeros } from "./zeros.ts";

export interface CleanerParts {
  readonly files: LogFiles;
  readonly segments: Segments;
  readonly waiting: WaitingEnvelopes;
  readonly writer: Writer;
  readonly mailboxOf: (ordinal: number) => Mailbox | undefined;
  readonly salt: number;
  /** As the writer's. */
  readonly makeRoom: () => Promise<boolean>;
  /** Whether the disk has little room: what is given back then is others'. */
  readonly isShort: () => boolean;
  readonly fatal: (error: unknown) => void;
}

// A segment of whose bytes less than this part is live is moved together with others like it.
const sparse = 0.5;
// And one that ended early.
const small = 0.25;
// Segments of envelopes that a start reads whole; more get their index also where it is not quiet.
const unindexedAtMost = 24;
const movedAtOnce = 262_144;
// One that changes makes the others of its record stale, which are then written again.
const statesInRecord = 200;
const statesAtOnce = 2_000;
/** How often `tick` is to be called. */
export const tickMs = 500;
// What is not needed is erased after a tick without calls, and after so many with calls at most.
const busyTicksAtMost = 50;
// Ticks without any call after which the disk gets back what was kept for speed.
const idleTicks = 20;
const rolledBytes = 65_536;

export class Cleaner {
  readonly #parts: CleanerParts;
  #calls = 0;
  #callsBefore = 0;
  #busyTicks = 0;
  #quietTicks = 0;
  #running: Promise<void> = Promise.resolve();
  #isRunning = false;
  #isStopped = false;
  readonly #batch: Batch;

  constructor(parts: CleanerParts) {
    this.#parts = parts;
    this.#batch = new Batch(parts.salt);
  }

  /** Something was called: it is not quiet. */
  called(): void {
    this.#calls += 1;
  }

  /** Every half second. */
  tick(): void {
    const isQuiet = this.#calls === this.#callsBefore;
    this.#callsBefore = this.#calls;
    this.#busyTicks = isQuiet ? busyTicksAtMost : this.#busyTicks + 1;
    this.#quietTicks = isQuiet && !this.#parts.isShort() ? this.#quietTicks + 1 : 0;
    const erases = this.#busyTicks >= busyTicksAtMost;
    if (erases) this.#busyTicks = 0;
    const shrinks = this.#quietTicks === idleTicks;
    if (erases || shrinks || !this.#isRunning) void this.run({ erases, shrinks });
  }

  run(what: { readonly erases: boolean; readonly shrinks: boolean }): Promise<void> {
    return this.#inTurn(() => this.#clean(what));
  }

  /** Resolves when what could be erased when it was called is gone, also where that has to wait for room on the disk. */
  async erase(): Promise<void> {
    let isDone = false;
    while (!isDone && !this.#isStopped) {
      await this.#inTurn(async () => {
        await this.#eraseAll();
        isDone = true;
      });
      if (!isDone && !this.#isStopped) await this.#parts.makeRoom();
    }
    await this.run({ erases: true, shrinks: false });
  }

  /** A full disk is no time to move things; what was not done is done later. */
  #inTurn(step: () => Promise<void>): Promise<void> {
    this.#isRunning = true;
    this.#running = this.#running
      .then(step)
      .catch((error) => {
        if (isWithoutRoom(error) || this.#isStopped) return;
        this.#isStopped = true;
        this.#parts.fatal(error);
      })
      .finally(() => {
        this.#isRunning = false;
      });
    return this.#running;
  }

  stop(): Promise<void> {
    this.#isStopped = true;
    return this.#running;
  }

  async #clean({ erases, shrinks }: { erases: boolean; shrinks: boolean }): Promise<void> {
    const { segments } = this.#parts;
    // First, since it needs no room on most disks: what comes behind it does.
    if (erases) await this.#eraseAll();
    if (shrinks) this.#rollLive();
    const sealed = [...segments.all.values()].filter(({ isSealed }) => isSealed);
    for (const segment of sealed) {
      if (this.#isStopped) return;
      if (!this.#isToMove(segment) || !(erases || segment.live === 0)) continue;
      await this.#move(segment);
      await this.#giveBack(segment, !shrinks);
    }
    if (erases) {
      await this.#carryStale();
      await this.#eraseAll();
    }
    await this.#indexSome(erases);
    if (shrinks) await segments.shrink();
    for (const segment of segments.all.values()) {
      if (segment.isSealed && segment.readers === 0 && !segment.wasUsed) await segment.file.rest();
      segment.wasUsed = false;
    }
  }

  #isToMove({ liveBytes, statesBytes, end }: Segment): boolean {
    const needed = liveBytes + statesBytes;
    return needed < end * sparse || end < this.#parts.segments.segmentBytes * small;
  }

  async #eraseAll(): Promise<void> {
    for (const segment of [...this.#parts.segments.all.values()]) {
      if (segment.dead.length > 0 && !this.#isStopped) await this.#erase(segment);
    }
  }

  /** What is appended to next is a new file, so that the one that is quiet now can be given back. */
  #rollLive(): void {
    const { live } = this.#parts.segments;
    const isLarge = live && Math.max(live.end, live.preparedBytes) > rolledBytes;
    if (isLarge && live.live === 0) this.#parts.segments.sealLive();
  }

  /** Of a segment that nothing of is needed any more. */
  async #giveBack(segment: Segment, isNeeded: boolean): Promise<void> {
    const { segments } = this.#parts;
    if (segment.live > 0 || segment.states > 0 || segment.readers > 0) return;
    segments.drop(segment);
    await this.#allDurable();
    await segments.recycle(segment, isNeeded);
  }

  /** What stale records still say is said elsewhere. */
  async #carryStale(): Promise<void> {
    const stale: Mailbox[] = [];
    for (const { statesRecords } of this.#parts.segments.all.values()) {
      for (const record of statesRecords) if (record.isStale) stale.push(...record);
    }
    await this.#carryStates(stale);
  }

  async #carryStates(mailboxes: readonly Mailbox[]): Promise<void> {
    for (let from = 0; from < mailboxes.length; from += statesAtOnce) {
      const some = mailboxes.slice(from, from + statesAtOnce);
      const batch = this.#emptyBatch();
      const states: CarriedStates[] = [];
      for (let first = 0; first < some.length; first += statesInRecord) {
        const carried = some.slice(first, first + statesInRecord).filter(({ isThere }) => isThere);
        if (carried.length === 0) continue;
        const records = carried.map(({ stateIn }) => stateIn);
        batch.addStates(carried);
        states.push({ carried, records, at: batch.statesAt, length: batch.statesLength });
      }
      if (states.length === 0) continue;
      const target = await this.#writeSettled(streams.settledStates, batch);
      for (const carried of states) keepCarried(target, target.end - batch.end, carried);
    }
  }

  async #move(segment: Segment): Promise<void> {
    await this.#moveEnvelopes(segment);
    await this.#carryStates([...segment.statesRecords].flatMap((record) => [...record]));
  }

  async #moveEnvelopes(segment: Segment): Promise<void> {
    const { waiting, salt } = this.#parts;
    const { table } = waiting;
    const slots = this.#liveSlots(segment);
    for (let from = 0; from < slots.length; ) {
      const batch = this.#emptyBatch();
      const moved: { slot: number; offset: number; at: number }[] = [];
      while (from < slots.length && batch.end < movedAtOnce) {
        const slot = slots[from] as number;
        from += 1;
        if (table.segment(slot) !== segment.number) continue;
        const offset = table.offset(slot);
        const record = Buffer.alloc(table.recordBytes(slot));
        await segment.file.read(record, offset);
        const prefix = readPrefix(record, 0, salt);
        const isGood = prefix !== undefined && isWhole(record, 0, prefix, salt);
        const isStillThere = table.segment(slot) === segment.number;
        if (!isGood && isStillThere) throw new DamagedSegment(segmentName(segment.number));
        moved.push({ slot, offset, at: batch.addCopy(record) });
      }
      if (moved.length === 0) continue;
      const target = await this.#writeSettled(streams.settledEnvelopes, batch);
      const start = target.end - batch.end;
      for (const { slot, offset, at } of moved) {
        const isStill = table.segment(slot) === segment.number && table.offset(slot) === offset;
        const length = table.recordBytes(slot);
        if (!isStill) {
          target.dead.push(start + at, batch.recordLength(at));
          continue;
        }
        table.setPlace(slot, target.number, start + at);
        target.slots.push(slot);
        target.live += 1;
        target.liveBytes += length;
        segment.live -= 1;
        segment.liveBytes -= length;
      }
    }
  }

  /** In the order they stand. */
  #liveSlots(segment: Segment): number[] {
    const { table } = this.#parts.waiting;
    const slots = new Set(segment.slots.filter((slot) => table.segment(slot) === segment.number));
    return [...slots].sort((a, b) => table.offset(a) - table.offset(b));
  }

  #emptyBatch(): Batch {
    this.#batch.clear();
    return this.#batch;
  }

  async #writeSettled(stream: SettledStream, batch: Batch): Promise<Segment> {
    const { segments, writer } = this.#parts;
    const segment = await segments.settledFor(stream, batch.end);
    batch.seal(writer.nextSequence());
    await new Promise<void>((resolve, reject) => {
      segment.file.writeDurably(batch.bytes, batch.end, segment.end, (error) =>
        error ? reject(error) : resolve(),
      );
    });
    segment.end += batch.end;
    return segment;
  }

  async #indexSome(isQuiet: boolean): Promise<void> {
    const without = [...this.#parts.segments.all.values()].filter(
      ({ isSealed, hasIndex, live }) => isSealed && !hasIndex && live > 0,
    );
    const count = isQuiet ? without.length : Math.max(0, without.length - unindexedAtMost);
    for (const segment of without.slice(0, count)) if (!this.#isStopped) await this.#index(segment);
  }

  async #index(segment: Segment): Promise<void> {
    const { files, waiting, mailboxOf } = this.#parts;
    // What is not in the index is not found by a start: it must be elsewhere, or gone.
    await this.#carryStates([...segment.statesRecords].flatMap((record) => [...record]));
    if (segment.dead.length > 0) await this.#erase(segment);
    await this.#allDurable();
    if (segment.dead.length > 0 || segment.states > 0 || segment.live === 0) return;
    const slots = this.#liveSlots(segment);
    segment.slots = slots;
    await writeIndex({ files, segment, slots, waiting, mailboxOf });
    segment.hasIndex = true;
  }

  /**
   * First each run of records becomes one that says only how long it was, then the rest of it becomes zeros: wherever
   * that is cut short, what is left is seen to be of no use.
   */
  async #erase(segment: Segment): Promise<void> {
    const dead = segment.dead.splice(0);
    try {
      await this.#allDurable();
      // It names what is erased now.
      if (segment.hasIndex) await this.#parts.segments.removeIndex(segment);
      await this.#eraseRuns(segment, runsOf(dead));
    } catch (error) {
      for (const number of dead) segment.dead.push(number);
      throw error;
    }
  }

  async #eraseRuns(segment: Segment, runs: readonly ByteRange[]): Promise<void> {
    for (const { from, to } of runs) {
      await segment.file.write(erasedPrefix(to - from, this.#parts.salt), from);
    }
    await segment.file.sync();
    const behindPrefixes = runs.map(({ from, to }) => ({ from: from + prefixBytes, to }));
    await writeZeros(segment.file, behindPrefixes);
    segment.wasUsed = true;
  }

  #allDurable(): Promise<void> {
    return new Promise((resolve) => this.#parts.writer.afterAll(resolve));
  }
}

interface CarriedStates {
  readonly carried: readonly Mailbox[];
  /** Where the state of each was before. */
  readonly records: readonly (StatesRecord | undefined)[];
  readonly at: number;
  readonly length: number;
}

function keepCarried(target: Segment, batchAt: number, states: CarriedStates): void {
  const { carried, records, at, length } = states;
  const record = new StatesRecord(target, batchAt + at, length, carried.length);
  for (const [index, mailbox] of carried.entries()) {
    // Where it was written anew meanwhile, that is its newest.
    const isNewest = mailbox.stateIn !== undefined && mailbox.stateIn === records[index];
    if (isNewest) record.add(mailbox);
  }
  record.dropIfOfNone();
}

/** Neighbours together, in their order. @param dead offset and length, by turns */
function runsOf(dead: readonly number[]): ByteRange[] {
  const records: { from: number; to: number }[] = [];
  for (let index = 0; index < dead.length; index += 2) {
    const from = dead[index] as number;
    records.push({ from, to: from + (dead[index + 1] as number) });
  }
  records.sort((a, b) => a.from - b.from);
  const runs: { from: number; to: number }[] = [];
  for (const record of records) {
    const before = runs.at(-1);
    if (before?.to === record.from) before.to = record.to;
    else runs.push({ ...record });
  }
  return runs;
}
