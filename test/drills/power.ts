// The power is cut under a service: all that it wrote is recorded call by call, and for each of many moments the disk is made
// as a cut there could leave it. A service that is started on that keeps everything that was answered until then.
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { readConfig, startServer } from "@assent/server";
import type { Lifetime } from "../network.ts";
import { DrilledService } from "./load/service.ts";
import { assertWholeTruth, chosenLines, cutKinds, layOut } from "./power/cuts.ts";
import { type DiskContents, RecordedDisk } from "./power/recorded-disk.ts";
import { type CutAt, type CutFaults, checkService, type Promised } from "./power/service-check.ts";
import { recordService, type ServiceStory } from "./power/service-story.ts";
import { Seeded } from "./seeded.ts";
import type { TallyResult } from "./tally.ts";
import { temporaryFolder } from "./temporary-folder.ts";

export interface RecordParts {
  readonly context: Lifetime;
  /** Of each way, in each part of what is recorded. */
  readonly texts: number;
  /** How long the service is left alone, twice, so that it erases. */
  readonly restMs: number;
  readonly seed: number;
}

export interface CutParts {
  readonly cuts: number;
  readonly seed: number;
  readonly progress: (line: string) => void;
  /** Makes cuts of a disk that said it synced, and did not: the positive control. */
  readonly diskLies?: boolean;
}

/** The folder is where the service kept everything. */
export type Recorded = ServiceStory & { readonly folder: string };

export async function recordStory(parts: RecordParts): Promise<Recorded> {
  const { context, texts, restMs, seed } = parts;
  const folder = await temporaryFolder(context);
  const service = new DrilledService(context, join(folder, "data"));
  const random = new Seeded(seed);
  const story = await recordService({ service, folder, random, texts, restMs });
  await assertWholeTruth(story.disk, service.folder);
  return { ...story, folder: service.folder };
}

export async function cutPower(story: Recorded, parts: CutParts): Promise<TallyResult> {
  const { cuts, progress } = parts;
  const random = new Seeded(parts.seed);
  const lines = linesToCut(story, cuts, random);
  progress(
    `recorded: ${story.disk.length} calls that change files, ${story.answers.length} answers; ` +
      `${new Set(lines).size} moments to cut at`,
  );
  const disk = new RecordedDisk(story.disk, { lies: parts.diskLies ?? false });
  const promises = new Promises(story);
  const sum = { texts: 0, lost: 0, twice: 0, reordered: 0, madeUp: 0 };
  for (const [index, line] of lines.entries()) {
    disk.advance(line);
    const promised = promises.upTo(line);
    const kind = random.oneOf(cutKinds);
    const cut = { line, timeMs: story.trace.times[line] ?? 0, promised };
    const faults = await startAndCheck(disk.cut(kind, random), story, cut);
    sum.texts += promised.stored.reduce((count, { size }) => count + size, 0);
    sum.lost += faults.lost;
    sum.twice += faults.twice;
    sum.reordered += faults.reordered;
    sum.madeUp += faults.others.length;
    if (faults.lost + faults.twice + faults.reordered + faults.others.length > 0)
      progress(`cut at line ${line}, ${kind}: ${JSON.stringify(faults)}`);
    if ((index + 1) % 50 === 0) progress(`${index + 1} cuts; ${sum.texts} texts looked for`);
  }
  return sum;
}

/**
 * Moments at which a call began or ended, in their order; each once before any is twice. A tenth of them before there is
 * anybody to promise something to.
 */
function linesToCut(
  { disk, trace, joinedMs }: ServiceStory,
  cuts: number,
  random: Seeded,
): number[] {
  const all = [...new Set(disk.flatMap(({ began, ended }) => [began, ended ?? began]))];
  const isEarly = (line: number) => (trace.times[line] ?? 0) < (joinedMs[0] ?? 0);
  const early = Math.floor(cuts / 10);
  return [
    ...chosenLines(all.filter(isEarly), early, random),
    ...chosenLines(
      all.filter((line) => !isEarly(line)),
      cuts - early,
      random,
    ),
  ];
}

/** What was answered, as lines go by. */
class Promises {
  readonly #answers: ServiceStory["answers"];
  readonly #promised: { stored: Set<number>[]; acknowledged: number[] };
  #next = 0;

  constructor({ answers, village }: ServiceStory) {
    this.#answers = answers;
    this.#promised = {
      stored: village.recipients.map(() => new Set<number>()),
      acknowledged: village.recipients.map(() => 0),
    };
  }

  upTo(line: number): Promised {
    for (; ; this.#next += 1) {
      const one = this.#answers[this.#next];
      if (!one || one.line > line) return this.#promised;
      const { answered } = one;
      if (answered.kind === "stored") this.#promised.stored[answered.way]?.add(answered.text);
      else this.#promised.acknowledged[answered.way] = answered.position;
    }
  }
}

async function startAndCheck(
  contents: DiskContents,
  story: Recorded,
  cut: CutAt,
): Promise<CutFaults> {
  const folder = `${story.folder}-cut`;
  await layOut(contents, story.folder, folder);
  const config = readConfig({ data: folder, port: 0, sms: "fake", logLevel: "silent" }, {});
  const failed: unknown[] = [];
  try {
    const server = await startServer(config, { fatal: (error) => failed.push(error) });
    try {
      const faults = await checkService(server.origin, story, cut);
      faults.others.push(...failed.map((error) => `the service ended: ${error}`));
      return faults;
    } finally {
      await server.close();
    }
  } catch (error) {
    return { lost: 0, twice: 0, reordered: 0, others: [`it does not start: ${error}`] };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
