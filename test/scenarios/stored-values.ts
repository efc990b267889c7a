// What the service stores, read out of its own tables while it runs, and how long it may stay once it is of nobody.
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

export interface StoredValue {
  /** "account.account_id" */
  readonly column: string;
  readonly bytes: Buffer;
}

/** Every value, of all tables, that could not be found elsewhere by chance. */
export async function storedValues(folder: string): Promise<StoredValue[]> {
  // The service holds its file alone; a copy of file and log says the same.
  const copy = await mkdtemp(join(tmpdir(), "assent-copy-"));
  for (const file of ["assent.db", "assent.db-wal"])
    await copyFile(join(folder, file), join(copy, file));
  const database = new DatabaseSync(join(copy, "assent.db"));
  const found: StoredValue[] = [];
  const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
  for (const { name: table } of tables) {
    for (const row of database.prepare(`SELECT * FROM "${table}"`).all()) {
      for (const [column, value] of Object.entries(row)) {
        const isKept = value instanceof Uint8Array || typeof value === "string";
        const bytes = isKept ? Buffer.from(value) : Buffer.alloc(0);
        if (bytes.length >= 16) found.push({ column: `${table}.${column}`, bytes });
      }
    }
  }
  database.close();
  await rm(copy, { recursive: true });
  return found;
}
