// Room on the disk: puts are refused before it runs out, and a file of zeros becomes the next segment where it did, so that
// acknowledging and leaving still work, whoever takes what others give back.
import { isWithoutRoom, type LogFiles } from "./file-system.ts";

export interface RoomLimits {
  /** Puts are refused while less than this is free. */
  readonly refusePutsBelowBytes: number;
  /** Kept for when nothing is free. */
  readonly ballastBytes: number;
}

export interface DiskRoomParts {
  readonly files: LogFiles;
  readonly limits: RoomLimits;
  /** From before. */
  readonly hasBallast: boolean;
  readonly wait: (ms: number) => Promise<void>;
  /** Makes the next segment of the ballast. */
  readonly spendBallast: () => Promise<void>;
  /** Puts are refused. */
  readonly isShort: (error: Error) => void;
}

/** There is less room on the disk than puts need. */
class DiskShort extends Error {
  override readonly name = "DiskShort";
}

export const ballastName = "ballast";
const part = Buffer.alloc(262_144);
const retryMs = 1_000;

export class DiskRoom {
  /** Whether puts are refused. */
  isShort = false;
  /** partly: as much of it as there was room for, or time. */
  #ballast: "none" | "partly" | "whole";
  readonly #parts: DiskRoomParts;

  constructor(parts: DiskRoomParts) {
    this.#parts = parts;
    this.#ballast = parts.hasBallast ? "partly" : "none";
  }

  /** Looks how much is free; makes the ballast where it is missing and there is room for it. */
  async look(): Promise<void> {
    const { files, limits } = this.#parts;
    const { refusePutsBelowBytes, ballastBytes } = limits;
    const free = await files.freeBytes();
    this.#set(free < refusePutsBelowBytes);
    const hasRoom = free >= refusePutsBelowBytes + ballastBytes;
    if (this.#ballast === "whole" || ballastBytes === 0 || !hasRoom) return;
    await this.#makeBallast(ballastBytes);
  }

  /** The disk is full. Whether there is a segment to go on in; where there is none, a moment passed. */
  async make(): Promise<boolean> {
    this.#set(true);
    if (this.#ballast !== "none") {
      this.#ballast = "none";
      if (await this.#spend()) return true;
    }
    await this.#parts.wait(retryMs);
    return false;
  }

  /** False where it takes another open file, and there is none. */
  async #spend(): Promise<boolean> {
    try {
      await this.#parts.spendBallast();
      return true;
    } catch (error) {
      if (!isWithoutRoom(error)) throw error;
      return false;
    }
  }

  #set(isShort: boolean): void {
    this.isShort = isShort;
    if (isShort) this.#parts.isShort(new DiskShort("puts are refused"));
  }

  async #makeBallast(length: number): Promise<void> {
    const { files } = this.#parts;
    const file = files.file(ballastName);
    try {
      // What is there from before is kept as it is.
      for (let at = await file.size(); at < length; at += part.length) {
        await file.write(part.subarray(0, Math.min(part.length, length - at)), at);
      }
      await file.sync();
      this.#ballast = "whole";
    } catch (error) {
      if (!isWithoutRoom(error)) throw error;
      await files.remove(ballastName);
      this.#ballast = "none";
    } finally {
      await file.rest();
    }
  }
}
