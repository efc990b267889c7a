// What it takes until somebody sees the app: bytes of scripts, and the first paint. Beside a page of React alone.
import type { BrowserContext, Page } from "playwright-core";
import type { Figure } from "../scale.ts";
import { ask } from "./probe.ts";
import { conversationsOf, rowOfList } from "./seeded.ts";
import type { ServedPage } from "./served-pages.ts";
import { compared, type WebBench } from "./web-bench.ts";

const scriptsAsked = `performance.getEntriesByType("resource").map(({ name }) => name)
  .filter((name) => new URL(name).pathname.endsWith(".js"))`;

export async function measureScripts(bench: WebBench): Promise<Figure[]> {
  const { app, reference } = bench.parts;
  const atReference = await bench.newContext();
  const referencePage = await bench.open(atReference, reference.origin);
  await ask(referencePage, "shownMs", "p");
  const react = await kilobytes(reference, await scriptsOf(reference, referencePage));
  await atReference.close();

  const fresh = await bench.newContext();
  const atWelcome = await bench.open(fresh, app.origin);
  await ask(atWelcome, "shownMs", "h1");
  const welcome = await kilobytes(app, await scriptsOf(app, atWelcome));
  const worker = await kilobytes(app, await scriptsOfWorker(app, atWelcome));
  await fresh.close();

  const seeded = await bench.seededContext(conversationsOf(3, 1));
  const atList = await bench.open(seeded, app.origin);
  await ask(atList, "shownMs", rowOfList);
  const list = await kilobytes(app, await scriptsOf(app, atList));
  await atList.locator(rowOfList).first().click();
  await ask(atList, "shownMs", '[role="log"] .bubble-words');
  const thread = await kilobytes(app, await scriptsOf(app, atList));
  await seeded.close();

  const reach = "≤ 45";
  return [
    { name: "scripts of the page until the welcome, gz", value: welcome, unit: "kB", reach },
    { name: "scripts of the page until the list, gz", value: list, unit: "kB", reach },
    { name: "scripts of the page until a thread, gz", value: thread, unit: "kB" },
    { name: "  a page of React alone, gz", value: react, unit: "kB" },
    { name: "  ratio, list to React alone", value: list / react, unit: "×" },
    { name: "scripts of the phone's worker, gz", value: worker, unit: "kB" },
  ];
}

export async function measureFirstPaint(bench: WebBench): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const slowdown of [1, 4]) {
    const at = slowdown === 1 ? "" : `, CPU ${slowdown} times slower`;
    bench.parts.progress(`  first paint${at}`);
    figures.push(
      ...(await paints(bench, slowdown, `first paint, cold${at}`, coldPaint)),
      ...(await paints(bench, slowdown, `first paint, from the service worker${at}`, keptPaint)),
    );
  }
  return figures;
}

type MeasurePaint = (bench: WebBench, page: ServedPage, slowdown: number) => Promise<number>;

/** Turn by turn, so that a busy moment of the machine meets both. */
async function paints(
  bench: WebBench,
  slowdown: number,
  name: string,
  measure: MeasurePaint,
): Promise<Figure[]> {
  const { app, reference, scale } = bench.parts;
  const ofApp: number[] = [];
  const ofReference: number[] = [];
  for (let load = 0; load < scale.loads; load += 1) {
    ofReference.push(await measure(bench, reference, slowdown));
    ofApp.push(await measure(bench, app, slowdown));
  }
  return compared(name, ofApp, { name: "a page of React alone", values: ofReference });
}

async function coldPaint(bench: WebBench, page: ServedPage, slowdown: number): Promise<number> {
  const context = await bench.newContext();
  const firstPaint = await paint(bench, context, page, slowdown);
  await context.close();
  return firstPaint;
}

/** Of the second time it is opened. The page of React has no service worker: the browser's cache has it. */
async function keptPaint(bench: WebBench, page: ServedPage, slowdown: number): Promise<number> {
  const context = await bench.newContext();
  if (page === bench.parts.app) await bench.keepApp(context);
  else await paint(bench, context, page, 1);
  const firstPaint = await paint(bench, context, page, slowdown);
  await context.close();
  return firstPaint;
}

async function paint(
  bench: WebBench,
  context: BrowserContext,
  { origin }: ServedPage,
  slowdown: number,
): Promise<number> {
  const page = await bench.open(context, origin, slowdown);
  const firstPaint = await ask(page, "firstPaintMs");
  await page.close();
  return firstPaint;
}

/** Addresses of all scripts that the page itself has loaded. Chromium notes those that its worker imports there, too. */
async function scriptsOf(served: ServedPage, page: Page): Promise<string[]> {
  const workers = await Promise.all(page.workers().map((worker) => served.neededBy(worker.url())));
  const ofWorkers = new Set(workers.flat());
  const all = (await page.evaluate(scriptsAsked)) as string[];
  return [...new Set(all)].filter((address) => !ofWorkers.has(address));
}

/** Those of the phone, which runs beside the page; without what it loads ahead. */
async function scriptsOfWorker(served: ServedPage, page: Page): Promise<string[]> {
  const worker = page.workers()[0] ?? (await page.waitForEvent("worker"));
  return served.neededBy(worker.url());
}

async function kilobytes(page: ServedPage, scripts: readonly string[]): Promise<number> {
  if (scripts.length === 0) throw new Error("no scripts were seen");
  const bytes = await Promise.all(scripts.map((address) => page.gzBytes(address)));
  return bytes.reduce((sum, of) => sum + of, 0) / 1_000;
}
