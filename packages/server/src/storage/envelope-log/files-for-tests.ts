// For tests only: files in memory that can fail at any call, and lose at a power cut what was not synced: of each sector of
// 512 bytes, and of the names, some is left. All of it follows from a seed.
import type { LogFile, LogFiles } from "./file-system.ts";

const sectorBytes = 512;

/** Each below its bound. */
export function seededNumbers(seed: number): (bound: number) => number {
  let state = (seed * 2_654_435_761 + 1) >>> 0;
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 4_294_967_296) * bound);
  };
}

class Contents {
  bytes: Buffer = Buffer.alloc(0);
  synced: Buffer = Buffer.alloc(0);
  /** Sectors that were written since they were synced. */
  readonly unsynced = new Set<number>();

  write(from: Uint8Array, at: number): void {
    const end = at + from.length;
    if (end > this.bytes.length) this.bytes = grownTo(this.bytes, end);
    this.bytes.set(from, at);
    for (let sector = Math.floor(at / sectorBytes); sector * sectorBytes < end; sector += 1) {
      this.unsynced.add(sector);
    }
  }

  sync(from = 0, to: number = this.bytes.length): void {
    const last = Math.min(to, this.bytes.length);
    if (this.synced.length < last) this.synced = grownTo(this.synced, last);
    if (from === 0 && to === this.bytes.length) {
      this.synced = Buffer.from(this.bytes);
      this.unsynced.clear();
      return;
    }
    this.bytes.copy(this.synced, from, from, last);
    for (const sector of this.unsynced) {
      const isInside = sector * sectorBytes >= from && (sector + 1) * sectorBytes <= last;
      if (isInside) this.unsynced.delete(sector);
    }
  }

  /** What a power cut leaves. */
  survive(below: (bound: number) => number): Contents {
    const left = new Contents();
    const keepsLength = this.bytes.length !== this.synced.length && below(2) === 0;
    left.bytes = grownTo(this.synced, keepsLength ? this.bytes.length : this.synced.length);
    for (const sector of this.unsynced) {
      if (below(2) === 0) continue;
      const at = sector * sectorBytes;
      const end = Math.min(at + sectorBytes, this.bytes.length, left.bytes.length);
      if (at < end) this.bytes.copy(left.bytes, at, at, end);
    }
    left.sync();
    return left;
  }
}

export type Failure = "power" | "EIO" | "ENOSPC" | "EMFILE";

export interface FaultPlan {
  /** Fails the n-th call that changes something, counted from 1; a full disk, and too many open files, also those after it. */
  readonly at: number;
  readonly failure: Failure;
}

export class FilesForTests implements LogFiles {
  names_ = new Map<string, Contents>();
  /** Names as they were at the last sync, and what was done to them since. */
  #syncedNames = new Map<string, Contents>();
  #changes: ((names: Map<string, Contents>) => void)[] = [];
  readonly #below: (bound: number) => number;
  calls = 0;
  plan: FaultPlan | undefined;
  free = 1_000_000_000;
  hasPower = true;
  /** Whether it says of what it only remembers that it is durable, as some disks do. */
  lies = false;
  /** Whether writing over what is there needs room too, as on some file systems. */
  copiesOnWrite = false;

  constructor(seed: number) {
    this.#below = seededNumbers(seed);
  }

  /** All that any file holds now. */
  everything(): Buffer {
    return Buffer.concat(Array.from(this.names_.values(), ({ bytes }) => bytes));
  }

  bytesOf(name: string): Buffer {
    return this.names_.get(name)?.bytes ?? Buffer.alloc(0);
  }

