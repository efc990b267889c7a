// One file of a recorded disk: what of it is synced, and what was done to it since, in order.
import type { Seeded } from "../seeded.ts";
import type { CutKind } from "./recorded-disk.ts";

const sectorBytes = 512;

interface Unsynced {
  /** Undefined where the file was made to end at `at`. */
  readonly bytes: Buffer | undefined;
  readonly at: number;
  isDone: boolean;
  /** Synced by itself: nothing of it is lost any more, nor of what it was written over. */
  isSynced: boolean;
}

export class RecordedFile {
  #synced: Buffer = Buffer.alloc(0);
  #unsynced: Unsynced[] = [];
  #length = 0;

  /** Returns what is to be done when the call ends. */
  write(bytes: Buffer, at: number | undefined, syncs: boolean): () => void {
    const one: Unsynced = { bytes, at: at ?? this.#length, isDone: false, isSynced: false };
    this.#length = Math.max(this.#length, one.at + bytes.length);
    this.#unsynced.push(one);
    return () => {
      one.isDone = true;
      one.isSynced = syncs;
      this.#settle();
    };
  }

  truncate(length: number): void {
    this.#length = length;
    this.#unsynced.push({ bytes: undefined, at: length, isDone: true, isSynced: false });
  }

  /** Returns what is to be done when the call ends. */
  sync(): () => void {
    const done = this.#unsynced.filter(({ isDone }) => isDone);
    return () => {
      for (const one of done) one.isSynced = true;
      this.#settle();
    };
  }

  /** What is synced and stands behind nothing that is not, is what the file was from the beginning. */
  #settle(): void {
    const first = this.#unsynced.findIndex(({ isSynced }) => !isSynced);
    const settled = first < 0 ? this.#unsynced : this.#unsynced.slice(0, first);
    for (const one of settled) this.#keep(one);
    this.#unsynced = first < 0 ? [] : this.#unsynced.slice(first);
  }

  #keep(one: Unsynced): void {
    const { bytes, at } = one;
    // Nobody has it any more: a copy of a file for each write to it would be most of what a drill does.
    if (bytes && at + bytes.length <= this.#synced.length) bytes.copy(this.#synced, at);
    else this.#synced = applied(this.#synced, one);
  }

  /** To be used before anything else happens to the file. */
  cut(kind: CutKind, random: Seeded): Buffer {
    if (this.#unsynced.length === 0) return this.#synced;
    switch (kind) {
      case "lost":
        return this.#composed(() => 0);
      case "written":
        return this.#composed((states) => states - 1);
      case "torn":
        return this.#torn(random);
      case "mixed":
        return this.#composed((states) => random.below(states));
    }
  }

  /** All up to one, of that one some sectors from its beginning, and nothing after it but what is synced. */
  #torn(random: Seeded): Buffer {
    const last = random.below(this.#unsynced.length);
    let found = this.#synced;
    for (const [index, one] of this.#unsynced.entries()) {
      if (index < last || one.isSynced) found = applied(found, one);
      else if (index === last && one.bytes) {
        const sectors = random.below(Math.ceil(one.bytes.length / sectorBytes) + 1);
        const end = Math.min(
          one.bytes.length,
          Math.floor(one.at / sectorBytes) * sectorBytes + sectors * sectorBytes - one.at,
        );
        if (end > 0) found = applied(found, { ...one, bytes: one.bytes.subarray(0, end) });
      }
    }
    return found;
  }

  /** @param choose which of so many states a sector, or the length, has: the first is the one that cannot be lost. */
  #composed(choose: (states: number) => number): Buffer {
    const states = [this.#synced];
    for (const one of this.#unsynced) states.push(applied(states.at(-1) ?? this.#synced, one));
    const floorOf = (isAbout: (one: Unsynced) => boolean) =>
      this.#unsynced.findLastIndex((one) => one.isSynced && isAbout(one)) + 1;
    const chosen = (isAbout: (one: Unsynced) => boolean) => {
      const floor = floorOf(isAbout);
      return states[floor + choose(states.length - floor)] ?? this.#synced;
    };
    const length = chosen(() => true).length;
    const found = Buffer.alloc(length);
    for (let start = 0; start < length; start += sectorBytes) {
      const end = start + sectorBytes;
      const isAbout = ({ bytes, at }: Unsynced) =>
        bytes ? at < end && at + bytes.length > start : at < end;
      const from = this.#unsynced.some(isAbout) ? chosen(isAbout) : this.#synced;
      found.set(from.subarray(start, Math.min(end, length)), start);
    }
    return found;
  }
}

function applied(contents: Buffer, { bytes, at }: Pick<Unsynced, "bytes" | "at">): Buffer {
  if (!bytes) {
    if (at <= contents.length) return contents.subarray(0, at);
    return Buffer.concat([contents, Buffer.alloc(at - contents.length)]);
  }
  const changed = Buffer.alloc(Math.max(contents.length, at + bytes.length));
  contents.copy(changed);
  bytes.copy(changed, at);
  return changed;
}
