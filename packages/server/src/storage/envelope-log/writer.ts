// The live stream: what was decided goes to the disk in batches, one at a time. A batch is what came while the one before
// was written, so that batches grow with load and nothing waits for a timer. All who wait for one are told at once.
import type { StoredPut } from "../../mailbox/store.ts";
import { Batch, type PutRecord } from "./batch.ts";
import { isWithoutRoom } from "./file-system.ts";
import type { Mailbox } from "./mailbox.ts";
import { aligned, segmentBytesInList, stateBytes } from "./record-format.ts";
import { eraseTail, type Segment, type Segments } from "./segments.ts";
import { StatesRecord } from "./states-record.ts";
import type { WaitingEnvelopes } from "./waiting-envelopes.ts";

export interface WriterParts {
  readonly segments: Segments;
  readonly waiting: WaitingEnvelopes;
  readonly mailboxOf: (ordinal: number) => Mailbox | undefined;
  readonly salt: number;
  readonly lastSequence: number;
  /** Calls back later in this turn of the event loop, once for all that comes in it. */
  readonly laterThisTurn: (callback: () => void) => void;
  /** Another segment is appended to from now on. */
  readonly segmentSealed: () => void;
  /** The disk was found full: whether there is a segment to go on in. Where there is none, some time passed. */
  readonly makeRoom: () => Promise<boolean>;
  /** The disk failed: nothing that is not durable ever will be. */
  readonly fatal: (error: unknown) => void;
}

interface Target {
  readonly segment: Segment;
  /** As the batch lists them. */
  readonly listing: number;
  /** Where the batch ended before it was completed for this segment. */
  readonly putsEnd: number;
}

export class Writer {
  readonly #parts: WriterParts;
  #growing: Batch;
  #resting: Batch;
  #writing: Batch | undefined;
  #isFlushing = false;
  #isStopped = false;
  #sequence: number;
  #growingSequence = 1;

  constructor(parts: WriterParts) {
    this.#parts = parts;
    this.#growing = new Batch(parts.salt);
    this.#resting = new Batch(parts.salt);
    this.#sequence = parts.lastSequence;
  }

  /** Rises with each; the settled stream's come from the same count. */
  nextSequence(): number {
    this.#sequence += 1;
    return this.#sequence;
  }

  put(mailbox: Mailbox, slot: number, put: StoredPut, record: PutRecord): void {
    const offset = this.#growing.addPut(mailbox, put, record);
    this.#parts.waiting.table.setPlace(slot, 0, offset);
    this.#growing.slots.push(slot);
    this.flush();
  }

  state(mailbox: Mailbox): void {
    if (mailbox.dirtyIn === this.#growingSequence) return;
    mailbox.dirtyIn = this.#growingSequence;
    this.#growing.mailboxes.push(mailbox);
    this.flush();
  }

  /** Tells, once, whether the puts decided so far are stored; they are not where the disk is full. */
  afterPuts(done: (stored: boolean) => void): void {
    this.#growing.afterPuts.push(done);
    this.flush();
  }

  /** Tells when everything decided so far is durable. */
  afterAll(done: () => void): void {
    const { listing, listed } = this.#parts.segments;
    if (this.isIdle && listing === listed) queueMicrotask(done);
    else {
      this.#growing.afterAll.push(done);
      this.flush();
    }
  }

  get isIdle(): boolean {
    return !this.#writing && this.#growing.isEmpty;
  }

  /** No batch is begun any more. */
  stop(): void {
    this.#isStopped = true;
  }

  flush(): void {
    if (this.#isFlushing || this.#writing || this.#isStopped) return;
    this.#isFlushing = true;
    this.#parts.laterThisTurn(() => {
      this.#isFlushing = false;
      if (!this.#writing && !this.#isStopped && !this.#nothingToDo()) this.#begin();
    });
  }

  // Who only waits for what is before them need not wait for a write of their own.
  #nothingToDo(): boolean {
    const growing = this.#growing;
    if (growing.slots.length > 0 || growing.mailboxes.length > 0) return false;
    if (this.#parts.segments.listing !== this.#parts.segments.listed && !growing.isEmpty) {
      return false;
    }
    const { afterAll, afterPuts } = growing;
    growing.clear();
    for (const done of afterPuts) done(true);
    for (const done of afterAll) done();
    return true;
  }

