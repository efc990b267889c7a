// What a commit is made of before it is one: what its steps read, and what each of them is to store.
import type { Change, TableName } from "./store.ts";

/** A row, and the record in it once somebody asked for that. Nobody changes a record: another one is put in its place. */
export interface Row {
  readonly value: Uint8Array | undefined;
  record?: unknown;
}

export class Rows {
  readonly #tables = new Map<TableName, Map<string, Row>>();

  of(table: TableName): Iterable<[string, Row]> {
    return this.#tables.get(table) ?? [];
  }

  get(table: TableName, key: string): Row | undefined {
    return this.#tables.get(table)?.get(key);
  }

  set(table: TableName, key: string, row: Row): void {
    const rows = this.#tables.get(table) ?? new Map();
    this.#tables.set(table, rows);
    rows.set(key, row);
  }

  setAll(others: Rows): void {
    for (const [table, rows] of others.#tables)
      for (const [key, row] of rows) this.set(table, key, row);
  }

  changes(): Change[] {
    return [...this.#tables].flatMap(([table, rows]) =>
      [...rows].map(([key, { value }]) => ({ table, key, value })),
    );
  }
}

/** What is stored, as far as it was read for one commit; whatever becomes of a step, the next one reads it here. */
export interface StoredRows {
  readonly rows: Rows;
  readonly empty: Set<TableName>;
}

/** What one step is to store, of each key its last value, above what those before it are to store with it. */
export class Pending {
  readonly read: StoredRows;
  readonly #before: Rows;
  readonly #own = new Rows();

  constructor(before: Rows, read: StoredRows) {
    this.#before = before;
    this.read = read;
  }

  get(table: TableName, key: string): Row | undefined {
    return (
      this.#own.get(table, key) ?? this.#before.get(table, key) ?? this.read.rows.get(table, key)
    );
  }

  /** Rows of keys that begin so. */
  changed(table: TableName, prefix: string): ReadonlyMap<string, Row> {
    const changed = new Map<string, Row>();
    for (const rows of [this.#before, this.#own])
      for (const [key, row] of rows.of(table)) if (key.startsWith(prefix)) changed.set(key, row);
    return changed;
  }

  add(changes: readonly (Change & Row)[]): void {
    for (const change of changes) this.#own.set(change.table, change.key, change);
  }

  /** Puts it among what those before it are to store. Encoded by then: what cannot be is the fault of this step alone. */
  settle(): void {
    this.#own.changes();
    this.#before.setAll(this.#own);
  }
}
