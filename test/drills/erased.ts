// Texts that were delivered leave nothing behind: no piece of any in whatever file of the service, and soon the folder is about
// as large as before there was one.
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { filesBelow } from "../forms.ts";
import { countMarkers } from "./load/numbered-body.ts";
import type { DrilledService } from "./load/service.ts";
import { Village } from "./load/village.ts";
import type { TallyResult } from "./tally.ts";

export interface ErasedDrill {
  /** Not started. */
  readonly service: DrilledService;
  readonly texts: number;
  readonly progress: (line: string) => void;
}

export interface ErasedDrillResult extends TallyResult {
  /** Pieces of texts on the disk while they wait: that they are found is the positive control of those that are not. */
  readonly piecesWaiting: number;
  readonly piecesLeft: number;
  /** From the last acknowledgement. */
  readonly erasedAfterMs: number;
  readonly emptyBytes: number;
  readonly fullBytes: number;
  readonly bytesLeft: number;
  readonly smallAfterMs: number;
}

const ways = 8;
const patienceMs = 60_000;
/** Beyond what was there before: a page or some of the database, the newest states in the log. */
const aboutBytes = 256 * 1_024;

export async function erasedDrill(drill: ErasedDrill): Promise<ErasedDrillResult> {
  const { service, progress } = drill;
  await service.start();
  const village = await Village.settle({ origin: () => service.origin, ways, window: 32 });
  try {
    // What the making of accounts left to be tidied up is.
    const emptyBytes = await smallestSize(service.folder);
    await village.send(Math.ceil(drill.texts / ways));
    const fullBytes = await sizeOf(service.folder);
    const piecesWaiting = await piecesIn(service.folder);
    progress(`waiting: ${piecesWaiting} pieces of texts in ${fullBytes} bytes`);
    village.take();
    await village.acknowledged();
    const acknowledgedAt = performance.now();
    const since = () => Math.round(performance.now() - acknowledgedAt);
    let piecesLeft = await piecesIn(service.folder);
    for (; piecesLeft > 0 && since() < patienceMs; await delay(100))
      piecesLeft = await piecesIn(service.folder);
    const erasedAfterMs = since();
    progress(`acknowledged: ${piecesLeft} pieces are left after ${erasedAfterMs} ms`);
    let bytesLeft = await sizeOf(service.folder);
    for (; bytesLeft > emptyBytes + aboutBytes && since() < patienceMs; await delay(200))
      bytesLeft = await sizeOf(service.folder);
    const smallAfterMs = since();
    progress(`${bytesLeft} bytes after ${smallAfterMs} ms, ${emptyBytes} before there were texts`);
    const result = village.tally.result();
    const isLarge = bytesLeft > emptyBytes + aboutBytes;
    return {
      ...result,
      madeUp: result.madeUp + piecesLeft + (isLarge ? 1 : 0),
      ...{ piecesWaiting, piecesLeft, erasedAfterMs },
      ...{ emptyBytes, fullBytes, bytesLeft, smallAfterMs },
    };
  } finally {
    village.close();
  }
}

/** Once it is the same for a while. */
async function smallestSize(folder: string): Promise<number> {
  let size = await sizeOf(folder);
  for (let same = 0; same < 20; same += 1) {
    await delay(100);
    const now = await sizeOf(folder);
    if (now !== size) same = 0;
    size = now;
  }
  return size;
}

/** Of all its files together. */
async function sizeOf(folder: string): Promise<number> {
  let sum = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    // It may be gone by now.
    const found = await stat(join(entry.parentPath, entry.name)).catch(() => undefined);
    sum += found?.size ?? 0;
  }
  return sum;
}

async function piecesIn(folder: string): Promise<number> {
  // A file that goes while it is looked for is looked for again.
  const files = await filesBelow(folder).catch(() => filesBelow(folder));
  return [...files.values()].reduce((sum, file) => sum + countMarkers(file), 0);
}
