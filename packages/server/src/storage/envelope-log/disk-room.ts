// Room on the disk: puts are refused before it runs out, and a file that holds nothing is let go where it did, so that
// acknowledging and leaving still work.
import { isWithoutRoom, type LogFiles } from "./file-system.ts";

export interface RoomLimits {
  /** Puts are refused while less than this is free. */
  readonly refusePutsBelowBytes: number;
  /** Kept for when nothing is free. */
  readonly ballastBytes: number;
}

const ballastName = "ballast";
const part = Buffer.alloc(262_144);
const retryMs = 1_000;

export class DiskRoom {
  /** Whether puts are refused. */
  isShort = false;
  #hasBallast = false;
  readonly #files: LogFiles;
  readonly #limits: RoomLimits;
  readonly #wait: (ms: number) => Promise<void>;

  constructor(files: LogFiles, limits: RoomLimits, wait: (ms: number) => Promise<void>) {
    this.#files = files;
    this.#limits = limits;
    this.#wait = wait;
  }

  /** Looks how much is free; makes the ballast where it is missing and there is room for it. */
  async look(): Promise<void> {
    const { refusePutsBelowBytes, ballastBytes } = this.#limits;
    const free = await this.#files.freeBytes();
    this.isShort = free < refusePutsBelowBytes;
    const hasRoom = free >= refusePutsBelowBytes + ballastBytes;
    if (this.#hasBallast || ballastBytes === 0 || !hasRoom) return;
    await this.#makeBallast(ballastBytes);
  }

  /** The disk is full. Whether room was made; where it was not, a moment passed. */
  async make(): Promise<boolean> {
    this.isShort = true;
    if (this.#hasBallast) {
      this.#hasBallast = false;
      await this.#files.remove(ballastName);
      await this.#files.syncNames();
      return true;
    }
    await this.#wait(retryMs);
    return false;
  }

  async #makeBallast(length: number): Promise<void> {
    const file = this.#files.file(ballastName);
    try {
      // What is there from before is kept as it is.
      for (let at = await file.size(); at < length; at += part.length) await file.write(part, at);
      await file.sync();
      this.#hasBallast = true;
    } catch (error) {
      if (!isWithoutRoom(error)) throw error;
      await this.#files.remove(ballastName);
    } finally {
      await file.rest();
    }
  }
}
