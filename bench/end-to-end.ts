// What a text costs two phones: the SDK in this process, real profiles on disk, a real server. Beside it, in turns, what
// bare MLS costs. Also what it takes to look up one number, and to send what waited for a connection.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { BarePair } from "./bare-mls.ts";
import { MeasuredPhone } from "./measured-phone.ts";
import { type Bench, benchNumber, type Figure, firstNumber, median } from "./scale.ts";

const batch = 64;
const roundTripMs = 100;
/** Texts that one side sends before the other does. */
const atOnce = 10;

export async function measureEndToEnd(bench: Bench): Promise<Figure[]> {
  const { scale, cell, folder, progress } = bench;
  const phone = (name: string, back: number) =>
    MeasuredPhone.make(cell, join(folder, name), benchNumber(firstNumber.registration - back));
  const [anna, ben] = [await phone("anna", 1), await phone("ben", 2)];
  try {
    const lookups = await lookUp(anna, ben, scale.lookups);
    const phones = await Pair.make(anna, ben);
    progress(`  ${scale.conversationTexts} texts from phone to phone, and by bare MLS`);
    const figures = [...lookups, ...(await beside(phones, scale.conversationTexts))];
    await ben.close();
    await ben.open();
    figures.push(
      await commitsOf("one text", anna, ben, 1),
      await commitsOf(`${batch} texts at once`, anna, ben, batch),
    );
    ben.follow();
    await ben.next("message", 2 + 1 + batch);
    progress(`  ${scale.queuedTexts} queued texts over a line of ${roundTripMs} ms`);
    return [...figures, ...(await queuedTexts(anna, ben, scale.queuedTexts))];
  } finally {
    await anna.close();
    await ben.close();
  }
}

async function lookUp(anna: MeasuredPhone, ben: MeasuredPhone, lookups: number): Promise<Figure[]> {
  const took: number[] = [];
  for (let index = 0; index < lookups; index += 1) {
    // The first asks for an evaluation; each further one for a number of its own, known to nobody.
    const number = index === 0 ? ben.number : benchNumber(900_000 + index);
    took.push(await cpuMsOf(async () => void (await anna.profile.people.check(number))));
  }
  const name = "lookup of one number, first time, the phone's CPU, median";
  return [{ name, value: median(took), unit: "ms", reach: "≤ 60" }];
}

/** Both sides' processor time for a text and its receipt, by the phones and by bare MLS, in turns. */
async function beside(phones: Pair, count: number): Promise<Figure[]> {
  const bare = await BarePair.make();
  const texts = textsOf(atOnce);
  const exchangeBare = async () => {
    for (let index = 0; index < 2 * atOnce; index += 1)
      await bare.exchange(index < atOnce ? 0 : 1, texts[index % atOnce] as string);
  };
  await exchangeBare();
  const rounds = Math.ceil(count / (2 * atOnce));
  const spent = { phones: 0, bare: 0 };
  const start = performance.now();
  let bareMs = 0;
  for (let round = 0; round < rounds; round += 1) {
    spent.phones += await cpuMsOf(() => phones.exchange(atOnce));
    const bareStart = performance.now();
    spent.bare += await cpuMsOf(exchangeBare);
    bareMs += performance.now() - bareStart;
  }
  const exchanged = rounds * 2 * atOnce;
  const seconds = (performance.now() - start - bareMs) / 1_000;
  const cpu = "end to end: CPU of both sides, text and receipt";
  return [
    { name: cpu, value: spent.phones / exchanged, unit: "ms" },
    { name: `${cpu}, bare MLS`, value: spent.bare / exchanged, unit: "ms" },
    {
      name: "end to end: CPU beside bare MLS",
      value: spent.phones / spent.bare,
      unit: "×",
      reach: "≤ 2",
    },
    { name: `end to end: texts, ${atOnce} at a time`, value: exchanged / seconds, unit: "texts/s" },
  ];
}

async function cpuMsOf(step: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await step();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

async function commitsOf(
  what: string,
  from: MeasuredPhone,
  to: MeasuredPhone,
  texts: number,
): Promise<Figure> {
  // A connection is open, and nobody says that it came: that is stored, too.
  await from.send(to, textsOf(1));
  const before = from.commits;
  await from.send(to, textsOf(texts));
  const name = `end to end: commits of ${what}, until it is sent`;
  return { name, value: from.commits - before, unit: "commits", reach: "≤ 3" };
}

/** What was written without a connection, once there is one; whoever it is to takes it behind that, and all of it in order. */
async function queuedTexts(
  anna: MeasuredPhone,
  ben: MeasuredPhone,
  count: number,
): Promise<Figure[]> {
  await anna.close();
  const texts = textsOf(count);
  const took: number[] = [];
  const waited: number[] = [];
  for (const lineMs of [0, roundTripMs]) {
    await ben.close();
    await anna.open(lineMs);
    anna.hasConnection = false;
    await Promise.all(texts.map((text) => anna.profile.texts.send(ben.number, text)));
    anna.hasConnection = true;
    const start = performance.now();
    const waitedBefore = await waitedForProcessorMs();
    await anna.send(ben, []);
    took.push(performance.now() - start);
    waited.push((await waitedForProcessorMs()) - waitedBefore);
    await ben.open();
    ben.follow();
    const came = (await ben.next("message", count)).map(({ text }) => text.text);
    if (came.join("\n") !== texts.join("\n")) throw new Error("texts are missing, or out of order");
    await anna.close();
  }
  const [near, far] = took as [number, number];
  const [, farWaited] = waited as [number, number];
  return [
    {
      name: `end to end: ${count} queued texts over ${roundTripMs} ms`,
      value: far / roundTripMs,
      unit: "round trips",
      reach: "≤ 10",
    },
    {
      name: "end to end: the same, less what it waited for a processor",
      value: (far - farWaited) / roundTripMs,
      unit: "round trips",
    },
    {
      name: "end to end: the same over no line at all",
      value: near / roundTripMs,
      unit: "round trips",
    },
  ];
}

/** So long was the first thread of this process ready to run while others ran, as Linux has it: on a busy machine, that is not its own. */
async function waitedForProcessorMs(): Promise<number> {
  const [, waitedNs] = (await readFile("/proc/self/schedstat", "utf8")).split(" ");
  return Number(waitedNs) / 1_000_000;
}

/** Two phones that text in turns. */
class Pair {
  readonly #directions: readonly (readonly [from: MeasuredPhone, to: MeasuredPhone])[];

  private constructor(anna: MeasuredPhone, ben: MeasuredPhone) {
    this.#directions = [
      [anna, ben],
      [ben, anna],
    ];
  }

  /** Two that know each other, hear what comes, and whose code is compiled. */
  static async make(anna: MeasuredPhone, ben: MeasuredPhone): Promise<Pair> {
    const pair = new Pair(anna, ben);
    for (const [from, to] of pair.#directions) {
      to.follow();
      await from.send(to, ["Hello"]);
      await to.next("message", 1);
    }
    // Anna's was a request, until Ben answered.
    await ben.next("receipt", 1);
    await anna.next("receipt", 1);
    for (let round = 0; round < 3; round += 1) await pair.exchange(atOnce);
    return pair;
  }

  /** So many texts each way; each side gets them all, and the receipts for its own. */
  async exchange(count: number): Promise<void> {
    for (const [from, to] of this.#directions) {
      await from.send(to, textsOf(count));
      await to.next("message", count);
      await from.next("receipt", count);
    }
  }
}

function textsOf(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `A short text, number ${index}.`);
}
