// The start: reads what the files hold, cuts off what the last write left half done, refuses what was damaged otherwise, and
// builds in memory what waits. What rows say of mailboxes stands over what the log says of them.
import { DamagedSegment } from "./damaged-segment.ts";
import { ballastName } from "./disk-room.ts";
import { isWithoutRoom, type LogFile, type LogFiles } from "./file-system.ts";
import { FoundEnvelopes } from "./found-envelopes.ts";
import type { FoundLog } from "./found-log.ts";
import type { Mailbox } from "./mailbox.ts";
import type { Mailboxes } from "./mailboxes.ts";
import { readAhead } from "./read-ahead.ts";
import {
  prefixBytes,
  type RecordPrefix,
  rangeBytes,
  recordTypes,
  revokedBytes,
  type SegmentHeader,
  segmentBytesInList,
  stateBytes,
  statesHeaderBytes,
  streams,
} from "./record-format.ts";
import { lastRevoked, readRevoked } from "./revoked-envelopes.ts";
import { readIndex, readIndexHead } from "./segment-index.ts";
import { isZero, scanSegment } from "./segment-scan.ts";
import { eraseTail, indexName, Segment, segmentName } from "./segments.ts";
import { StatesRecord } from "./states-record.ts";
import type { WaitingEnvelopes } from "./waiting-envelopes.ts";
import { writeZeros } from "./zeros.ts";

export interface LoadedLog {
  readonly segments: readonly Segment[];
  readonly live: Segment | undefined;
  readonly highestNumber: number;
  readonly lastSequence: number;
  /** Their states are not what the log says of them any more. */
  readonly changed: readonly Mailbox[];
  readonly hasBallast: boolean;
}

interface Source {
  readonly segment: Segment;
  /** How many envelopes its index has; undefined where it has none. */
  readonly indexed: number | undefined;
  readonly mayBeTorn: boolean;
}

// Shorter ones are not worth keeping.
const shortBytes = 65_536;
// Of indexes: 19 MB. Where there are less, those of segments that have none come to them.
const entriesAtOnce = 262_144;
const fewEntries = 1_024;

export class Loading {
  readonly #files: LogFiles;
  readonly #found: FoundLog;
  readonly #salt: number;
  readonly #waiting: WaitingEnvelopes;
  readonly #mailboxes: Mailboxes;
  /** What the log said of a mailbox last: its generation may be another than the row's. */
  readonly #generations = new Map<Mailbox, number>();
  /** Memory of indexes that were read, for others. */
  readonly #spare: Buffer[] = [];
  #lastSequence = 0;
  #hasBallast: boolean;

  constructor(files: LogFiles, found: FoundLog, waiting: WaitingEnvelopes, mailboxes: Mailboxes) {
    this.#files = files;
    this.#found = found;
    this.#salt = found.salt ?? 0;
    this.#waiting = waiting;
    this.#mailboxes = mailboxes;
    this.#hasBallast = found.hasBallast;
  }

  /** @throws DamagedSegment */
  async load(): Promise<LoadedLog> {
    const { headers } = this.#found;
    const highestNumber = Math.max(0, ...headers.keys());
    for (const name of this.#found.unused) await this.#letGo(name);
    const { live, listed } = await this.#listing();
    for (const number of headers.keys()) if (!listed.has(number)) await this.#remove(number);
    for (const number of listed.keys()) {
      if (!headers.has(number)) throw new DamagedSegment(segmentName(number));
    }
    const inOrder = [...listed].sort(([one], [other]) => one - other);
    const sources: Source[] = [];
    for await (const [, source] of readAhead(inOrder, ([number, end]) => this.#source(number, end)))
      sources.push(source);
    // And what a process that was killed removed or made may still have, or not have, its name.
    await this.#files.syncNames();
    const whole = sources.filter(({ indexed }) => indexed === undefined);
    for await (const [source, bytes] of readAhead(whole, (one) =>
      this.#bytesOf(one.segment.number),
    ))
      await this.#readStates(source, bytes);
    await this.#readEnvelopes(sources);
    const segments = sources.map(({ segment }) => segment);
    for (const segment of segments) segment.isSealed = segment.number !== live;
    const changed = this.#settle();
    return {
      segments,
      live: segments.find(({ number }) => number === live),
      highestNumber,
      lastSequence: this.#lastSequence,
      changed,
      hasBallast: this.#hasBallast,
    };
  }

  /** What the newest batch of the live stream says there is: numbers, with the ends of those that were complete. */
  async #listing(): Promise<{ live: number | undefined; listed: Map<number, number> }> {
    const { headers } = this.#found;
    const live = [...headers.values()].filter(({ stream }) => stream === streams.live);
    for (const { number } of live.sort((a, b) => b.number - a.number)) {
      const listed = new Map<number, number>();
      const bytes = await this.#bytesOf(number);
      const { sequence } = this.#scan(number, bytes, true, (record, at) => {
        if (record.type !== recordTypes.segments) return;
        listed.clear();
        const count = bytes.readUInt32LE(at + prefixBytes);
        for (let index = 0; index < count; index += 1) {
          const entry = at + prefixBytes + 4 + index * segmentBytesInList;
          listed.set(bytes.readUInt32LE(entry), bytes.readUInt32LE(entry + 4));
        }
      });
      if (sequence > 0) return { live: number, listed };
    }
    return { live: undefined, listed: new Map() };
  }

