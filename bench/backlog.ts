// What it takes a phone that was away to take what waits for it: the command line of a tree, as a person runs it, at a
// service of the same tree. Whatever tree that is: nothing of it is asked but what the command line promises.
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { fetchCode } from "@assent/bare-phone";
import { suiteOfTexts, wholeSuite } from "../packages/client/src/encryption/mls-suite.ts";
import { nodePrimitives } from "../packages/client/src/encryption/primitives.node.ts";
import { BarePair } from "./bare-mls.ts";
import { type Bench, benchNumber, type Figure, firstNumber } from "./scale.ts";
import { MeasuredProcess } from "./server-process.ts";
import { outputOf } from "./steps.ts";

// Below what a friend's address holds for somebody who is away: receipts take room as well.
const mostOfOne = 1_800;
const warmUp = 500;
const beside = (file: string) => new URL(file, import.meta.url).href;

export async function measureBacklog(
  { scale, folder, progress }: Bench,
  tree: string,
): Promise<Figure[]> {
  const place = join(folder, "backlog");
  await mkdir(place);
  const server = await MeasuredProcess.serve(join(place, "server"), tree);
  try {
    const run = new CommandLine(tree, place, server.origin);
    const ben = await run.turnOn(0);
    const senders = Math.ceil(scale.backlog / mostOfOne);
    const each = Math.floor(scale.backlog / senders);
    progress(`  ${senders * each} texts of ${senders} friends to somebody who is away`);
    const friends = [];
    for (let index = 1; index <= senders; index += 1) {
      const friend = await run.turnOn(index);
      friends.push(friend);
      await run.assent(friend, "send", numberOf(0), "-m", "Hello");
      await run.assent(ben, "receive");
      await run.assent(ben, "send", numberOf(index), "-m", "Hello");
      await run.assent(friend, "receive");
    }
    await run.assent(ben, "receive");
    for (const friend of friends)
      await run.script("backlog-sender.ts", tree, friend, numberOf(0), String(each));
    const usage = join(place, "usage.json");
    const start = performance.now();
    const shown = await run.measured(usage, ben, "receive");
    const seconds = (performance.now() - start) / 1_000;
    checkTexts(shown, senders, each);
    const used = JSON.parse(await readFile(usage, "utf8"));
    const { maxRSS, userCPUTime, systemCPUTime, waitedSeconds } = used;
    const cpuSeconds = (userCPUTime + systemCPUTime) / 1_000_000;
    const bareSeconds = await takenByBareMls(senders * each);
    const name = `backlog: ${senders * each} texts`;
    return [
      { name: `${name}, until taken`, value: seconds, unit: "s", reach: "≤ ⅓ of c38cd4f" },
      {
        name: `${name}, until taken, less waiting for a processor`,
        value: seconds - waitedSeconds,
        unit: "s",
      },
      { name: `${name}, CPU`, value: cpuSeconds, unit: "s" },
      {
        name: `${name}, CPU of bare MLS, with the phones' primitives`,
        value: bareSeconds,
        unit: "s",
      },
      { name: `${name}, CPU beside bare MLS`, value: cpuSeconds / bareSeconds, unit: "×" },
      { name: `${name}, memory at most`, value: maxRSS / 1_024, unit: "MB", reach: "≤ 200" },
    ];
  } finally {
    await server.stop();
  }
}

/** Processor time of what no phone can leave out: the library takes as many, in memory, when its code is compiled. */
async function takenByBareMls(count: number): Promise<number> {
  const primitives = nodePrimitives();
  const bare = await BarePair.make(await wholeSuite(suiteOfTexts(primitives), primitives));
  const texts = Array.from({ length: count }, (_, index) => `A short text, number ${index}.`);
  await bare.take(await bare.sealed(texts.slice(0, warmUp)));
  const sealed = await bare.sealed(texts);
  const before = process.cpuUsage();
  await bare.take(sealed);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000_000;
}

function numberOf(index: number): string {
  return benchNumber(firstNumber.backlog + index);
}

/** All came, once, and each friend's in order. */
function checkTexts(shown: string, friends: number, each: number): void {
  const next = new Map<string, number>();
  for (const line of shown.split("\n").filter((line) => line !== "")) {
    const { type, from, text } = JSON.parse(line) as Record<"type" | "from" | "text", string>;
    if (type !== "message") continue;
    const expected = next.get(from) ?? 0;
    if (text !== `A short text, number ${expected}.`) throw new Error("texts are out of order");
    next.set(from, expected + 1);
  }
  if (next.size !== friends || [...next.values()].some((count) => count !== each)) {
    throw new Error(`of each ${friends} friends' ${each} texts came ${[...next.values()]}`);
  }
}

class CommandLine {
  readonly #tree: string;
  readonly #place: string;
  readonly #origin: string;

  constructor(tree: string, place: string, origin: string) {
    this.#tree = tree;
    this.#place = place;
    this.#origin = origin;
  }

  /** @returns the profile's folder. */
  async turnOn(index: number): Promise<string> {
    const profile = join(this.#place, `phone-${index}`);
    const number = numberOf(index);
    await this.assent(profile, "on", number, "--server", this.#origin, "--yes");
    await this.assent(profile, "verify", await fetchCode({ origin: this.#origin }, number));
    return profile;
  }

  assent(profile: string, ...words: string[]): Promise<string> {
    return outputOf(process.execPath, this.#command(profile, words), this.#tree);
  }

  /** Notes in a file what the command used. */
  measured(usage: string, profile: string, ...words: string[]): Promise<string> {
    const command = ["--import", beside("usage-at-exit.mjs"), ...this.#command(profile, words)];
    return outputOf(process.execPath, command, this.#tree, { USAGE_FILE: usage });
  }

  #command(profile: string, words: readonly string[]): string[] {
    const program = join(this.#tree, "packages/cli/bin/assent.mjs");
    return [program, "--profile", profile, "--json", ...words];
  }

  script(name: string, ...args: string[]): Promise<string> {
    return outputOf(process.execPath, [fileURLToPath(beside(name)), ...args], this.#tree);
  }
}
