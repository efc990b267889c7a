// For tests only: the profile's store in memory, in the order of keys, which is more than the port promises.
import type { Change, Range, Store, TableName } from "./store.ts";

export interface StoreForTests extends Store {
  /** What every commit so far changed, oldest first. */
  readonly commits: (readonly Change[])[];
}

export function createMemoryStore(): StoreForTests {
  const tables = new Map<TableName, Map<string, Uint8Array<ArrayBuffer>>>();
  const rowsOf = (table: TableName) =>
    tables.get(table) ?? new Map<string, Uint8Array<ArrayBuffer>>();
  const commits: (readonly Change[])[] = [];
  return {
    commits,
    get: async (table, key) => rowsOf(table).get(key)?.slice(),
    list: async (table, { prefix = "", after = "", before, limit, newestFirst }: Range = {}) => {
      const keys = [...rowsOf(table).keys()]
        .filter((key) => key.startsWith(prefix) && key > after)
        .filter((key) => before === undefined || key < before)
        .sort();
      if (newestFirst) keys.reverse();
      return keys.slice(0, limit).map((key) => ({
        key,
        value: (rowsOf(table).get(key) ?? new Uint8Array()).slice(),
      }));
    },
    commit: async (changes) => {
      commits.push(changes);
      for (const { table, key, value } of changes) {
        const rows = rowsOf(table);
        tables.set(table, rows);
        if (value) rows.set(key, new Uint8Array(value));
        else rows.delete(key);
      }
    },
    close: async () => undefined,
  };
}
