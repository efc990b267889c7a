// A disk as a record of calls made it, up to any line, and what a power cut there could leave of it: of each sector of 512
// bytes any state it had since it was synced, of each folder's names any first part of what was done to them since.
import type { Seeded } from "../seeded.ts";
import type { DiskCall, DiskChange } from "./disk-calls.ts";
import { RecordedFile } from "./recorded-file.ts";

/**
 * lost: nothing that was not synced. written: all of it. torn: a first part, and of one write some sectors. mixed: each
 * sector by itself.
 */
export type CutKind = "lost" | "written" | "torn" | "mixed";

/** By their paths; a folder has no contents. */
export type DiskContents = ReadonlyMap<string, Buffer | "folder">;

type Node = RecordedFile | "folder";
type NameChange = (names: Map<string, Node>) => unknown;

export class RecordedDisk {
  readonly #steps: { readonly line: number; readonly run: () => void }[] = [];
  readonly #names = new Map<string, Node>();
  readonly #synced = new Map<string, Node>();
  /** By folder, in their order. */
  readonly #unsynced = new Map<string, NameChange[]>();
  /** Says that it synced, and did not. */
  readonly #lies: boolean;
  #next = 0;

  /** @param lies as some disks do: the positive control. */
  constructor(calls: readonly DiskCall[], { lies = false } = {}) {
    this.#lies = lies;
    for (const call of calls) this.#plan(call);
    this.#steps.sort((one, other) => one.line - other.line);
  }

  /** Goes on until a line was written. Never back. */
  advance(line: number): void {
    for (; ; this.#next += 1) {
      const step = this.#steps[this.#next];
      if (!step || step.line > line) return;
      step.run();
    }
  }

  /** As it is found after the power was cut now. */
  cut(kind: CutKind, random: Seeded): DiskContents {
    const names = new Map(this.#synced);
    for (const changes of this.#unsynced.values()) {
      const kept =
        kind === "lost"
          ? 0
          : kind === "written"
            ? changes.length
            : random.below(changes.length + 1);
      for (const change of changes.slice(0, kept)) change(names);
    }
    const found = new Map<string, Buffer | "folder">();
    for (const [path, node] of names) {
      if (!this.#isReachable(path, names)) continue;
      found.set(path, node === "folder" ? node : node.cut(kind, random));
    }
    return found;
  }

  /** All its folders, up to the one that was there at first, have names. */
  #isReachable(path: string, names: ReadonlyMap<string, Node>): boolean {
    const parent = folderOf(path);
    if (!this.#names.has(parent) && !names.has(parent)) return true;
    return names.has(parent) && this.#isReachable(parent, names);
  }

  #plan({ change, began, ended }: DiskCall): void {
    const at = (line: number | undefined, run: () => void) => {
      if (line !== undefined) this.#steps.push({ line, run });
    };
    switch (change.kind) {
      case "write": {
        let finish: (() => void) | undefined;
        const begin = () => {
          finish = this.#file(change.path)?.write(
            change.bytes,
            change.at,
            change.syncs && !this.#lies,
          );
        };
        at(began, begin);
        at(ended, () => finish?.());
        return;
      }
      case "sync": {
        let finish: (() => void) | undefined;
        at(began, () => {
          if (!this.#lies) finish = this.#sync(change.path);
        });
        at(ended, () => finish?.());
        return;
      }
      default:
        at(began, () => this.#change(change));
    }
  }

  #change(change: Exclude<DiskChange, { kind: "write" | "sync" }>): void {
    const { path } = change;
    switch (change.kind) {
      case "create":
        if (!this.#names.has(path)) {
          const made = new RecordedFile();
          this.#rename(path, (names) => names.set(path, made));
        } else if (change.empties) this.#file(path)?.truncate(0);
        return;
      case "truncate":
        this.#file(path)?.truncate(change.length);
        return;
      case "make-folder":
        this.#rename(path, (names) => names.set(path, "folder"));
        return;
      case "remove":
        this.#rename(path, (names) => names.delete(path));
        return;
      case "link":
      case "rename": {
        const node = this.#names.get(path);
        if (!node) return;
        this.#rename(change.to, (names) => {
          if (change.kind === "rename") names.delete(path);
          names.set(change.to, node);
        });
        return;
      }
    }
  }

  #rename(path: string, change: NameChange): void {
    change(this.#names);
    const folder = folderOf(path);
    const changes = this.#unsynced.get(folder) ?? [];
    this.#unsynced.set(folder, changes);
    changes.push(change);
  }

  /** What is to be done when it ends: only what was there when it began is synced. */
  #sync(path: string): (() => void) | undefined {
    const file = this.#file(path);
    if (file) return file.sync();
    const changes = [...(this.#unsynced.get(path) ?? [])];
    return () => {
      for (const change of changes) change(this.#synced);
      const left = this.#unsynced.get(path)?.filter((one) => !changes.includes(one)) ?? [];
      this.#unsynced.set(path, left);
    };
  }

  #file(path: string): RecordedFile | undefined {
    const node = this.#names.get(path);
    return node === "folder" ? undefined : node;
  }
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}
