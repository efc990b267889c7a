// The store of the envelopes: an append-only log, with what waits in memory. Puts, takings and acknowledgements are decided at
// once and in their order on this thread; a batch makes them durable. Trusts the rows for which mailboxes there are.
import type { HeldTable } from "../../demo/store.ts";
import { idHashSeedBytes } from "../../id-hash.ts";
import type {
  BlockChange,
  StoredPut,
  StoredPutOutcome,
  TakeLimit,
  Taken,
} from "../../mailbox/store.ts";
import type { Randomness } from "../../randomness.ts";
import { StartRefused } from "../../start-refused.ts";
import type { MailboxRowsPage } from "../mailbox-rows.ts";
import { Backlog } from "./backlog.ts";
import { Cleaner, tickMs } from "./cleaner.ts";
import { DamagedSegment } from "./damaged-segment.ts";
import { ballastName, DiskRoom, type RoomLimits } from "./disk-room.ts";
import type { LogFiles } from "./file-system.ts";
import { findLog } from "./found-log.ts";
import { LogFailure } from "./log-failure.ts";
import { type Mailbox, nameOf } from "./mailbox.ts";
import { Mailboxes } from "./mailboxes.ts";
import { Loading } from "./recovery.ts";
import { Segments } from "./segments.ts";
import { TakingBack } from "./taking-back.ts";
import { hourOf, WaitingEnvelopes } from "./waiting-envelopes.ts";
import { Writer } from "./writer.ts";

/** What is kept of a mailbox beside the account it belongs to, and changes in one transaction with it. */
export interface MailboxRow {
  readonly mailboxId: Uint8Array;
  readonly generation: number;
  readonly blocked: readonly Uint8Array[];
}

export interface Schedule {
  /** Calls back in this turn of the event loop, behind what came in it. */
  laterThisTurn(callback: () => void): void;
  /** Calls back again and again; returns what stops that. Keeps no process alive. */
  every(ms: number, callback: () => void): () => void;
  wait(ms: number): Promise<void>;
}

export interface EnvelopeLogParts {
  readonly files: LogFiles;
  /** All mailboxes there are, read once. What the log has of others is dropped. */
  readonly rows: AsyncIterable<MailboxRowsPage>;
  /** Whether the log may be missing though there are mailboxes: what waited in them is lost then. */
  readonly mayBeMissing?: boolean;
  readonly randomness: Randomness;
  readonly schedule: Schedule;
  readonly room: RoomLimits;
  readonly segmentBytes: number;
  /** Puts are refused for want of room; said again from time to time while that lasts. */
  readonly diskShort: (error: Error) => void;
  /** The disk failed, or does not hold what was written: the process must end. */
  readonly fatal: (error: unknown) => void;
}

/** A mailbox as long as the process knows it: finding it again by its id costs more than what a put does with it. */
export type MailboxHandle = Mailbox;

const busy = { kind: "busy" } as const;
const idBytes = 16;
const removedAtOnce = 2_000;
const sweptAtOnce = 1_000;
const heldShown = 4;

export class EnvelopeLog {
  readonly #parts: EnvelopeLogParts;
  readonly #mailboxes: Mailboxes;
  readonly takingBack: TakingBack;
  readonly #waiting: WaitingEnvelopes;
  readonly #segments: Segments;
  readonly #writer: Writer;
  readonly #cleaner: Cleaner;
  readonly #room: DiskRoom;
  readonly #backlog: Backlog;
  readonly #failure: LogFailure;
  readonly #stopTicks: () => void;
  #sweep: Iterator<Mailbox> | undefined;

