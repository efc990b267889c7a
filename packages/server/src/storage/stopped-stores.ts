// The files of a service that does not run, as whoever looks after it has them examined.
import { existsSync } from "node:fs";
import { damagedFile } from "../start-refused.ts";
import { type Beginning, requireDatabase } from "./database-file.ts";
import { openEndedJournal } from "./ended-journal.ts";
import { openSqliteStorage } from "./sqlite/storage.ts";

/** Undefined where none is there, as the beginning says. @throws StartRefused as a start does */
export async function isDatabaseSound(
  directory: string,
  beginning: Beginning = "as-it-is",
): Promise<boolean | undefined> {
  await requireDatabase(directory, beginning, true);
  // To open it would make it.
  if (beginning === "new-database") return undefined;
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