  async #remove(number: number): Promise<void> {
    await this.#files.remove(indexName(number));
    await this.#letGo(segmentName(number));
  }

  /** Of a full disk nobody gets again what is given back: one that is long is the ballast, where there is none. */
  async #letGo(name: string): Promise<void> {
    const file = this.#files.file(name);
    try {
      const size = await file.size();
      if (!this.#hasBallast && size > shortBytes) {
        await writeZeros(file, [{ from: 0, to: size }]);
        await this.#files.rename(file, ballastName);
        this.#hasBallast = true;
        return;
      }
    } catch (error) {
      if (!isWithoutRoom(error)) throw error;
    }
    await file.rest();
    await this.#files.remove(name);
  }

  async #source(number: number, listedEnd: number): Promise<Source> {
    const header = this.#found.headers.get(number) as SegmentHeader;
    const file = this.#files.file(segmentName(number));
    // A process that was killed leaves writes that are whole to whoever reads them, and that nobody synced: a power cut would
    // take them from between what is durable.
    await file.sync();
    const segment = new Segment(number, header.stream, file);
    const hasIndex = listedEnd > 0 && this.#found.indexes.has(number);
    const index = hasIndex ? await readIndexHead(this.#files, number) : undefined;
    if (index?.end !== listedEnd) {
      return { segment, indexed: undefined, mayBeTorn: listedEnd === 0 };
    }
    const isLongEnough = (await file.size()) >= listedEnd;
    await file.rest();
    if (!isLongEnough) throw new DamagedSegment(segmentName(number));
    segment.hasIndex = true;
    segment.end = listedEnd;
    return { segment, indexed: index.envelopes, mayBeTorn: false };
  }

  async #readStates({ segment, mayBeTorn }: Source, bytes: Buffer): Promise<void> {
    const scanned = this.#scan(segment.number, bytes, mayBeTorn, (record, at) => {
      if (record.type === recordTypes.states) this.#applyStates(segment, bytes, at, record.length);
    });
    segment.end = scanned.end;
    this.#lastSequence = Math.max(this.#lastSequence, scanned.sequence);
    segment.preparedBytes = bytes.length;
    if (mayBeTorn && scanned.hasRemains) await eraseTail(segment);
  }

  #applyStates(segment: Segment, bytes: Buffer, start: number, length: number): void {
    const count = bytes.readUInt32LE(start + prefixBytes);
    const states = new StatesRecord(segment, start, length, count);
    let at = start + statesHeaderBytes;
    for (let index = 0; index < count; index += 1) {
      const mailbox = this.#mailboxes.find(bytes, at);
      const revision = bytes.readUInt32LE(at + 44);
      const ranges = bytes.readUInt16LE(at + 48);
      const revoked = bytes.readUInt16LE(at + 50);
      const rangesAt = at + stateBytes;
      const revokedAt = rangesAt + ranges * rangeBytes;
      if (mailbox && revision >= mailbox.revision) {
        mailbox.revision = revision;
        mailbox.acknowledged = bytes.readDoubleLE(at + 16);
        mailbox.handed = bytes.readDoubleLE(at + 24);
        mailbox.removed = bytes.readDoubleLE(at + 32);
        mailbox.revoked = readRevoked(bytes, revokedAt, revoked);
        mailbox.last = Math.max(mailbox.removed, lastRevoked(mailbox.revoked));
        mailbox.released = bytes.readUInt32LE(at + 52);
        mailbox.releasedBytes = bytes.readUInt32LE(at + 56);
        mailbox.releasedHour = bytes.readUInt32LE(at + 60);
        this.#generations.set(mailbox, bytes.readUInt32LE(at + 40));
        states.add(mailbox);
        const expired = Array.from({ length: ranges }, (_, range) => {
          const from = rangesAt + range * rangeBytes;
          return {
            from: bytes.readDoubleLE(from),
            to: bytes.readDoubleLE(from + 8),
            hour: bytes.readDoubleLE(from + 16),
          };
        });
        mailbox.expired = ranges > 0 ? expired : undefined;
      }
      at = revokedAt + revoked * revokedBytes;
    }
    states.dropIfOfNone();
  }

  /** New memory would have to be mapped for each of hundreds of indexes, page by page, and collected. */
  #memory(length: number): Buffer {
    const spare = this.#spare.pop();
    return spare && spare.length >= length
      ? spare.subarray(0, length)
      : Buffer.allocUnsafeSlow(length);
  }

  /** @throws DamagedSegment where something of a mailbox is missing */
  async #readEnvelopes(sources: readonly Source[]): Promise<void> {
    const indexed = sources.reduce((sum, source) => sum + (source.indexed ?? 0), 0);
    this.#waiting.table.reserve(indexed);
    const atOnce = Math.min(entriesAtOnce, indexed + fewEntries);
    const found = new FoundEnvelopes(this.#mailboxes, this.#waiting, atOnce);
    for await (const [{ segment }, read] of readAhead(sources, (one) => this.#entriesOf(one))) {
      if (read.areEntries) {
        found.addIndexed(segment, read.bytes);
        this.#spare.push(Buffer.from(read.bytes.buffer));
      } else this.#scanEnvelopes(segment, read.bytes, found);
    }
    found.settle();
    this.#waiting.table.link();
    this.#sort(sources, found.unsorted);
  }

  /** Of its index, where that is whole; or else all of it. */
  async #entriesOf({ segment, indexed }: Source): Promise<{ areEntries: boolean; bytes: Buffer }> {
    const { number } = segment;
    const entries =
      indexed === undefined
        ? undefined
        : await readIndex(this.#files, number, (length) => this.#memory(length));
    return { areEntries: entries !== undefined, bytes: entries ?? (await this.#bytesOf(number)) };
  }

  #scanEnvelopes(segment: Segment, bytes: Buffer, found: FoundEnvelopes): void {
    segment.hasIndex = false;
    this.#scan(segment.number, bytes.subarray(0, segment.end), false, (record, at) => {
      if (record.type === recordTypes.erased) {
        // Cut short between the two steps of erasing.
        const isDone = isZero(bytes, at + prefixBytes, at + record.length);
        if (!isDone) segment.dead.push(at, record.length);
      }
      if (record.type === recordTypes.put) found.addRecord(segment, bytes, at);
    });
  }

  #sort(sources: readonly Source[], unsorted: Iterable<Mailbox>): void {
    const byNumber = new Map(sources.map(({ segment }) => [segment.number, segment]));
    for (const mailbox of unsorted) {
      for (const { segment, offset, length } of this.#waiting.sort(mailbox)) {
        const holder = byNumber.get(segment) as Segment;
        holder.dead.push(offset, length);
        holder.live -= 1;
        holder.liveBytes -= length;
      }
      if (!this.#waiting.isWithoutGaps(mailbox)) throw new DamagedSegment("one of its segments");
    }
  }

  /** Returns whose states are others than the log says. */
  #settle(): Mailbox[] {
    const changed: Mailbox[] = [];
    for (let ordinal = 1; ordinal < this.#mailboxes.nextOrdinal; ordinal += 1) {
      const mailbox = this.#mailboxes.of(ordinal) as Mailbox;
      mailbox.handed = Math.max(Math.min(mailbox.handed, mailbox.last), mailbox.removed);
      const said = this.#generations.get(mailbox);
      if (said === mailbox.generation || mailbox.waiting > 0 || mailbox.last === 0) continue;
      mailbox.acknowledged = mailbox.last;
      mailbox.handed = mailbox.last;
      mailbox.removed = mailbox.last;
      mailbox.expired = undefined;
      mailbox.revoked = undefined;
      mailbox.released = 0;
      mailbox.releasedBytes = 0;
      changed.push(mailbox);
    }
    return changed;
  }

  async #bytesOf(number: number): Promise<Buffer> {
    const file: LogFile = this.#files.file(segmentName(number));
    const bytes = Buffer.allocUnsafeSlow(await file.size());
    await file.read(bytes, 0);
    await file.rest();
    return bytes;
  }

  #scan(
    number: number,
    bytes: Buffer,
    mayBeTorn: boolean,
    visit: (record: RecordPrefix, at: number) => void,
  ) {
    const name = segmentName(number);
    return scanSegment({ name, bytes, salt: this.#salt }, mayBeTorn, visit);
  }
}
