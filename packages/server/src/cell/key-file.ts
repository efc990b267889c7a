// One file of the keys folder on disk: JSON that its owner alone can read, written whole or not at all. Trusts whoever
// can write to the folder; refuses what others could have read.
import { constants } from "node:fs";
import { type FileHandle, open, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { StartRefused } from "../start-refused.ts";
import { makeSyncedFolder, syncFolder } from "../synced-folder.ts";

const mostBytes = 1_048_576;

/**
 * What the JSON says; undefined where there is no file.
 * @throws StartRefused where it is not a file of this user's alone, or no JSON.
 */
export async function readKeyFile(file: string): Promise<unknown> {
  const handle = await openToRead(file);
  if (!handle) return undefined;
  try {
    await requireOwnFile(file, handle);
    return JSON.parse(await handle.readFile("utf8"));
  } catch (cause) {
    if (cause instanceof StartRefused) throw cause;
    throw damaged(file, cause);
  } finally {
    await handle.close();
  }
}

export function damaged(file: string, cause?: unknown): StartRefused {
  return new StartRefused(`${file} is damaged. Put it back from its backup.`, { cause });
}

async function openToRead(file: string): Promise<FileHandle | undefined> {
  try {
    // Not waiting, so that a pipe under this name cannot hold up the start.
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    return await open(file, flags);
  } catch (cause) {
    const code = codeOf(cause);
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    if (code === "ELOOP" || code === "ENXIO") throw notAFile(file);
    if (code === "EACCES") throw othersFile(file, cause);
    throw cause;
  }
}

async function requireOwnFile(file: string, handle: FileHandle): Promise<void> {
  const found = await handle.stat();
  if (!found.isFile()) throw notAFile(file);
  if (found.uid !== process.geteuid?.()) throw othersFile(file);
  if ((found.mode & 0o177) !== 0) {
    throw new StartRefused(`${file} can be used by others than its owner. Run: chmod 600 ${file}`);
  }
  if (found.size > mostBytes) throw damaged(file);
}

function notAFile(file: string): StartRefused {
  return new StartRefused(`${file} is not a file. Put the file itself there.`);
}

function othersFile(file: string, cause?: unknown): StartRefused {
  return new StartRefused(
    `${file} belongs to another user. Run this as its owner, or change the owner (chown).`,
    { cause },
  );
}

/** @throws StartRefused where the folder is there, and others may look into it */
export async function makeKeysFolder(folder: string): Promise<void> {
  await makeSyncedFolder(folder);
  await requireOwnFolder(folder);
}

/** @throws StartRefused */
export async function requireOwnFolder(folder: string): Promise<void> {
  const { mode } = await stat(folder);
  if ((mode & 0o077) !== 0) {
    throw new StartRefused(`${folder} is open to others than its owner. Run: chmod 700 ${folder}`);
  }
}

/** Resolves when the file is durable. Called by the one process that holds the data folder. */
export async function writeKeyFile(file: string, json: object): Promise<void> {
  const temporary = `${file}.new`;
  await rm(temporary, { force: true });
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
  const handle = await open(temporary, flags, 0o600);
  try {
    await handle.writeFile(`${JSON.stringify(json, undefined, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, file);
  await syncFolder(dirname(file));
}

export function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
