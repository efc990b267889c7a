// The tables that every text asks for again and again, in memory from the first time that one is listed: in browsers
// each question to the database is a trip to another process and back, and a text asks some forty. Small by nature:
// what waits, and whom the owner knows. The database has it all; nothing is here before it is there.
import type { Change, Range, TableName } from "./store.ts";

const kept: ReadonlySet<TableName> = new Set([
  ...([
    "people",
    "queue",
    "goingOver",
    "relayed",
    "outgoing",
    "awaited",
    "receipts",
    "unshown",
    "spare",
    "waiting",
  ] as const),
]);

export interface Row {
  readonly key: string;
  readonly value: Uint8Array<ArrayBuffer>;
}
type Rows = Map<string, Uint8Array<ArrayBuffer>>;

export class KeptTables {
  readonly #tables = new Map<TableName, Promise<Rows>>();
  #applied: Promise<void> = Promise.resolve();

  /** Whether a table is of those that are kept. */
  isFor(table: TableName): boolean {
    return kept.has(table);
  }

  /** Whether it is here already. */
  has(table: TableName): boolean {
    return this.#tables.has(table);
  }

  async get(table: TableName, key: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    return (await this.#tables.get(table))?.get(key)?.slice();
  }

  /** @param readAll of the table, as the database has it; called where it is not here yet. */
  async list(table: TableName, range: Range, readAll: () => Promise<Row[]>): Promise<Row[]> {
    const { prefix = "", after = "", before, limit, newestFirst = false } = range;
    const rows = await (this.#tables.get(table) ?? this.#load(table, readAll));
    const keys = [...rows.keys()].filter(
      (key) => key.startsWith(prefix) && key > after && (before === undefined || key < before),
    );
    keys.sort();
    if (newestFirst) keys.reverse();
    return keys
      .slice(0, limit)
      .map((key) => ({ key, value: rows.get(key)?.slice() as Row["value"] }));
  }

  /** After they were committed, commit by commit. A table that is on its way is waited for. */
  apply(changes: readonly Change[]): Promise<void> {
    this.#applied = this.#applied.then(async () => {
      for (const { table, key, value } of changes) {
        // One that could not be read is not here.
        const rows = await this.#tables.get(table)?.catch(() => undefined);
        if (value) rows?.set(key, value.slice());
        else rows?.delete(key);
      }
    });
    return this.#applied;
  }

  /** A commit before it is in what is read; one that goes on meanwhile waits for this in `apply`. */
  #load(table: TableName, readAll: () => Promise<Row[]>): Promise<Rows> {
    const loading = readAll().then((all) => new Map(all.map(({ key, value }) => [key, value])));
    this.#tables.set(table, loading);
    loading.catch(() => this.#tables.delete(table));
    return loading;
  }
}
