// The profile's store in memory: for tests, of this SDK and of those who build on it. It goes with the program. It keeps
// every row in the order of its key, which is more than the port promises.
import { AssentError } from "@assent/protocol";
import type { Change, Range, Store, TableName } from "./store.ts";

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
