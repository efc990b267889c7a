// What is recorded of a service: it is made, phones join, texts are put, taken, acknowledged and left waiting, some leave,
// it is killed and started again, rests so that it erases, and goes on. All its calls, and all that the phones knew.
import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { leave } from "@assent/bare-phone";
import type { DrilledService } from "../load/service.ts";
import { Village } from "../load/village.ts";
import type { Seeded } from "../seeded.ts";
import { type AnswerAt, answersIn } from "./answers.ts";
import { type DiskCall, diskCallsIn } from "./disk-calls.ts";
import { readTraces, straceOptions, type Trace } from "./trace.ts";

/** When it was asked for, and when answered; in milliseconds since 1970. */
export interface Asked {
  readonly askedMs: number;
  readonly answeredMs: number;
}

export interface ServiceStory {
  readonly trace: Trace;
  readonly disk: readonly DiskCall[];
  readonly answers: readonly AnswerAt[];
  readonly village: Village;
  /** When the account of each way was there. */
  readonly joinedMs: readonly number[];
  readonly left: ReadonlyMap<number, Asked>;
}

export interface StoryParts {
  readonly service: DrilledService;
  /** Where the records are written. */
  readonly folder: string;
  readonly random: Seeded;
  /** Of each way, in each of its four parts. */
  readonly texts: number;
  /** How long it is left alone, so that it erases and gives space back. */
  readonly restMs: number;
}

const ways = 6;
/** The first two take at once; two are absent until the last part; two leave, one with texts that wait. */
const taking = [0, 1, 4];
const absentAtFirst = [2, 3];
const leaving = [4, 5];

export async function recordService(parts: StoryParts): Promise<ServiceStory> {
  const { service, folder, random, texts, restMs } = parts;
  const records: string[] = [];
  const start = () => {
    const file = `${folder}/strace-${records.length}`;
    records.push(file);
    return service.start(["strace", "-o", file, ...straceOptions]);
  };
  await start();
  const joinedMs: number[] = [];
  const village = await Village.settle({
    origin: () => service.origin,
    ways,
    window: 4,
    joined: () => joinedMs.push(Date.now()),
  });
  const left = new Map<number, Asked>();
  try {
    for (const way of taking) village.recipients[way]?.connect();
    const some = () => village.send(1 + random.below(texts));
    await some();
    const [first, second] = leaving;
    left.set(first ?? 0, await leaves(village, first ?? 0));
    await some();
    await service.kill();
    await start();
    await some();
    left.set(second ?? 0, await leaves(village, second ?? 0));
    await delay(restMs);
    for (const way of absentAtFirst) village.recipients[way]?.connect();
    await some();
    await village.arrived();
    await delay(restMs);
    await service.stop();
    await start();
    await some();
    await service.kill();
  } finally {
    village.close();
  }
  const trace = readTraces(await Promise.all(records.map((file) => readFile(file, "latin1"))));
  return {
    trace,
    disk: diskCallsIn(trace, service.folder),
    answers: answersIn(trace, village.senders, village.recipients),
    village,
    joinedMs,
    left,
  };
}

async function leaves(village: Village, way: number): Promise<Asked> {
  const recipient = village.recipients[way];
  if (!recipient) throw new Error("nobody to leave");
  // Its inbox and its call count up together.
  const endMs = Date.now() + 60_000;
  while (taking.includes(way) && !recipient.isReady) {
    if (Date.now() > endMs) throw new Error("an inbox does not open");
    await delay(10);
  }
  const askedMs = Date.now();
  await leave(recipient.phone);
  const answeredMs = Date.now();
  recipient.close();
  return { askedMs, answeredMs };
}
