// Folders whose names are durable: what a file system keeps of a file's bytes is worth nothing where a power cut takes the
// name of the folder that it is in.
import { constants } from "node:fs";
import { mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";

/** Makes it, and those above it, for their owner alone, where they are not there. Resolves when their names are durable. */
export async function makeSyncedFolder(folder: string): Promise<void> {
  const highest = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (highest === undefined) return;
  for (let made = folder; ; made = dirname(made)) {
    await syncFolder(dirname(made));
    if (made === highest) return;
  }
}

/** Resolves when what was made, renamed or removed in it is durable. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
