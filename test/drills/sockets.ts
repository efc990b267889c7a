// Thousands of strangers hold sockets and say nothing whole, then all phones come back after a restart: what those who text
// meanwhile notice of it, and what it costs the service's memory.
import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { makePhoneAt, type Phone, reachCell, turnOn } from "@assent/bare-phone";
import type { CrowdData, CrowdSays } from "./load/crowd.ts";
import { PacedPair } from "./load/paced.ts";
import type { DrilledService } from "./load/service.ts";

export interface SocketsDrill {
  /** Not started. */
  readonly service: DrilledService;
  readonly strangers: number;
  readonly calmSeconds: number;
  /** That the strangers stay. */
  readonly seconds: number;
  /** Times that a phone comes back. */
  readonly returns: number;
  /** Each at a random moment of these; at once where there are none. */
  readonly returnSeconds: number;
  readonly pairs: number;
  /** Phones that come back, over and over. */
  readonly devices: number;
  readonly textsPerSecond: number;
  readonly progress: (line: string) => void;
}

export interface SocketsDrillResult {
  readonly calmP99Ms: number;
  readonly pressedP99Ms: number;
  readonly returningP99Ms: number;
  readonly returnedSeconds: number;
  readonly grownHeapMegabytes: number;
  readonly grownResidentMegabytes: number;
  /** Times that a stranger was ended, or kept out. */
  readonly ended: number;
}

const settleMs = 500;

export async function socketsDrill(drill: SocketsDrill): Promise<SocketsDrillResult> {
  const { service, seconds, progress, textsPerSecond } = drill;
  await service.start();
  const phones = await registered(service, drill.pairs + drill.devices);
  let pairs = await texting(service, phones.slice(0, drill.pairs), textsPerSecond);
  await delay(settleMs);
  const calm = await taken(pairs, drill.calmSeconds);
  const before = await memoryOf(service);
  progress(`calm: ${p99(calm)} ms, ${described(before)}`);

  const { port } = new URL(service.origin);
  const strangers = new Crowd({
    port: Number(port),
    strangers: drill.strangers,
    devices: [],
    returns: 0,
    returnSeconds: 0,
  });
  await strangers.says("there");
  const pressed = await taken(pairs, seconds);
  const after = await memoryOf(service);
  const { ended, open } = await strangers.counts();
  await strangers.end();
  const pressure = `${p99(pressed)} ms, ${described(after)}`;
  progress(`${open} strangers: ${pressure}; ${ended} times one was ended`);

  for (const pair of pairs) pair.close();
  await service.stop();
  await service.start();
  pairs = await texting(service, phones.slice(0, drill.pairs), textsPerSecond);
  await delay(settleMs);
  for (const pair of pairs) pair.take();
  const returning = new Crowd({
    port: Number(port),
    strangers: 0,
    devices: phones.slice(drill.pairs).map(({ device, cellId, accountId, counter }) => {
      return { device, cellId, accountId, counter };
    }),
    returns: drill.returns,
    returnSeconds: drill.returnSeconds,
  });
  const returned = await returning.says("returned");
  const meanwhile = await arrived(pairs, 1);
  await returning.end();
  for (const pair of pairs) pair.close();
  progress(`${drill.returns} come back in ${returned.seconds.toFixed(1)} s: ${p99(meanwhile)} ms`);
  await service.stop();
  return {
    calmP99Ms: p99(calm),
    pressedP99Ms: p99(pressed),
    returningP99Ms: p99(meanwhile),
    returnedSeconds: returned.seconds,
    grownHeapMegabytes: after.heap - before.heap,
    grownResidentMegabytes: after.resident - before.resident,
    ended,
  };
}

export async function registered(service: DrilledService, count: number): Promise<Phone[]> {
  const cell = await reachCell({ origin: service.origin });
  const phones: Phone[] = [];
  for (let index = 0; index < count; index += 1) {
    const phone = await makePhoneAt(cell, `+49151${20_000_000 + index}`);
    await turnOn(cell, phone);
    phones.push(phone);
  }
  return phones;
}

export async function texting(
  { origin }: DrilledService,
  phones: readonly Phone[],
  textsPerSecond: number,
): Promise<PacedPair[]> {
  const pairs = await Promise.all(phones.map((phone) => PacedPair.open({ origin }, phone)));
  for (const pair of pairs) pair.begin((1_000 * pairs.length) / textsPerSecond);
  return pairs;
}

async function taken(pairs: readonly PacedPair[], seconds: number): Promise<number[]> {
  for (const pair of pairs) pair.take();
  await delay(seconds * 1_000);
  return arrived(pairs, 1);
}

/** How long texts took since they were asked for last; as soon as there are so many. */
export async function arrived(pairs: readonly PacedPair[], least: number): Promise<number[]> {
  const all = pairs.flatMap((pair) => pair.take());
  while (all.length < least) {
    await delay(20);
    all.push(...pairs.flatMap((pair) => pair.take()));
  }
  return all;
}

/** In milliseconds, to a tenth. */
export function p99(all: readonly number[]): number {
  const sorted = all.toSorted((one, other) => one - other);
  return Math.round((sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN) * 10) / 10;
}

/** In megabytes. */
interface Memory {
  readonly heap: number;
  readonly resident: number;
}

async function memoryOf(service: DrilledService): Promise<Memory> {
  const status = await readFile(`/proc/${service.pid}/status`, "utf8");
  const resident = Math.round(Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1_024);
  return { heap: await service.heapMegabytes(), resident };
}

function described({ heap, resident }: Memory): string {
  return `${heap} MB of heap, ${resident} MB resident`;
}

class Crowd {
  readonly #worker: Worker;

  constructor(data: CrowdData) {
    this.#worker = new Worker(new URL("./load/crowd.ts", import.meta.url), { workerData: data });
  }

  says<Kind extends CrowdSays["kind"]>(
    kind: Kind,
  ): Promise<Extract<CrowdSays, { readonly kind: Kind }>> {
    return new Promise((resolve, reject) => {
      this.#worker.once("error", reject);
      this.#worker.on("message", (said: CrowdSays) => {
        if (said.kind === kind) resolve(said as Extract<CrowdSays, { readonly kind: Kind }>);
      });
    });
  }

  counts(): Promise<Extract<CrowdSays, { readonly kind: "counts" }>> {
    this.#worker.postMessage("counts");
    return this.says("counts");
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}
