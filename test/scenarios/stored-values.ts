// What the service stores, read out of its own tables and its envelope log while it runs.
import { copyFile, cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { openLogFiles } from "../../packages/server/src/storage/envelope-log/file-system.ts";
import { findLog } from "../../packages/server/src/storage/envelope-log/found-log.ts";
import {
  putFields,
  putHeaderBytes,
  recordTypes,
} from "../../packages/server/src/storage/envelope-log/record-format.ts";
import { scanSegment } from "../../packages/server/src/storage/envelope-log/segment-scan.ts";
import { segmentName } from "../../packages/server/src/storage/envelope-log/segments.ts";

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
  found.push(...(await storedEnvelopes(folder, join(copy, "envelopes"))));
  await rm(copy, { recursive: true });
  return found;
}

/** Ids, serials and bodies of what waits. */
async function storedEnvelopes(folder: string, copy: string): Promise<StoredValue[]> {
  await cp(join(folder, "envelopes"), copy, { recursive: true });
  const files = await openLogFiles(copy);
  const { headers } = await findLog(files);
  const found: StoredValue[] = [];
  for (const { number, salt } of headers.values()) {
    const name = segmentName(number);
    const file = files.file(name);
    const bytes = Buffer.alloc(await file.size());
    await file.read(bytes, 0);
    await file.rest();
    scanSegment({ name, bytes, salt }, true, ({ type }, at) => {
      if (type !== recordTypes.put) return;
      const length = bytes.readUInt32LE(at + putFields.bodyLength);
      const part = (from: number, bytesOfIt: number) =>
        bytes.subarray(at + from, at + from + bytesOfIt);
      found.push(
        { column: "envelope.envelope_id", bytes: part(putFields.envelopeId, 32) },
        { column: "envelope.serial", bytes: part(putFields.serial, 16) },
        { column: "envelope.body", bytes: part(putHeaderBytes, length) },
      );
    });
  }
  return found;
}
