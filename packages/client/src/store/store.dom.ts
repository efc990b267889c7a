// The profile's store in browsers: one IndexedDB database, in which nothing can be read without keys that the browser
// keeps (sealed-rows.dom.ts). One writer at a time (writing-turn.dom.ts); one whose turn was taken may not know yet,
// so each commit checks, in its own transaction, that the database is still its own: a phone that wrote an older
// state over a newer one would use keys of MLS twice.
import { AssentError, type ErrorCode, hex, randomBytes } from "@assent/protocol";
import { type DBSchema, deleteDB, type IDBPDatabase, openDB } from "idb";
import { KeptTables, type Row } from "./kept-tables.dom.ts";
import { RowReads } from "./row-reads.ts";
import { newRowKeys, type RowKeys, SealedRows } from "./sealed-rows.dom.ts";
import type { Change, Range, Store, TableName } from "./store.ts";
import { takeTurn, type WritingTurn } from "./writing-turn.dom.ts";

const formatVersion = 1;

interface Tables extends DBSchema {
  /** All tables of the port, by place. */
  rows: { key: string; value: Uint8Array<ArrayBuffer> };
  keys: { key: "rows"; value: RowKeys };
  /** Drawn by each that opened the database; whose is there may write. */
  writer: { key: "id"; value: string };
}
type Database = IDBPDatabase<Tables>;
/** Place and sealed value. */
type SealedRow = readonly [string, Uint8Array<ArrayBuffer>];

export interface DomStoreOptions {
  /** Takes the profile from another tab that has it open, which then cannot write any more. */
  readonly takeOver?: boolean;
  /** How long to wait for another tab otherwise: a page that is being left needs a moment to end. */
  readonly waitMs?: number;
  /** Another tab took the profile: everything asked of this store fails from now on. */
  readonly onTakenOver?: () => void;
}

/**
 * Opens or makes the profile of this name, and holds it alone until closed or taken over.
 * @throws AssentError profile_in_use, profile_unreadable; storage_failed also where the browser lets nothing be stored
 */
export async function openDomStore(
  name: string,
  { takeOver = false, waitMs = 1_000, onTakenOver }: DomStoreOptions = {},
): Promise<Store> {
  try {
    const turn = await takeTurn(name, { takeOver, waitMs });
    try {
      const store = await DomStore.open(name, turn);
      void turn.lost.then(() => {
        store.end("profile_in_use");
        onTakenOver?.();
      });
      return store;
    } catch (error) {
      turn.end();
      throw error;
    }
  } catch (cause) {
    if (cause instanceof AssentError) throw cause;
    const isNewer = cause instanceof DOMException && cause.name === "VersionError";
    throw new AssentError(isNewer ? "profile_unreadable" : "storage_failed", { cause });
  }
}

/**
 * Deletes the profile of this name for good, readable or not. Taken from whoever has it open.
 * @throws AssentError storage_failed
 */
export async function deleteDomStore(name: string): Promise<void> {
  const turn = await takeTurn(name, { takeOver: true, waitMs: 0 });
  try {
    await deleteDB(name);
  } catch (cause) {
    throw new AssentError("storage_failed", { cause });
  } finally {
    turn.end();
  }
}

class DomStore implements Store {
  readonly #database: Database;
  readonly #reads: RowReads;
  readonly #rows: SealedRows;
  readonly #writer: string;
  readonly #turn: WritingTurn;
  readonly #kept = new KeptTables();
  // Why nothing can be asked of it any more.
  #ended: ErrorCode | undefined;

  static async open(name: string, turn: WritingTurn): Promise<DomStore> {
    // Made whether they are needed or not: that shows in a transaction only, which would not wait for them.
    const freshKeys = await newRowKeys();
    const writer = hex(randomBytes(16));
    const database = await openDB<Tables>(name, formatVersion, {
      upgrade: (made) => {
        for (const table of ["rows", "keys", "writer"] as const) made.createObjectStore(table);
      },
    });
    try {
      const keys = await beginWriting(database, writer, freshKeys);
      return new DomStore(database, new SealedRows(keys), writer, turn);
    } catch (error) {
      database.close();
      throw error;
    }
  }

  constructor(database: Database, rows: SealedRows, writer: string, turn: WritingTurn) {
    this.#database = database;
    this.#reads = new RowReads(() => database.transaction("rows").store);
    this.#rows = rows;
    this.#writer = writer;
    this.#turn = turn;
    // Somebody deletes the database, or the browser took it away.
    database.onversionchange = () => this.end("storage_failed");
    database.onclose = () => this.end("storage_failed");
  }

