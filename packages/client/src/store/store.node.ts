// The profile's store in Node: one SQLite file. The folder is the owner's alone (0700, files 0600); nothing in
// it is sealed, so whoever can read the owner's files can read the profile.
import { chmod, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";
import { AssentError } from "@assent/protocol";
import type { Change, Range, Store, TableName } from "./store.ts";

const fileName = "profile.db";
const formatVersion = 1;
/** SQLite's codes for what is no damage (sqlite.org/rescode.html). */
const sqlite = { permission: 3, busy: 5, readOnly: 8, inputOutput: 10, full: 13, cannotOpen: 14 };
/** And for what is. */
const damage: readonly unknown[] = [11, 26];
/** What the operating system says of a folder that is none, or is not its user's. */
const folderErrors = ["EACCES", "EEXIST", "ENOENT", "ENOTDIR", "EPERM", "EROFS"];

export interface NodeStoreOptions {
  /** How long to wait for another program that uses the profile. */
  readonly waitMs?: number;
}

/**
 * Opens or makes the profile in a folder, and holds it alone until closed or killed.
 * @throws AssentError profile_in_use, profile_unreadable, folder_unusable, storage_failed
 */
export async function openNodeStore(
  directory: string,
  { waitMs = 10_000 }: NodeStoreOptions = {},
): Promise<Store> {
  let database: DatabaseSync | undefined;
  try {
    database = await openDatabase(directory);
    await lock(database, waitMs);
    prepareTables(database);
    await chmod(join(directory, fileName), 0o600);
    return new NodeStore(database);
  } catch (cause) {
    database?.close();
    throw cause instanceof AssentError ? cause : new AssentError(codeOf(cause), { cause });
  }
}

async function openDatabase(directory: string): Promise<DatabaseSync> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await chmod(directory, 0o700);
  // Files are made 0600 from the start, not a moment later.
  const mask = process.umask(0o077);
  try {
    return new DatabaseSync(join(directory, fileName));
  } finally {
    process.umask(mask);
  }
}

/** SQLite's exclusive lock is one of the operating system: a killed program does not leave it behind. */
async function lock(database: DatabaseSync, waitMs: number): Promise<void> {
  database.exec("PRAGMA locking_mode = EXCLUSIVE");
  const attempts = Math.ceil(waitMs / 50);
  for (let attempt = 0; ; attempt += 1) {
    try {
      database.exec("PRAGMA journal_mode = WAL; BEGIN EXCLUSIVE; COMMIT");
      return;
    } catch (cause) {
      if (sqliteCodeOf(cause) !== sqlite.busy) throw cause;
      if (attempt >= attempts) throw new AssentError("profile_in_use", { cause });
    }
    await delay(50);
  }
}

/** Of what keeps a profile from being opened. */
function codeOf(cause: unknown): "folder_unusable" | "storage_failed" | "profile_unreadable" {
  switch (sqliteCodeOf(cause)) {
    case undefined: {
      const isOfFolder =
        cause instanceof Error && "code" in cause && folderErrors.includes(String(cause.code));
      return isOfFolder ? "folder_unusable" : "storage_failed";
    }
    case sqlite.permission:
    case sqlite.readOnly:
    case sqlite.cannotOpen:
      return "folder_unusable";
    case sqlite.inputOutput:
    case sqlite.full:
      return "storage_failed";
    default:
      return "profile_unreadable";
  }
}

function sqliteCodeOf(error: unknown): number | undefined {
  const isOfSqlite = error instanceof Error && "errcode" in error;
  return isOfSqlite ? Number(error.errcode) & 0xff : undefined;
}

function prepareTables(database: DatabaseSync): void {
  database.exec("PRAGMA synchronous = FULL; PRAGMA secure_delete = ON");
  const version = Number(database.prepare("PRAGMA user_version").get()?.user_version);
  if (version > formatVersion) throw new AssentError("profile_unreadable");
  if (version > 0) return;
  database.exec(`
    BEGIN;
    CREATE TABLE entries (
      id INTEGER PRIMARY KEY,
      tab TEXT NOT NULL,
      key TEXT NOT NULL,
      value BLOB NOT NULL
    );
    CREATE UNIQUE INDEX entries_by_key ON entries (tab, key);
    PRAGMA user_version = ${formatVersion};
    COMMIT`);
}

class NodeStore implements Store {
  readonly #database: DatabaseSync;
  readonly #get: StatementSync;
  readonly #put: StatementSync;
  readonly #delete: StatementSync;
  readonly #ascending: StatementSync;
  readonly #descending: StatementSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    const range =
      "SELECT key, value FROM entries WHERE tab = ? AND key > ? AND key < ? ORDER BY key";
    this.#get = database.prepare("SELECT value FROM entries WHERE tab = ? AND key = ?");
    this.#put = database.prepare(
      "INSERT INTO entries (tab, key, value) VALUES (?, ?, ?) ON CONFLICT (tab, key) DO UPDATE SET value = excluded.value",
    );
    this.#delete = database.prepare("DELETE FROM entries WHERE tab = ? AND key = ?");
    this.#ascending = database.prepare(`${range} ASC LIMIT ?`);
    this.#descending = database.prepare(`${range} DESC LIMIT ?`);
  }

  async get(table: TableName, key: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const row = reading(() => this.#get.get(table, key));
    return row?.value as Uint8Array<ArrayBuffer> | undefined;
  }

  async list(
    table: TableName,
    { prefix = "", after = "", before, limit = -1, newestFirst = false }: Range = {},
  ) {
    const statement = newestFirst ? this.#descending : this.#ascending;
    // Above every key with the prefix: keys are ASCII.
    const highest = `${prefix}\u{10ffff}`;
    const end = before !== undefined && before < highest ? before : highest;
    const start = after > prefix ? after : prefix;
    const rows = reading(() => statement.all(table, start, end, limit));
    return rows.map((row) => ({
      key: row.key as string,
      value: row.value as Uint8Array<ArrayBuffer>,
    }));
  }

  async commit(changes: readonly Change[]): Promise<void> {
    try {
      this.#database.exec("BEGIN");
      for (const { table, key, value } of changes) {
        if (value) this.#put.run(table, key, value);
        else this.#delete.run(table, key);
      }
      this.#database.exec("COMMIT");
    } catch (cause) {
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      throw new AssentError("storage_failed", { cause });
    }
  }

  async close(): Promise<void> {
    this.#database.close();
  }
}

/** Whoever asks meets errors of the table only: a disk that fails for a moment, say, is no fault of the program. */
function reading<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    const isDamaged = damage.includes(sqliteCodeOf(cause));
    throw new AssentError(isDamaged ? "profile_unreadable" : "storage_failed", { cause });
  }
}
