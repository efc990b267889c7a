// What lies where the database should be, looked at before it is opened: so that a backup is not taken for the database that
// it was made of, and nobody is served from an empty one by mistake.
import { open, rm } from "node:fs/promises";
import { join } from "node:path";
import { StartRefused } from "../start-refused.ts";
import { syncFolder } from "../synced-folder.ts";
import { backupMark, putBackMark } from "./backup-mark.ts";

/** How it is started: on what is there, on a backup that was put back, or without what was there. */
export type Beginning = "as-it-is" | "restored" | "new-database";

const headerBytes = 100;
const applicationIdAt = 68;

/**
 * To be called before the file is opened.
 * @param hasKeys the service was started before
 * @throws StartRefused where the file is not what the beginning says
 */
export async function requireDatabase(
  directory: string,
  beginning: Beginning,
  hasKeys: boolean,
): Promise<void> {
  const file = join(directory, "assent.db");
  const found = await lookAt(file);
  if (found === "missing") {
    if (beginning === "restored") {
      throw new StartRefused(`There is no backup at ${file}. Put it there, under this name.`);
    }
    if (hasKeys && beginning !== "new-database") {
      throw new StartRefused(
        `The keys of this service are here, and its database ${file} is not. Put it back, or a backup of it, and start with --restored. If it is lost: --new-database begins without all accounts, and every phone has to be turned on again.`,
      );
    }
    return;
  }
  if (beginning === "new-database") {
    throw new StartRefused(
      `There is a database at ${file}. Move it away, or leave out --new-database.`,
    );
  }
  if (found !== "database" && beginning !== "restored") {
    throw new StartRefused(
      `${file} is a backup that was put back. Start once with --restored: texts that were sent since are sent again then, and nothing is handed out twice.`,
    );
  }
  if (found === "backup") await beginPuttingBack(directory, file);
}

/**
 * Once for each backup: what lies beside it now is of the database that was here before, and would be taken for changes of the
 * backup. What lies there later is its own, also where the start does not come to its end.
 */
async function beginPuttingBack(directory: string, file: string): Promise<void> {
  for (const suffix of ["-wal", "-shm"]) await rm(file + suffix, { force: true });
  await syncFolder(directory);
  const mark = Buffer.alloc(4);
  mark.writeUInt32BE(putBackMark);
  const handle = await open(file, "r+");
  try {
    await handle.write(mark, 0, mark.length, applicationIdAt);
    await handle.datasync();
  } finally {
    await handle.close();
  }
}

async function lookAt(file: string): Promise<"missing" | "backup" | "put-back" | "database"> {
  const handle = await open(file, "r").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (!handle) return "missing";
  try {
    const header = Buffer.alloc(headerBytes);
    const { bytesRead } = await handle.read(header, 0, headerBytes, 0);
    if (bytesRead === 0) return "missing";
    const mark = header.readUInt32BE(applicationIdAt);
    if (mark === putBackMark) return "put-back";
    return mark === backupMark ? "backup" : "database";
  } finally {
    await handle.close();
  }
}
