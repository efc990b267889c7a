// Which files of the log there are, by the names they have and what their first bytes say they are.
import { DamagedSegment } from "./damaged-segment.ts";
import { ballastName } from "./disk-room.ts";
import type { LogFiles } from "./file-system.ts";
import { readAhead } from "./read-ahead.ts";
import { readSegmentHeader, type SegmentHeader, segmentHeaderBytes } from "./record-format.ts";
import { indexName, segmentNumberOf } from "./segments.ts";

/** The files of the log, before anything of them was believed. */
export interface FoundLog {
  /** Undefined where there is no log. */
  readonly salt: number | undefined;
  readonly headers: ReadonlyMap<number, SegmentHeader>;
  readonly indexes: ReadonlySet<number>;
  /** Names of files that hold nothing. */
  readonly unused: readonly string[];
  readonly hasBallast: boolean;
}

/** @throws DamagedSegment */
export async function findLog(files: LogFiles): Promise<FoundLog> {
  const names = await files.names();
  const headers = new Map<number, SegmentHeader>();
  const unused: string[] = [];
  let salt: number | undefined;
  const ours = names.filter((name) => segmentNumberOf(name) !== undefined);
  for await (const [name, bytes] of readAhead(ours, (ourName) => headOf(files, ourName))) {
    const number = segmentNumberOf(name) as number;
    const header = readSegmentHeader(bytes);
    if (header === "damaged" && bytes.length === segmentHeaderBytes) throw new DamagedSegment(name);
    // One that was being made when it all stopped, or made anew under a name that did not last: nothing is in it. Where it
    // is listed as something else, it is missed.
    if (typeof header === "string" || header.number !== number) {
      unused.push(name);
      continue;
    }
    if (salt !== undefined && salt !== header.salt) throw new DamagedSegment(name);
    salt = header.salt;
    headers.set(number, header);
  }
  const indexes = new Set<number>();
  for (const number of headers.keys()) if (names.includes(indexName(number))) indexes.add(number);
  return { salt, headers, indexes, unused, hasBallast: names.includes(ballastName) };
}

async function headOf(files: LogFiles, name: string): Promise<Buffer> {
  const file = files.file(name);
  const bytes = Buffer.alloc(segmentHeaderBytes);
  const length = await file.read(bytes, 0);
  await file.rest();
  return bytes.subarray(0, length);
}