  /** The disk as it is found after the power was cut. */
  afterPowerCut(): FilesForTests {
    const found = new FilesForTests(this.#below(1_000_000));
    const kept = this.#changes.slice(0, this.#below(this.#changes.length + 1));
    for (const change of kept) change(this.#syncedNames);
    for (const [name, contents] of this.#syncedNames) {
      const left = contents.survive(this.#below);
      found.names_.set(name, left);
      found.#syncedNames.set(name, left);
    }
    return found;
  }

  /** The disk as another process finds it after this one was killed: all is there, and what was not synced still is not. */
  afterKill(): FilesForTests {
    const found = new FilesForTests(this.#below(1_000_000));
    for (const [name, contents] of this.names_) found.names_.set(name, contents);
    found.#syncedNames = this.#syncedNames;
    found.#changes = this.#changes;
    return found;
  }

  /** Another disk with the same on it, all of it synced. */
  copy(): FilesForTests {
    const copied = new FilesForTests(1);
    for (const [name, { bytes }] of this.names_) {
      const contents = new Contents();
      contents.bytes = Buffer.from(bytes);
      contents.sync();
      copied.names_.set(name, contents);
      copied.#syncedNames.set(name, contents);
    }
    return copied;
  }

  names(): Promise<readonly string[]> {
    return Promise.resolve([...this.names_.keys()]);
  }

  file(name: string): LogFile {
    return new FileForTests(this, name);
  }

  async rename(from: LogFile, name: string): Promise<LogFile> {
    const before = (from as FileForTests).name;
    await this.change(() => {
      this.#rename((names) => {
        const contents = names.get(before);
        names.delete(before);
        if (contents) names.set(name, contents);
      });
    });
    return this.file(name);
  }

  remove(name: string): Promise<void> {
    return this.change(() => {
      if (this.names_.has(name)) this.#rename((names) => names.delete(name));
    });
  }

  syncNames(): Promise<void> {
    return this.change(() => {
      this.#syncedNames = new Map(this.names_);
      this.#changes = [];
    });
  }

  freeBytes(): Promise<number> {
    return Promise.resolve(this.free);
  }

  open(name: string): Contents {
    const there = this.names_.get(name);
    if (there) return there;
    const made = new Contents();
    this.#rename((names) => names.set(name, made));
    return made;
  }

  /** Runs one call that changes something, unless it is to fail. */
  async change(
    run: () => void,
    { partly = () => {}, needsRoom = false }: { partly?: () => void; needsRoom?: boolean } = {},
  ): Promise<void> {
    const planned = this.nextFailure();
    const failure = planned === "ENOSPC" && !needsRoom ? undefined : planned;
    if (failure === "power") {
      partly();
      this.hasPower = false;
    }
    // Nothing answers any more.
    if (!this.hasPower) await new Promise(() => {});
    if (failure) throw Object.assign(new Error(failure), { code: failure });
    run();
  }

  nextFailure(): Failure | undefined {
    this.calls += 1;
    const { plan } = this;
    if (!plan || this.calls < plan.at) return undefined;
    const lasts = plan.failure === "ENOSPC" || plan.failure === "EMFILE";
    return this.calls === plan.at || lasts ? plan.failure : undefined;
  }

  #rename(change: (names: Map<string, Contents>) => void): void {
    change(this.names_);
    this.#changes.push(change);
  }
}

class FileForTests implements LogFile {
  readonly name: string;
  readonly #files: FilesForTests;
  #opened: Contents | undefined;

  constructor(files: FilesForTests, name: string) {
    this.#files = files;
    this.name = name;
  }

  writeDurably(
    bytes: Uint8Array,
    length: number,
    at: number,
    done: (error: NodeJS.ErrnoException | undefined) => void,
  ): void {
    const contents = this.#open();
    const written = () => contents.write(bytes.subarray(0, length), at);
    this.#files
      .change(
        () => {
          written();
          if (!this.#files.lies) contents.sync(at, at + length);
        },
        { partly: written, needsRoom: this.#needsRoom(at + length) },
      )
      .then(
        () => done(undefined),
        (error) => {
          // Some of it may have been written.
          contents.write(bytes.subarray(0, length >>> 1), at);
          done(error);
        },
      );
  }

  write(bytes: Uint8Array, at: number): Promise<void> {
    const contents = this.#open();
    const copy = Buffer.from(bytes);
    const written = () => contents.write(copy, at);
    const needsRoom = this.#needsRoom(at + bytes.length);
    return this.#files.change(written, { partly: written, needsRoom });
  }

  sync(): Promise<void> {
    const contents = this.#open();
    return this.#files.change(() => contents.sync());
  }

  read(into: Uint8Array, at: number): Promise<number> {
    const { bytes } = this.#open();
    const found = bytes.subarray(at, at + into.length);
    into.set(found);
    return Promise.resolve(found.length);
  }

  truncate(size: number): Promise<void> {
    const contents = this.#open();
    return this.#files.change(() => {
      contents.bytes = Buffer.from(contents.bytes.subarray(0, size));
      for (const sector of contents.unsynced) {
        if (sector * sectorBytes >= size) contents.unsynced.delete(sector);
      }
    });
  }

  size(): Promise<number> {
    return Promise.resolve(this.#open().bytes.length);
  }

  rest(): Promise<void> {
    this.#opened = undefined;
    return Promise.resolve();
  }

  #needsRoom(end: number): boolean {
    return this.#files.copiesOnWrite || end > this.#open().bytes.length;
  }

  #open(): Contents {
    this.#opened ??= this.#files.open(this.name);
    return this.#opened;
  }
}

function grownTo(bytes: Buffer, length: number): Buffer {
  const longer = Buffer.alloc(length);
  bytes.copy(longer);
  return longer;
}
