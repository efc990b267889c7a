// `npm run bench:relay`: the relay beside its floor, by turns in one run: medians and ratios. With --json one JSON line; with
// --quick small counts, to see that it works; with --sides some of reference, service, waiting (the service while texts
// wait for others); with --only some of the loads.
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { chosen } from "../chosen.ts";
import { median } from "../scale.ts";
import { bareSide } from "./bare-side.ts";
import { contractSide } from "./contract-side.ts";
import { connections, live, openLoop, storeAndDrain } from "./loads.ts";
import type { RunningSide, Side } from "./side.ts";
import { leaveWaiting } from "./waiting-texts.ts";

// The phones of every side are in this process, on the machine of what is measured: where V8 marks the whole heap for each 64 MB
// that their sockets read, a drain waits for phones that collect, and more so on a side whose frames are long.
setFlagsFromString("--external-memory-accounted-in-global-limit");

const { values } = parseArgs({
  options: {
    json: { type: "boolean" },
    quick: { type: "boolean" },
    sides: { type: "string", default: "reference,service,signing,waiting" },
    only: { type: "string" },
    rounds: { type: "string", default: "3" },
    pairs: { type: "string", default: "200" },
    texts: { type: "string", default: "50000" },
    waiting: { type: "string", default: "100000" },
  },
});
const scale = values.quick
  ? {
      pairs: 10,
      texts: 1_000,
      rounds: 1,
      perSecond: 100,
      seconds: 2,
      longSeconds: 3,
      quietMs: 0,
      waiting: 100,
    }
  : {
      pairs: Number(values.pairs),
      texts: Number(values.texts),
      rounds: Number(values.rounds),
      perSecond: 1_000,
      seconds: 5,
      // Longer than what is not needed is left where it is never quiet.
      longSeconds: 35,
      // What was taken is erased once a second was quiet: not while another side is measured.
      quietMs: 2_000,
      waiting: Number(values.waiting),
    };
const textsInEach = 10;
/** Of each pair, before what is measured: a service that nobody asked for ten seconds has given back what it does not need. */
const wakingTexts = 10;

/** What is to be reached beside the reference, and whether more is better. */
const reach: Readonly<Record<string, { readonly ratio: number; readonly isMore: boolean }>> = {
  "live: CPU µs": { ratio: 1.25, isMore: false },
  "live: texts/s": { ratio: 0.9, isMore: true },
  "store for absent phones: texts/s": { ratio: 1, isMore: true },
  "drain: texts/s": { ratio: 1, isMore: true },
  "1,000/s open loop: p99 ms": { ratio: 1.3, isMore: false },
  "1,000/s open loop: CPU µs": { ratio: 1.4, isMore: false },
  "1,000/s, erasing on the way: p99 ms": { ratio: 1.3, isMore: false },
  "connect and authenticate: /s": { ratio: 0.6, isMore: true },
};

type Figures = Readonly<Record<string, number>>;

const loads: Readonly<Record<string, (side: RunningSide) => Promise<Figures>>> = {
  async live(side) {
    const { perSecond, cpuMicroseconds } = await live(side, scale.texts);
    return { "live: texts/s": perSecond, "live: CPU µs": cpuMicroseconds };
  },
  async absent(side) {
    const { store, drain } = await storeAndDrain(side, scale.texts);
    return {
      "store for absent phones: texts/s": store.perSecond,
      "store for absent phones: CPU µs": store.cpuMicroseconds,
      "drain: texts/s": drain.perSecond,
      "drain: CPU µs": drain.cpuMicroseconds,
    };
  },
  async "open-loop"(side) {
    const { p50Ms, p99Ms, cpuMicroseconds } = await openLoop(side, scale.perSecond, scale.seconds);
    return {
      "1,000/s open loop: p50 ms": p50Ms,
      "1,000/s open loop: p99 ms": p99Ms,
      "1,000/s open loop: CPU µs": cpuMicroseconds,
    };
  },
  async erasing(side) {
    const { p99Ms, slowestMs } = await openLoop(side, scale.perSecond, scale.longSeconds);
    return {
      "1,000/s, erasing on the way: p99 ms": p99Ms,
      "1,000/s, erasing on the way: slowest ms": slowestMs,
    };
  },
  async connect(side) {
    const { perSecond, cpuMicroseconds } = await connections(side);
    return {
      "connect and authenticate: /s": perSecond,
      "connect and authenticate: CPU µs": cpuMicroseconds,
    };
  },
};

const sides = [
  bareSide("reference", "reference.ts"),
  contractSide("service"),
  contractSide("signing", { signs: true }),
  contractSide("waiting", {
    leaveTexts: (folder) => leaveWaiting(folder, scale.waiting, textsInEach),
  }),
].filter(({ name }) => values.sides.split(",").includes(name));
const wanted = chosen(loads, values.only);
const progress = (line: string) => process.stderr.write(`${line}\n`);
const folder = await mkdtemp(join(tmpdir(), "assent-floor-"));
const running: { readonly side: Side; readonly started: RunningSide }[] = [];
const measured = new Map<string, Map<string, number[]>>();
function note(side: string, figure: string, value: number): void {
  const bySide = measured.get(figure) ?? new Map<string, number[]>();
  measured.set(figure, bySide);
  bySide.set(side, [...(bySide.get(side) ?? []), value]);
}
try {
  for (const side of sides) {
    progress(`${side.name} …`);
    const own = join(folder, side.name);
    await mkdir(own);
    const started = await side.start(own, scale.pairs, progress);
    running.push({ side, started });
    note(side.name, "start: s", started.process.startedInMs / 1_000);
  }
  for (const [name, load] of wanted) {
    for (let round = 1; round <= scale.rounds; round += 1) {
      for (const { side, started } of running) {
        progress(`${name}, round ${round}: ${side.name} …`);
        await live(started, scale.pairs * wakingTexts);
        for (const [figure, value] of Object.entries(await load(started))) {
          note(side.name, figure, value);
        }
        const before = await started.process.cpuSeconds();
        await wait(scale.quietMs);
        const after = await started.process.cpuSeconds();
        note(side.name, `behind ${name}: CPU ms`, (after - before) * 1_000);
      }
    }
  }
} finally {
  for (const { started } of running) await started.process.stop();
  await rm(folder, { recursive: true, force: true });
}

const rows = Array.from(measured, ([figure, bySide]) => {
  const medians = new Map(Array.from(bySide, ([side, all]) => [side, median(all)]));
  const reference = medians.get("reference");
  const ratios = Array.from(medians, ([side, value]) => [side, value / (reference ?? Number.NaN)]);
  return {
    figure,
    medians: Object.fromEntries(medians),
    ratios: Object.fromEntries(ratios) as Record<string, number>,
    reach: reach[figure],
  };
});
if (values.json) console.log(JSON.stringify(rows));
else {
  for (const { figure, medians, ratios, reach: wanted } of rows) {
    const cells = Object.entries(medians).map(([side, value]) => {
      const times = ratios[side] ?? Number.NaN;
      const ratio =
        side === "reference" || !Number.isFinite(times) ? "" : ` (${times.toFixed(2)}×)`;
      return `${side} ${value.toFixed(value < 100 ? 2 : 0)}${ratio}`;
    });
    const goal = wanted ? `  reach ${wanted.isMore ? "≥" : "≤"} ${wanted.ratio}×` : "";
    console.log(`${figure.padEnd(36)} ${cells.join("   ")}${goal}`);
  }
}
