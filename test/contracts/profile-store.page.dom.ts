// What profile-store.dom.test.ts runs in a browser: the contract's cases, single steps on one profile, and, past the
// store, on the database itself. A page and a worker both offer it as `storeTests`, which answers with a value or with
// the code of an AssentError.
import type { Range, Store, TableName } from "@assent/client";
import { openDomStore } from "@assent/client/dom";
import { askToPersist } from "@assent/client/persistence";
import { AssentError } from "@assent/protocol";
import { profileStoreContract } from "./profile-store.contract.ts";

const name = "profile";
let store: Store;
let timesTakenOver = 0;
let started: Promise<void>;
let letEncrypt = () => {};

/** Table, key and text; a text of null deletes. */
type Row = readonly [TableName, string, string | null];

const steps = {
  titles: () => profileStoreContract.map(({ title }) => title),
  run: (title: string) =>
    profileStoreContract
      .find((one) => one.title === title)
      ?.run(async () => {
        const fresh = crypto.randomUUID();
        const opened = await openDomStore(fresh);
        return {
          store: opened,
          reopen: async () => {
            await opened.close();
            return openDomStore(fresh);
          },
        };
      }),

  async open(options: { takeOver?: boolean; waitMs?: number } = {}) {
    const onTakenOver = () => {
      timesTakenOver += 1;
    };
    store = await openDomStore(name, { waitMs: 50, ...options, onTakenOver });
  },
  close: () => store.close(),
  commit: (rows: readonly Row[]) => commit(rows),
  startCommit(rows: readonly Row[]) {
    started = commit(rows);
    started.catch(() => undefined);
  },
  endCommit: () => started,
  async get(table: TableName, key: string) {
    const value = await store.get(table, key);
    return value && new TextDecoder().decode(value);
  },
  list: async (table: TableName, range?: Range) =>
    (await store.list(table, range)).map(({ key }) => key),
  timesTakenOver: () => timesTakenOver,
  askToPersist: () => askToPersist(),

  /** From now on nothing is encrypted until `letEncrypt`. */
  holdEncryption() {
    const { encrypt } = SubtleCrypto.prototype;
    const held = new Promise<void>((resolve) => {
      letEncrypt = resolve;
    });
    SubtleCrypto.prototype.encrypt = async function (...args) {
      await held;
      return encrypt.apply(this, args);
    };
  },
  letEncrypt: () => letEncrypt(),
  /** A browser that grants every lock and never says that it was lost. */
  ignoreLocks() {
    LockManager.prototype.request = async (...args: unknown[]) =>
      (args.at(-1) as (lock: object) => unknown)({});
  },
  forbidDatabases() {
    IDBFactory.prototype.open = () => {
      throw new DOMException("", "SecurityError");
    };
  },

  /** Everything in the database: keys of rows and, as Latin-1 text, their values. */
  async dump() {
    const database = await openDatabase();
    const tables = [...database.objectStoreNames];
    const transaction = database.transaction(tables);
    const found: string[] = [];
    for (const table of tables) {
      const rows = transaction.objectStore(table);
      for (const key of await answer(rows.getAllKeys())) found.push(String(key));
      for (const value of await answer(rows.getAll())) {
        found.push(value instanceof Uint8Array ? latin1(value) : JSON.stringify(value));
      }
    }
    database.close();
    return found;
  },
  /** Puts the value that stands in one place into another. */
  move: (from: string, to: string) =>
    change("rows", async (rows) => rows.put(await answer(rows.get(from)), to)),
  putRaw: (place: string, text: string) =>
    change("rows", (rows) => rows.put(new TextEncoder().encode(text), place)),
  /** As many rows as that, by sequences from 1, none of which opens. */
  putUnreadable: (table: TableName, count: number) =>
    change("rows", (rows) => {
      const value = new Uint8Array(100);
      for (let sequence = 1; sequence <= count; sequence += 1) {
        rows.put(value, `${table}/${String(sequence).padStart(12, "0")}`);
      }
    }),
  forgetKeys: () => change("keys", (keys) => keys.clear()),
  async exportKeys() {
    const database = await openDatabase();
    const [keys] = await answer(database.transaction("keys").objectStore("keys").getAll());
    database.close();
    return Promise.all(
      Object.values(keys as Record<string, CryptoKey>).map((key) =>
        crypto.subtle.exportKey("raw", key).then(
          () => "exported",
          (error: DOMException) => error.name,
        ),
      ),
    );
  },
  deleteDatabase: () => answer(indexedDB.deleteDatabase(name)),
};

function commit(rows: readonly Row[]): Promise<void> {
  return store.commit(
    rows.map(([table, key, text]) => ({
      table,
      key,
      value: text === null ? undefined : new TextEncoder().encode(text),
    })),
  );
}

function openDatabase(): Promise<IDBDatabase> {
  return answer(indexedDB.open(name));
}

async function change(table: string, step: (rows: IDBObjectStore) => unknown): Promise<void> {
  const database = await openDatabase();
  const transaction = database.transaction(table, "readwrite");
  await Promise.all([
    step(transaction.objectStore(table)),
    new Promise((resolve) => {
      transaction.oncomplete = resolve;
    }),
  ]);
  database.close();
}

function answer<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}

async function storeTests(step: keyof typeof steps, ...values: unknown[]) {
  try {
    return { value: await (steps[step] as (...values: unknown[]) => unknown)(...values) };
  } catch (error) {
    if (error instanceof AssentError) return { code: error.code };
    throw error;
  }
}

Object.assign(globalThis, { storeTests });
