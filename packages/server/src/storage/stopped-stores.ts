// The files of a service that does not run, as whoever looks after it has them examined.
import { existsSync } from "node:fs";
import { damagedFile } from "../start-refused.ts";
import { requireDatabase } from "./database-file.ts";
import { openEndedJournal } from "./ended-journal.ts";
import { openSqliteStorage } from "./sqlite/storage.ts";

/** @throws StartRefused as a start does */
export async function isDatabaseSound(directory: string): Promise<boolean> {
  await requireDatabase(directory, "as-it-is", true);
  const sqlite = await openSqliteStorage(directory, () => undefined);
  try {
    return await sqlite.restoring.isSound();
  } catch (cause) {
    throw damagedFile(directory, cause);
  } finally {
    await sqlite.close();
  }
}

/** Makes none. @returns whether it is there. @throws StartRefused where it is damaged, or cannot be written */
export async function readJournal(file: string): Promise<boolean> {
  if (!existsSync(file)) return false;
  await (await openEndedJournal(file)).close();
  return true;
}
