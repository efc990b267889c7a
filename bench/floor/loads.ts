// The loads, the same for every side. A text counts when its sender has the ticket and its acknowledgement is durable.
import { setTimeout as wait } from "node:timers/promises";
import { inParallel } from "../scale.ts";
import type { MeasuredProcess } from "../server-process.ts";
import type { Pair, RunningSide } from "./side.ts";

export interface Cost {
  readonly perSecond: number;
  /** Of the server, microseconds for each. */
  readonly cpuMicroseconds: number;
}

export interface Latency {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly slowestMs: number;
  readonly cpuMicroseconds: number;
}

const outstanding = 8;

async function costOf(
  process: MeasuredProcess,
  count: number,
  run: () => Promise<void>,
): Promise<Cost> {
  const before = await process.cpuSeconds();
  const start = performance.now();
  await run();
  const seconds = (performance.now() - start) / 1_000;
  const cpu = (await process.cpuSeconds()) - before;
  return { perSecond: count / seconds, cpuMicroseconds: (cpu / count) * 1_000_000 };
}

/** Resolves when `add` was told of so many. */
function counter(count: number): { readonly add: (more: number) => void; done: Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>();
  let left = count;
  return {
    add(more) {
      left -= more;
      if (left <= 0) resolve();
    },
    done: promise,
  };
}

/** Puts so many with a window of outstanding ones. */
async function putMany(pair: Pair, count: number): Promise<void> {
  let sent = 0;
  const stored = counter(count);
  await pair.openOutbox((texts) => {
    for (let more = 0; more < texts && sent < count; more += 1) {
      sent += 1;
      pair.put();
    }
    stored.add(texts);
  });
  while (sent < Math.min(outstanding, count)) {
    sent += 1;
    pair.put();
  }
  await stored.done;
  pair.closeOutbox();
}

const noText = () => undefined;

/** Puts, deliveries and acknowledgements at once. */
export async function live({ process, pairs }: RunningSide, texts: number): Promise<Cost> {
  const each = Math.ceil(texts / pairs.length);
  const acknowledged = pairs.map(() => counter(each));
  await Promise.all(
    pairs.map((pair, index) => pair.openInbox(noText, (more) => acknowledged[index]?.add(more))),
  );
  const cost = await costOf(process, each * pairs.length, async () => {
    const stored = pairs.map((pair) => putMany(pair, each));
    await Promise.all([...stored, ...acknowledged.map(({ done }) => done)]);
  });
  await Promise.all(pairs.map((pair) => pair.closeInbox()));
  return cost;
}

/** Puts for phones that are not there; then these come and take it. */
export async function storeAndDrain(
  { process, pairs }: RunningSide,
  texts: number,
): Promise<{ readonly store: Cost; readonly drain: Cost }> {
  const each = Math.ceil(texts / pairs.length);
  const count = each * pairs.length;
  const store = await costOf(process, count, async () => {
    await Promise.all(pairs.map((pair) => putMany(pair, each)));
  });
  const drain = await costOf(process, count, async () => {
    const acknowledged = pairs.map(() => counter(each));
    await Promise.all(
      pairs.map((pair, index) => pair.openInbox(noText, (more) => acknowledged[index]?.add(more))),
    );
    await Promise.all(acknowledged.map(({ done }) => done));
  });
  await Promise.all(pairs.map((pair) => pair.closeInbox()));
  return { store, drain };
}

/** So many a second, whatever comes back: from when each was due until its recipient has it. */
export async function openLoop(
  { process, pairs }: RunningSide,
  perSecond: number,
  seconds: number,
): Promise<Latency> {
  const due: number[][] = pairs.map(() => []);
  const took: number[] = [];
  const count = perSecond * seconds;
  const received = counter(count);
  await Promise.all(
    pairs.map(async (pair, index) => {
      await pair.openOutbox(noText);
      await pair.openInbox((texts) => {
        for (let one = 0; one < texts; one += 1) {
          const at = due[index]?.shift();
          if (at !== undefined) took.push(performance.now() - at);
        }
        received.add(texts);
      }, noText);
    }),
  );
  const before = await process.cpuSeconds();
  const start = performance.now();
  for (let sent = 0; sent < count; ) {
    const until = Math.min(count, Math.floor(((performance.now() - start) / 1_000) * perSecond));
    for (; sent < until; sent += 1) {
      const index = sent % pairs.length;
      due[index]?.push(start + (sent / perSecond) * 1_000);
      pairs[index]?.put();
    }
    await wait(1);
  }
  await received.done;
  const cpu = (await process.cpuSeconds()) - before;
  for (const pair of pairs) pair.closeOutbox();
  await Promise.all(pairs.map((pair) => pair.closeInbox()));
  took.sort((a, b) => a - b);
  const at = (part: number) => took[Math.floor(took.length * part)] ?? Number.NaN;
  const slowestMs = took.at(-1) ?? Number.NaN;
  const cpuMicroseconds = (cpu / count) * 1_000_000;
  return { p50Ms: at(0.5), p99Ms: at(0.99), slowestMs, cpuMicroseconds };
}

// Each phone comes back so many times: what runs a hundred times alone is measured before it is compiled.
const returns = 10;

/** Connections that are ready to receive, each closed once it is: a few at once, one for each phone at a time. */
export async function connections(side: RunningSide): Promise<Cost> {
  const phones = side.pairs.length;
  const connect = (times: number) =>
    inParallel(times, 16, async (index) => (await side.connectOnly(index % phones)).close());
  await connect(phones);
  return await costOf(side.process, phones * returns, async () => {
    await connect(phones * returns);
  });
}
