// The files of the envelope log, as little of a file system as it needs: a port, so that tests can fail it at any call,
// and the adapter on Node. What is written durably is on the disk when it is answered.
import { close, constants, fdatasync, ftruncate, open, read, statfs, write } from "node:fs";
import * as files from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { makeSyncedFolder, syncFolder } from "../../synced-folder.ts";

export interface LogFile {
  /** Writes all of it. The bytes must not change until it is done. */
  writeDurably(
    bytes: Uint8Array,
    length: number,
    at: number,
    done: (error: NodeJS.ErrnoException | undefined) => void,
  ): void;
  /** Writes all of it; durable after the next `sync`. */
  write(bytes: Uint8Array, at: number): Promise<void>;
  sync(): Promise<void>;
  /** How much of it could be filled, as far as the file goes. */
  read(into: Uint8Array, at: number): Promise<number>;
  truncate(size: number): Promise<void>;
  size(): Promise<number>;
  /** Lets go of what the operating system holds for it, until it is used again. */
  rest(): Promise<void>;
}

export interface LogFiles {
  names(): Promise<readonly string[]>;
  /** Makes it where it is not there. */
  file(name: string): LogFile;
  rename(from: LogFile, name: string): Promise<LogFile>;
  /** Nothing happens where it is not there. */
  remove(name: string): Promise<void>;
  /** What was made, renamed or removed is durable. */
  syncNames(): Promise<void>;
  /** Of the disk, for us. */
  freeBytes(): Promise<number>;
}

const withoutRoom = new Set(["ENOSPC", "EDQUOT", "EMFILE", "ENFILE"]);

/** No room on the disk, or in a share of it, or for another open file: there may be some later. */
export function isWithoutRoom(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" && withoutRoom.has(code);
}

const openFile = promisify(open);
const closeFile = promisify(close);
const syncData = promisify(fdatasync);
const truncateFile = promisify(ftruncate);
const readSome = promisify(read);
const writeSome = promisify(write);
const statDisk = promisify(statfs);

/** @param directory is made where it is not there */
export async function openLogFiles(directory: string): Promise<LogFiles> {
  await makeSyncedFolder(directory);
  return {
    names: () => files.readdir(directory),
    file: (name) => new NodeLogFile(join(directory, name)),
    async rename(from, name) {
      await from.rest();
      const path = join(directory, name);
      await files.rename((from as NodeLogFile).path, path);
      return new NodeLogFile(path);
    },
    remove: (name) => files.rm(join(directory, name), { force: true }),
    syncNames: () => syncFolder(directory),
    async freeBytes() {
      const { bavail, bsize } = await statDisk(directory);
      return bavail * bsize;
    },
  };
}

// On Linux one call to the kernel writes and syncs: one crossing to the thread pool less for every batch. Elsewhere the
// flag is not there, or means less than fdatasync does.
const syncsByFlag = process.platform === "linux";

class NodeLogFile implements LogFile {
  readonly path: string;
  #descriptor: Promise<number> | undefined;
  #durable: number | undefined;

  constructor(path: string) {
    this.path = path;
  }

  writeDurably(
    bytes: Uint8Array,
    length: number,
    at: number,
    done: (error: NodeJS.ErrnoException | undefined) => void,
  ): void {
    const descriptor = this.#durable;
    if (descriptor === undefined) {
      openFile(this.path, flagsOf(syncsByFlag), 0o600).then(
        (opened) => {
          this.#durable = opened;
          this.writeDurably(bytes, length, at, done);
        },
        (error) => done(error),
      );
      return;
    }
    const writeRest = (from: number): void => {
      write(descriptor, bytes, from, length - from, at + from, (error, written) => {
        if (error) done(error);
        else if (from + written < length) writeRest(from + written);
        else if (syncsByFlag) done(undefined);
        else fdatasync(descriptor, (failure) => done(failure ?? undefined));
      });
    };
    writeRest(0);
  }

  async write(bytes: Uint8Array, at: number): Promise<void> {
    const descriptor = await this.#open();
    let from = 0;
    while (from < bytes.length) {
      from += (await writeSome(descriptor, bytes, from, bytes.length - from, at + from))
        .bytesWritten;
    }
  }

  async sync(): Promise<void> {
    await syncData(await this.#open());
  }

  async read(into: Uint8Array, at: number): Promise<number> {
    const descriptor = await this.#open();
    let from = 0;
    while (from < into.length) {
      const { bytesRead } = await readSome(descriptor, into, from, into.length - from, at + from);
      if (bytesRead === 0) break;
      from += bytesRead;
    }
    return from;
  }

  async truncate(size: number): Promise<void> {
    await truncateFile(await this.#open(), size);
  }

  async size(): Promise<number> {
    await this.#open();
    return (await files.stat(this.path)).size;
  }

  async rest(): Promise<void> {
    const [descriptor, durable] = [this.#descriptor, this.#durable];
    this.#descriptor = undefined;
    this.#durable = undefined;
    if (descriptor !== undefined) await closeFile(await descriptor);
    if (durable !== undefined) await closeFile(durable);
  }

  #open(): Promise<number> {
    this.#descriptor ??= openFile(this.path, flagsOf(false), 0o600).catch((error) => {
      this.#descriptor = undefined;
      throw error;
    });
    return this.#descriptor;
  }
}

function flagsOf(isDurable: boolean): number {
  const flags = constants.O_RDWR | constants.O_CREAT;
  return isDurable ? flags | constants.O_DSYNC : flags;
}
