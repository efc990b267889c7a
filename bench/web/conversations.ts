// What the owner waits for: the list of their conversations, and the thread they open.
import type { BrowserContext } from "playwright-core";
import { type Figure, median } from "../scale.ts";
import { ask } from "./probe.ts";
import { conversationsOf, rowOfList, seededText } from "./seeded.ts";
import { SlowLine } from "./slow-line.ts";
import { compared, type WebBench } from "./web-bench.ts";

// Longer than anything that goes on after a screen was opened.
const restMs = 500;
// A phone of some years, where the network is thin.
const slowLine = { bytesPerSecond: 200_000, roundTripMs: 150 };
const slowdown = 4;
const screens = ["/new", "/search", "/settings", "/contacts", "/what-left", "/turn-on"];

/** From the start of navigation, the app being kept by its service worker. */
export async function measureList(bench: WebBench): Promise<Figure[]> {
  const { scale, app, reference } = bench.parts;
  const texts = 20;
  const seeded = await bench.seededContext(conversationsOf(scale.conversations, texts));
  const atReference = await bench.newContext();
  const listed: number[] = [];
  const opened: number[] = [];
  const react: number[] = [];
  for (let load = 0; load < scale.loads; load += 1) {
    const referencePage = await bench.open(atReference, reference.origin);
    react.push(await ask(referencePage, "shownMs", "p"));
    await referencePage.close();
    const page = await bench.open(seeded, app.origin);
    const listedMs = await ask(page, "shownMs", rowOfList);
    listed.push(listedMs);
    opened.push(listedMs + (await ask(page, "openThread", 0, seededText(texts))));
    await page.close();
  }
  await seeded.close();
  await atReference.close();
  const other = { name: "a page of React alone", values: react };
  return [
    ...compared(`list of ${scale.conversations} conversations in the page`, listed, other, "≤ 2.5"),
    ...compared("… and a row, clicked then, shows its thread", opened, other),
  ];
}

/** On a phone's slow line, nothing of the app being here yet but its owner's conversations. */
export async function measureColdList(bench: WebBench): Promise<Figure[]> {
  const { app, scale } = bench.parts;
  const line = await SlowLine.start(app.origin, slowLine);
  try {
    const listed: number[] = [];
    for (let load = 0; load < scale.coldLoads; load += 1) {
      const seeds = conversationsOf(scale.longList, 5);
      const context = await bench.seededContext(seeds, { origin: line.origin, isKept: false });
      const page = await bench.open(context, line.origin, slowdown);
      listed.push(await ask(page, "shownMs", rowOfList));
      await context.close();
    }
    const name = `list of ${scale.longList}, cold, 1.6 Mbit/s, 150 ms, CPU ${slowdown} times slower`;
    return [{ name, value: median(listed) / 1_000, unit: "s", reach: "≤ 3.5" }];
  } finally {
    line.stop();
  }
}

/** Each for the first time since the app was opened. */
export async function measureScreens(bench: WebBench): Promise<Figure[]> {
  const { scale, app } = bench.parts;
  const context = await bench.seededContext(conversationsOf(scale.conversations, 5));
  const times = new Map<string, number[]>(screens.map((screen) => [screen, []]));
  for (let load = 0; load < scale.loads; load += 1) {
    const page = await bench.open(context, app.origin);
    await ask(page, "shownMs", rowOfList);
    await page.waitForTimeout(restMs);
    for (const screen of screens) times.get(screen)?.push(await ask(page, "openScreen", screen));
    await page.close();
  }
  await context.close();
  return [...times].map(([screen, values]) => ({
    name: `first opening of ${screen}`,
    value: median(values),
    unit: "ms",
    reach: "≤ 100",
  }));
}

/** A thread of very many texts beside one of few, each in a profile of its own. */
export async function measureThread(bench: WebBench): Promise<Figure[]> {
  const { longThread, shortThread, openings } = bench.parts.scale;
  bench.parts.progress(`  storing ${longThread} texts`);
  const long = await seededThread(bench, longThread);
  const short = await seededThread(bench, shortThread);
  bench.parts.progress("  opening threads");
  for (let opening = 0; opening < openings; opening += 1) {
    await short.open();
    await long.open();
  }
  await long.context.close();
  await short.context.close();
  const times = (all: readonly { first: number; again: number }[], kind: "first" | "again") =>
    all.map((one) => one[kind]);
  return (["first", "again"] as const).flatMap((kind) =>
    compared(
      kind === "first"
        ? `thread of ${longThread} texts, first one opened`
        : `thread of ${longThread} texts, opened again`,
      times(long.times, kind),
      { name: `one of ${shortThread}`, values: times(short.times, kind) },
      "≤ 2",
    ),
  );
}

interface SeededThread {
  readonly context: BrowserContext;
  readonly times: { first: number; again: number }[];
  /** Opens the app and its thread, and, when all is quiet, the thread again. */
  open(): Promise<void>;
}

async function seededThread(bench: WebBench, texts: number): Promise<SeededThread> {
  const context = await bench.seededContext(conversationsOf(1, texts));
  const times: SeededThread["times"] = [];
  const open = async () => {
    const page = await bench.open(context, bench.parts.app.origin);
    await ask(page, "shownMs", rowOfList);
    await page.waitForTimeout(restMs);
    const first = await ask(page, "openThread", 0, seededText(texts));
    await page.waitForTimeout(restMs);
    await page.keyboard.press("Escape");
    await page.locator('[role="log"]').waitFor({ state: "detached" });
    await page.waitForTimeout(restMs);
    times.push({ first, again: await ask(page, "openThread", 0, seededText(texts)) });
    await page.close();
  };
  return { context, times, open };
}
