// Writes zeros over what is not needed any more, and ahead of what will come. A disk does one thing at a time: a batch that
// somebody waits for gets in between two parts of this.
import type { LogFile } from "./file-system.ts";

export interface ByteRange {
  readonly from: number;
  /** The first that is not in it. */
  readonly to: number;
}

const zeros = Buffer.alloc(262_144);

/** Durably. Of what was written and is not synced, there is never more than one part. */
export async function writeZeros(file: LogFile, ranges: Iterable<ByteRange>): Promise<void> {
  let unsynced = 0;
  for (const { from, to } of ranges) {
    for (let at = from; at < to; ) {
      const length = Math.min(zeros.length - unsynced, to - at);
      await file.write(zeros.subarray(0, length), at);
      at += length;
      unsynced += length;
      if (unsynced < zeros.length) continue;
      await file.sync();
      unsynced = 0;
    }
  }
  await file.sync();
}