  private constructor(parts: EnvelopeLogParts, opened: Opened) {
    const { files, schedule } = parts;
    const { waiting, segments, salt } = opened;
    this.#parts = parts;
    this.#failure = new LogFailure(parts.fatal);
    const fatal = (error: unknown) => this.#failure.failed(error);
    this.#mailboxes = opened.mailboxes;
    this.#waiting = waiting;
    this.#segments = segments;
    this.#backlog = new Backlog({ segments, waiting, salt });
    this.#room = opened.room;
    const mailboxOf = (ordinal: number) => this.#mailboxes.of(ordinal);
    this.#writer = new Writer({
      segments,
      waiting,
      mailboxOf,
      salt,
      lastSequence: opened.lastSequence,
      laterThisTurn: (callback) => schedule.laterThisTurn(callback),
      makeRoom: () => this.#room.make(),
      segmentSealed: () => void this.#cleaner.run({ erases: false, shrinks: false }),
      fatal,
    });
    opened.appendTo(this.#writer);
    const writer = this.#writer;
    this.takingBack = new TakingBack({
      waiting,
      state: (mailbox) => writer.state(mailbox),
      durable: () => this.durable(),
    });
    const makeRoom = () => this.#room.make();
    this.#cleaner = new Cleaner({
      ...{ files, segments, waiting, writer, mailboxOf, salt, makeRoom, fatal },
      isShort: () => this.#room.isShort,
    });
    this.#stopTicks = schedule.every(tickMs, () => {
      this.#cleaner.tick();
      this.#backlog.tick();
      this.#segments.remembered.tick();
      this.#room.look().catch(fatal);
    });
  }

  /** @throws StartRefused where files are missing or damaged: the message names which */
  static async open(parts: EnvelopeLogParts): Promise<EnvelopeLog> {
    const opened = await openFiles(parts).catch((error) => {
      if (!(error instanceof DamagedSegment)) throw error;
      throw new StartRefused(error.message, { cause: error });
    });
    const log = new EnvelopeLog(parts, opened);
    for (const mailbox of opened.changed) log.#writer.state(mailbox);
    await log.#room.look();
    // From here on a log that is missing was lost.
    if (opened.isNew) await log.durable();
    return log;
  }

  /** What waits, mailbox by mailbox; what is in it, nobody here can open. */
  held(): HeldTable {
    const waiting = [...this.#mailboxes].filter((mailbox) => mailbox.waiting > 0);
    return {
      name: "envelope",
      rows: waiting.reduce((rows, mailbox) => rows + mailbox.waiting, 0),
      newest: waiting.slice(0, heldShown).map(({ id, waiting: envelopes, bytes }) => ({
        mailbox_id: { bytes: id.length, begin: Buffer.from(id.subarray(0, 8)).toString("hex") },
        envelopes,
        sealed_bytes: bytes,
      })),
    };
  }

  /** Undefined where it is not there. */
  mailbox(mailboxId: Uint8Array): MailboxHandle | undefined {
    return this.#mailboxes.find(mailboxId);
  }

  /** Decided at once; it holds once `afterPuts` said so. */
  put(mailbox: MailboxHandle, put: StoredPut): StoredPutOutcome {
    this.#cleaner.called();
    if (!mailbox.isThere) return { kind: "gone" };
    return this.#room.isShort ? busy : this.#waiting.put(mailbox, put);
  }

  /** False, and nothing done, as the port says. It holds once `afterAll` said so. */
  acknowledge(mailbox: MailboxHandle, generation: number, position: number, now: number): boolean {
    this.#cleaner.called();
    if (!mailbox.isThere || mailbox.generation !== generation) return false;
    return this.#waiting.acknowledge(mailbox, position, hourOf(now));
  }

  /**
   * Told once, when the puts decided so far are durable; or that none of them is stored since the disk is full. One
   * callback does for all puts of a turn.
   */
  afterPuts(done: (areStored: boolean) => void): void {
    this.#writer.afterPuts(done);
  }

  /** Told once, when everything decided so far is durable, puts apart that were refused then. */
  afterAll(done: () => void): void {
    this.#writer.afterAll(done);
  }

  /** As the port says. Undefined where the mailbox ended, or is of another generation. */
  async take(
    mailbox: MailboxHandle,
    generation: number,
    after: number,
    limit: TakeLimit,
  ): Promise<Taken | undefined> {
    this.#cleaner.called();
    const isThere = () => mailbox.isThere && mailbox.generation === generation;
    if (!isThere()) return undefined;
    const { handed: taken, more } = this.#waiting.take(mailbox, after, limit);
    // What is not durable yet cannot be read yet.
    if (!this.#writer.isIdle) {
      await this.durable();
      if (!isThere()) return undefined;
    }
    const { slots, handed } = this.#waiting.durableOf(mailbox, after, taken);
    if (slots.length === 0) return { envelopes: [], more, handed };
    return { envelopes: await this.#backlog.read(slots), more, handed };
  }

  /** Resolves when everything decided so far is durable. */
  durable(): Promise<void> {
    return new Promise((resolve) => this.afterAll(resolve));
  }

  /** Does a part only, and answers whether there is more to do. */
  expire(now: number, before: number, forgetBefore: number): boolean {
    this.#sweep ??= this.#mailboxes[Symbol.iterator]();
    for (let count = 0, ended = 0; count < sweptAtOnce && ended < sweptAtOnce; count += 1) {
      const next = this.#sweep.next();
      if (next.done) {
        this.#sweep = undefined;
        return false;
      }
      ended += this.#waiting.expire(next.value, hourOf(now), hourOf(before));
      this.#waiting.forgetExpired(next.value, hourOf(forgetBefore));
      this.takingBack.forget(next.value, hourOf(now), hourOf(before));
    }
    return true;
  }

  /** The row of a mailbox was written. */
  created({ mailboxId, generation, blocked }: MailboxRow): void {
    const mailbox = this.#mailboxes.add(mailboxId.slice(), 0, generation);
    for (const serial of blocked) block(mailbox, serial);
  }

  /** What waits is gone, and no address is blocked. */
  restarted(mailboxId: Uint8Array, generation: number): void {
    const mailbox = this.mailbox(mailboxId);
    if (!mailbox || generation <= mailbox.generation) return;
    const chain = this.#waiting.restart(mailbox, generation);
    // What waits no more is another's until it is removed: nothing is found of it, and nothing counted.
    this.#mailboxes.renumber(mailbox);
    void this.#removeSlowly(chain);
  }

  blocked(mailboxId: Uint8Array, change: BlockChange): void {
    const mailbox = this.mailbox(mailboxId);
    if (!mailbox) return;
    const blocked = new Set(mailbox.blocked);
    for (const serial of change.block) blocked.add(nameOf(serial));
    for (const serial of change.unblock) blocked.delete(nameOf(serial));
    mailbox.blocked = blocked.size > 0 ? blocked : undefined;
  }

  /**
   * The rows of these mailboxes are gone: nothing is put into them or taken from now on. How many envelopes waited, and
   * when their bytes have left the disk: that takes its time, and holds nobody up.
   */
  cutOff(mailboxIds: readonly Uint8Array[]): {
    readonly envelopes: number;
    readonly erased: Promise<void>;
  } {
    let envelopes = 0;
    const removed: Promise<void>[] = [];
    for (const mailboxId of mailboxIds) {
      const mailbox = this.mailbox(mailboxId);
      if (!mailbox) continue;
      envelopes += mailbox.waiting;
      mailbox.isThere = false;
      this.#mailboxes.unlist(mailbox);
      const forget = () => {
        mailbox.stateIn?.remove(mailbox);
        this.#mailboxes.forget(mailbox);
      };
      removed.push(this.#removeSlowly(this.#waiting.cutOff(mailbox)).then(forget));
    }
    const erased = Promise.all(removed).then(() => this.#cleaner.erase());
    return { envelopes, erased };
  }

  /** The disk has less room than puts need. */
  get isShort(): boolean {
    return this.#room.isShort;
  }

  /** Whether a position of the current generation expired before it was handed out. */
  expired(mailbox: MailboxHandle, position: number): boolean {
    return mailbox.expired?.some(({ from, to }) => from <= position && position <= to) ?? false;
  }

  /** Of what waits, in all mailboxes. */
  get waitingEnvelopes(): number {
    return this.#waiting.table.count;
  }

  /** Erases what is not needed, and lets go of the files. What was decided is durable when it resolves. @throws EnvelopeLogFailed */
  close(): Promise<void> {
    this.#stopTicks();
    return this.#failure.orDone(this.#finish());
  }

  async #finish(): Promise<void> {
    await this.durable();
    await this.#cleaner.run({ erases: true, shrinks: false });
    await this.durable();
    this.#writer.stop();
    await this.#cleaner.stop();
    // Not where something failed: what is under way then may still write by their numbers.
    await this.#segments.close();
  }

  async #removeSlowly(chain: number): Promise<void> {
    // Only what is durable has a place that can be erased.
    await this.durable();
    for (let left = chain; left !== -1; ) {
      left = this.#waiting.removeSome(left, removedAtOnce);
      await new Promise<void>((resolve) => this.#parts.schedule.laterThisTurn(resolve));
    }
  }
}

interface Opened {
  readonly mailboxes: Mailboxes;
  readonly waiting: WaitingEnvelopes;
  readonly segments: Segments;
  readonly room: DiskRoom;
  readonly isNew: boolean;
  readonly salt: number;
  readonly lastSequence: number;
  readonly changed: readonly Mailbox[];
  appendTo(writer: Writer): void;
}

async function openFiles(parts: EnvelopeLogParts): Promise<Opened> {
  const { files, randomness, schedule } = parts;
  const [mailboxes, found] = await Promise.all([mailboxesOf(parts.rows), findLog(files)]);
  const isNew = found.salt === undefined;
  if (isNew && !mailboxes.isEmpty && !parts.mayBeMissing) {
    throw new StartRefused("The folder of the envelope log is empty, and there are mailboxes.");
  }
  const salt = found.salt ?? Buffer.from(randomness.bytes(4)).readUInt32LE();
  const { laterThisTurn } = schedule;
  const segments = new Segments({ files, salt, segmentBytes: parts.segmentBytes, laterThisTurn });
  let writer: Writer | undefined;
  const waiting = new WaitingEnvelopes(
    {
      put: (mailbox, slot, put, record) => writer?.put(mailbox, slot, put, record),
      state: (mailbox) => writer?.state(mailbox),
      dead(number, offset, length) {
        const segment = segments.get(number);
        segment.dead.push(offset, length);
        segment.live -= 1;
        segment.liveBytes -= length;
      },
    },
    randomness.bytes(idHashSeedBytes),
  );
  const loaded = await new Loading(files, found, waiting, mailboxes).load();
  segments.adopt(loaded.segments, loaded.live, loaded.highestNumber);
  return {
    mailboxes,
    waiting,
    segments,
    room: new DiskRoom({
      files,
      limits: parts.room,
      hasBallast: loaded.hasBallast,
      spendBallast: () => segments.prepareFrom(ballastName),
      wait: (ms) => schedule.wait(ms),
      isShort: parts.diskShort,
    }),
    isNew,
    salt,
    lastSequence: loaded.lastSequence,
    changed: loaded.changed,
    appendTo(appending) {
      writer = appending;
    },
  };
}

async function mailboxesOf(pages: AsyncIterable<MailboxRowsPage>): Promise<Mailboxes> {
  const mailboxes = new Mailboxes();
  for await (const { mailboxIds, generations, blocked } of pages) {
    const first = mailboxes.nextOrdinal;
    for (let index = 0; index < generations.length; index += 1) {
      mailboxes.add(mailboxIds, index * idBytes, generations[index] as number);
    }
    for (const { index, serial } of blocked) block(mailboxes.of(first + index) as Mailbox, serial);
  }
  return mailboxes;
}

function block(mailbox: Mailbox, serial: Uint8Array): void {
  mailbox.blocked ??= new Set();
  mailbox.blocked.add(nameOf(serial));
}