  #begin(): void {
    const batch = this.#growing;
    this.#growing = this.#resting;
    this.#resting = batch;
    this.#growingSequence += 1;
    this.#writing = batch;
    this.#write(batch);
  }

  /** Finds the segment it goes into, and completes it: from then on its bytes stay as they are. */
  #write(batch: Batch): void {
    const { segments } = this.#parts;
    const room = batch.end + this.#listingBytes() + batch.mailboxes.length * stateBytes;
    const before = segments.live;
    const segment = segments.liveFor(room);
    if (!segment) {
      segments.prepare().then(
        () => this.#write(batch),
        (error) => this.#failed(batch, undefined, error),
      );
      return;
    }
    const putsEnd = batch.end;
    batch.addStates(batch.mailboxes);
    const { listing } = segments;
    if (segment !== before) this.#parts.segmentSealed();
    if (listing !== segments.listed) batch.addSegments(segments.list());
    batch.seal(this.nextSequence());
    this.#attempt(batch, { segment, listing, putsEnd });
  }

  #attempt(batch: Batch, target: Target): void {
    const { file, end } = target.segment;
    file.writeDurably(batch.bytes, batch.end, end, (error) => {
      if (error) this.#failed(batch, target, error);
      else this.#durable(batch, target);
    });
  }

  #listingBytes(): number {
    return aligned(32 + this.#parts.segments.all.size * segmentBytesInList);
  }

  #durable(batch: Batch, { segment, listing }: Target): void {
    const { segments } = this.#parts;
    const { table } = this.#parts.waiting;
    const start = segment.end;
    let bytes = 0;
    for (const slot of batch.slots) {
      table.setPlace(slot, segment.number, start + table.offset(slot));
      bytes += table.recordBytes(slot);
      segment.slots.push(slot);
    }
    segment.live += batch.slots.length;
    segment.liveBytes += bytes;
    if (batch.mailboxes.length > 0) keepStates(segment, start, batch, batch.mailboxes);
    segments.remembered.wrote(segment, batch.bytes, batch.end);
    segment.end = start + batch.end;
    segments.listed = Math.max(segments.listed, listing);
    const { afterPuts, afterAll } = batch;
    batch.clear();
    this.#writing = undefined;
    if (!this.#growing.isEmpty || this.#growing.afterPuts.length > 0) this.flush();
    for (const done of afterPuts) done(true);
    for (const done of afterAll) done();
    segments.prepareSoon();
  }

  #failed(batch: Batch, target: Target | undefined, error: unknown): void {
    const handled = isWithoutRoom(error) ? this.#withoutRoom(batch, target) : Promise.reject(error);
    handled.catch((failure) => {
      this.#isStopped = true;
      this.#parts.fatal(failure);
    });
  }

  /**
   * Nothing of the batch was answered. Where no room can be made for it, its puts and those that came since are taken
   * back; what else was decided needs little, and is written as soon as there is that.
   */
  async #withoutRoom(batch: Batch, target: Target | undefined): Promise<void> {
    const madeRoom = await this.#parts.makeRoom();
    if (this.#isStopped) return;
    if (target && !(await isTailErased(target.segment))) return this.#withoutRoom(batch, target);
    if (madeRoom) {
      this.#parts.segments.sealLive();
      if (target) batch.end = target.putsEnd;
      this.#write(batch);
      return;
    }
    const growing = this.#growing;
    const refused = [...batch.afterPuts, ...growing.afterPuts];
    const { table } = this.#parts.waiting;
    for (const slot of [...batch.slots, ...growing.slots]) {
      const mailbox = this.#parts.mailboxOf(table.owner(slot));
      if (mailbox) this.#parts.waiting.takeBack(mailbox);
    }
    const mailboxes = [...new Set([...batch.mailboxes, ...growing.mailboxes])];
    const afterAll = [...batch.afterAll, ...growing.afterAll];
    batch.clear();
    growing.clear();
    batch.mailboxes = mailboxes;
    batch.afterAll = afterAll;
    this.#growingSequence += 1;
    for (const done of refused) done(false);
    this.#write(batch);
  }
}

/** The newest states of these are in a batch that stands in the segment now. */
function keepStates(
  segment: Segment,
  batchAt: number,
  { statesAt, statesLength }: Batch,
  mailboxes: readonly Mailbox[],
): void {
  const record = new StatesRecord(segment, batchAt + statesAt, statesLength, mailboxes.length);
  for (const mailbox of mailboxes) if (mailbox.isThere) record.add(mailbox);
  record.dropIfOfNone();
}

/** Without another open file not even that can be done. */
async function isTailErased(segment: Segment): Promise<boolean> {
  try {
    await eraseTail(segment);
    return true;
  } catch (error) {
    if (!isWithoutRoom(error)) throw error;
    return false;
  }
}