  get(table: TableName, key: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    return this.#attempt(async () => {
      if (this.#kept.has(table)) return this.#kept.get(table, key);
      const place = await this.#rows.place(table, key);
      const sealed = await this.#reads.get(place);
      return sealed && (await this.#rows.open(place, sealed)).value;
    });
  }

  list(table: TableName, range: Range = {}): Promise<Row[]> {
    return this.#attempt(() =>
      this.#kept.isFor(table)
        ? this.#kept.list(table, range, () => this.#listStored(table, {}))
        : this.#listStored(table, range),
    );
  }

  commit(changes: readonly Change[]): Promise<void> {
    return this.#attempt(async () => {
      // Sealed before the transaction, which would end while it waits for WebCrypto.
      const sealed = await Promise.all(
        changes.map(async ({ table, key, value }) => {
          const place = await this.#rows.place(table, key);
          return { place, value: value && (await this.#rows.seal(place, key, value)) };
        }),
      );
      const transaction = this.#database.transaction(["rows", "writer"], "readwrite", {
        durability: "strict",
      });
      const write = async () => {
        const writer = await transaction.objectStore("writer").get("id");
        if (writer !== this.#writer) {
          this.end("profile_in_use");
          throw new AssentError("profile_in_use");
        }
        const rows = transaction.objectStore("rows");
        await Promise.all(
          sealed.map(({ place, value }) => (value ? rows.put(value, place) : rows.delete(place))),
        );
      };
      await Promise.all([write(), transaction.done]);
      await this.#kept.apply(changes);
    });
  }

  async close(): Promise<void> {
    this.end("storage_failed");
  }

  /** Lets go of the database and of the turn; from now on everything fails by this code. */
  end(code: ErrorCode): void {
    this.#ended ??= code;
    // Transactions under way come to their end, and before those of whoever opens the database next.
    this.#database.close();
    this.#turn.end();
  }

  async #listStored(table: TableName, range: Range): Promise<Row[]> {
    const sealed = await this.#read(await this.#between(table, range), range);
    return Promise.all(sealed.map(([place, value]) => this.#rows.open(place, value)));
  }

  /** Undefined where nothing can be between. */
  async #between(
    table: TableName,
    { prefix = "", after, before }: Range,
  ): Promise<IDBKeyRange | undefined> {
    const start = await this.#rows.place(table, prefix);
    const lower = after === undefined ? start : await this.#rows.place(table, after);
    const upper = before === undefined ? `${start}\uffff` : await this.#rows.place(table, before);
    return lower < upper ? IDBKeyRange.bound(lower, upper, true, true) : undefined;
  }

  async #read(
    between: IDBKeyRange | undefined,
    { limit, newestFirst = false }: Range,
  ): Promise<SealedRow[]> {
    if (between === undefined || limit === 0) return [];
    const { store } = this.#database.transaction("rows");
    if (newestFirst && limit !== undefined) {
      const rows: SealedRow[] = [];
      // The only way to the last rows without reading those before.
      let cursor = await store.openCursor(between, "prev");
      while (cursor) {
        rows.push([cursor.key, cursor.value]);
        if (rows.length === limit) break;
        cursor = await cursor.continue();
      }
      return rows;
    }
    const [places, values] = await Promise.all([
      store.getAllKeys(between, limit),
      store.getAll(between, limit),
    ]);
    const rows = places.map((place, index): SealedRow => [place, values[index] as SealedRow[1]]);
    return newestFirst ? rows.reverse() : rows;
  }

  async #attempt<T>(step: () => Promise<T>): Promise<T> {
    if (this.#ended) throw new AssentError(this.#ended);
    try {
      return await step();
    } catch (cause) {
      if (cause instanceof AssentError) throw cause;
      throw new AssentError(this.#ended ?? "storage_failed", { cause });
    }
  }
}

/** From the end of this transaction on, no other writer's commit goes through. Returns the keys in use. */
async function beginWriting(
  database: Database,
  writer: string,
  freshKeys: RowKeys,
): Promise<RowKeys> {
  const transaction = database.transaction(["rows", "keys", "writer"], "readwrite", {
    durability: "strict",
  });
  const begin = async () => {
    const keys = transaction.objectStore("keys");
    const known = await keys.get("rows");
    // Rows that no key opens are not to be mixed with others.
    if (!known && (await transaction.objectStore("rows").count()) > 0) {
      throw new AssentError("profile_unreadable");
    }
    if (!known) await keys.put(freshKeys, "rows");
    await transaction.objectStore("writer").put(writer, "id");
    return known ?? freshKeys;
  };
  const [keys] = await Promise.all([begin(), transaction.done]);
  return keys;
}
