// The profile store in memory, and one that breaks on purpose: for tests that stop a phone between two steps. It keeps
// every row in the order of its key, which is more than the port promises.

import type { Change, Range, Store, TableName } from "@assent/client";
import { AssentError } from "@assent/protocol";

export class MemoryStore implements Store {
  readonly #tables = new Map<TableName, Map<string, Uint8Array<ArrayBuffer>>>();

  async get(table: TableName, key: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    return this.#tables.get(table)?.get(key);
  }

  async list(
    table: TableName,
    { prefix = "", after = "", before, limit, newestFirst }: Range = {},
  ) {
    const keys = [...(this.#tables.get(table)?.keys() ?? [])]
      .filter((key) => key.startsWith(prefix) && key > after)
      .filter((key) => before === undefined || key < before)
      .sort();
    if (newestFirst) keys.reverse();
    return keys.slice(0, limit).map((key) => ({
      key,
      value: this.#tables.get(table)?.get(key) as Uint8Array<ArrayBuffer>,
    }));
  }

  async commit(changes: readonly Change[]): Promise<void> {
    if (changes.some(({ value }) => value !== undefined && !(value instanceof Uint8Array))) {
      throw new AssentError("storage_failed");
    }
    for (const { table, key, value } of changes) {
      const rows = this.#tables.get(table) ?? new Map();
      this.#tables.set(table, rows);
      if (value) rows.set(key, new Uint8Array(value));
      else rows.delete(key);
    }
  }

  /** Another with the same rows, as a backup has them. */
  copy(): MemoryStore {
    const copied = new MemoryStore();
    for (const [table, rows] of this.#tables) copied.#tables.set(table, new Map(rows));
    return copied;
  }

  async close(): Promise<void> {
    // Nothing to let go of.
  }
}

/** The phone stopped: what a kill looks like from inside. Nothing catches it. */
class Stopped extends Error {
  override readonly name = "Stopped";
}

/** Counts the steps of a phone and stops it at one of them: no step after that has any effect. */
export class StopAt {
  readonly #step: number;
  steps = 0;

  constructor(step: number) {
    this.#step = step;
  }

  get stopped(): boolean {
    return this.steps >= this.#step;
  }

  /** Passes one point at which a phone may be killed. */
  pass(): void {
    if (this.stopped) throw new Stopped();
    this.steps += 1;
    if (this.stopped) throw new Stopped();
  }
}

/** Two points for each commit: just before it, and just after it is durable. */
export class StoppableStore implements Store {
  readonly #store: Store;
  readonly #stop: StopAt;

  constructor(store: Store, stop: StopAt) {
    this.#store = store;
    this.#stop = stop;
  }

  get(table: TableName, key: string) {
    return this.#store.get(table, key);
  }

  list(table: TableName, range?: Range) {
    return this.#store.list(table, range);
  }

  async commit(changes: readonly Change[]): Promise<void> {
    this.#stop.pass();
    await this.#store.commit(changes);
    this.#stop.pass();
  }

  async close(): Promise<void> {
    // Nothing to let go of.
  }
}
