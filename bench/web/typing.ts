// Whether writing stays as quick as ever while texts pour in: from each key that is pressed to the frame that shows
// it, in an open thread, with and without arrivals. The sender and the service share the machine with the browser.
import { setTimeout as sleep } from "node:timers/promises";
import { type Figure, median } from "../scale.ts";
import { PhonePair } from "./phone-pair.ts";
import { ask } from "./probe.ts";
import { compared, type WebBench } from "./web-bench.ts";

const textsPerSecond = 50;
const betweenKeysMs = 100;
const pairNumber = 1;

export async function measureTyping(bench: WebBench): Promise<Figure[]> {
  const { rounds, keys } = bench.parts.scale;
  const phones = await PhonePair.start(bench, pairNumber);
  try {
    const quiet: number[] = [];
    const busy: number[] = [];
    const rates: number[] = [];
    const lags: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      bench.parts.progress(`  typing, round ${round + 1} of ${rounds}`);
      quiet.push(...(await type(phones, keys)));
      const stop = new AbortController();
      const sending = phones.textSteadily(textsPerSecond, stop.signal);
      await sleep(1_000);
      busy.push(...(await type(phones, keys)));
      stop.abort();
      rates.push(await sending);
      const start = performance.now();
      await phones.allShown();
      lags.push(performance.now() - start);
    }
    const name = `key to frame while ${textsPerSecond} texts a second arrive`;
    return [
      { name: `${name}, median`, value: median(busy), unit: "ms", reach: "≤ 16" },
      { name: "  without arrivals", value: median(quiet), unit: "ms" },
      ...compared(`${name}, 95 of 100`, [high(busy)], {
        name: "without arrivals",
        values: [high(quiet)],
      }),
      { name: "texts a second that the sender made", value: Math.min(...rates), unit: "texts/s" },
      {
        name: "the last one was shown this long after it was sent",
        value: Math.max(...lags),
        unit: "ms",
      },
    ];
  } finally {
    await phones.close();
  }
}

/** What 95 of 100 stay below. */
function high(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length * 0.95)] ?? Number.NaN;
}

async function type(phones: PhonePair, keys: number): Promise<number[]> {
  // Emptying the box presses a key as well.
  await phones.box.fill("");
  await sleep(betweenKeysMs);
  await ask(phones.page, "takeLatenciesMs");
  for (let key = 0; key < keys; key += 1) {
    await phones.page.keyboard.press("a");
    await sleep(betweenKeysMs);
  }
  const latencies = await ask(phones.page, "takeLatenciesMs");
  if (latencies.length !== keys) throw new Error(`of ${keys} keys ${latencies.length} were seen`);
  return latencies;
}
