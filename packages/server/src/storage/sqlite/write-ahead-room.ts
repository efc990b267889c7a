// The room that the write-ahead log has on the disk: a file that was written once and is written over from then on, so that
// what changes needs no free disk. SQLite gives it back when it shortens the log to erase it, and when it is closed: here it
// is erased in place, and kept under another name while the database is closed.
import {
  closeSync,
  existsSync,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  linkSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statfsSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";

/** Of the log; a transaction of a leaving is a tenth of it. */
export const writeAheadBytes = 4_194_304;
// What only makes room for later is not made of the last that there is.
const leftFreeBytes = 16_777_216;

const zeros = Buffer.alloc(262_144);
// One sector and more: without its header nothing of the log counts.
const headBytes = 4_096;

/** To be called before the database is opened: gives the log the room that it had. */
export function restoreWriteAhead(databaseFile: string): void {
  const { log, kept } = namesOf(databaseFile);
  if (!existsSync(kept)) return;
  if (existsSync(log)) rmSync(kept);
  else renameSync(kept, log);
}

/** To be called before the database is closed, when its log was erased: closing removes only a name of it. */
export function keepWriteAhead(databaseFile: string): void {
  const { log, kept } = namesOf(databaseFile);
  try {
    rmSync(kept, { force: true });
    linkSync(log, kept);
  } catch {
    // A file system without second names: such a service needs room for its log when it starts.
  }
}

/**
 * Overwrites the log, and makes it as long as it is to be. To be called when all of it is in the database, durably, and
 * nothing is written until it returns.
 * @throws where the disk fails; the room is not made where it is full
 */
export function eraseWriteAhead(databaseFile: string): void {
  const { log } = namesOf(databaseFile);
  const descriptor = openSync(log, "r+");
  try {
    const { size } = fstatSync(descriptor);
    if (size > writeAheadBytes) ftruncateSync(descriptor, writeAheadBytes);
    const end = Math.min(size, writeAheadBytes);
    // The head first: a log that is zeros in part, and counts, would be taken for newer than the database.
    if (eraseRange(descriptor, 0, Math.min(headBytes, end))) fdatasyncSync(descriptor);
    let hasWritten = false;
    for (let at = headBytes; at < end; at += zeros.length) {
      hasWritten = eraseRange(descriptor, at, Math.min(at + zeros.length, end)) || hasWritten;
    }
    if (end < writeAheadBytes && hasRoom(databaseFile)) {
      for (let at = end; at < writeAheadBytes; at += zeros.length) {
        writeSync(descriptor, zeros, 0, Math.min(zeros.length, writeAheadBytes - at), at);
      }
      hasWritten = true;
    }
    if (hasWritten || size > end) fdatasyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Whether the disk has more than what is left for what must be. */
export function hasRoom(databaseFile: string): boolean {
  const { bavail, bsize } = statfsSync(dirname(databaseFile));
  return bavail * bsize > leftFreeBytes;
}

/** Whether there was anything to erase. */
function eraseRange(descriptor: number, from: number, to: number): boolean {
  const length = to - from;
  const found = Buffer.allocUnsafe(length);
  const read = readSync(descriptor, found, 0, length, from);
  if (found.subarray(0, read).equals(zeros.subarray(0, read))) return false;
  writeSync(descriptor, zeros, 0, length, from);
  return true;
}

function namesOf(databaseFile: string) {
  return { log: `${databaseFile}-wal`, kept: `${databaseFile}-room` };
}
