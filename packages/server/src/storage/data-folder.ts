// The folder of everything that a service keeps. Trusted for being its user's alone: who could write into it, or put a link
// in its place, would choose what the service reads. Only a folder that was made here has its permissions set here.
import { lstat } from "node:fs/promises";
import { StartRefused } from "../start-refused.ts";
import { makeSyncedFolder } from "../synced-folder.ts";

/** @throws StartRefused where it cannot be made, is a link, belongs to another user, or others may write into it */
export async function openDataFolder(directory: string): Promise<void> {
  try {
    await makeSyncedFolder(directory);
  } catch (cause) {
    throw new StartRefused(`The data directory ${directory} cannot be made.`, { cause });
  }
  const found = await lstat(directory);
  if (found.isSymbolicLink()) {
    throw new StartRefused(
      `The data directory ${directory} is a link. Name the folder itself with --data.`,
    );
  }
  if (found.uid !== process.geteuid?.()) {
    throw new StartRefused(
      `The data directory ${directory} belongs to another user. Run this as its owner, or change the owner (chown).`,
    );
  }
  if ((found.mode & 0o022) !== 0) {
    throw new StartRefused(
      `Others than its owner can write into the data directory ${directory}. Run: chmod 700 ${directory}`,
    );
  }
}
