// `npm run bench:web`: what the app costs whoever uses it, in a real browser on a real service, each figure beside a
// page that only loads React, or beside itself under less load. Medians; on a busy machine trust the ratios.
// With --json one JSON line; with --quick small counts, to see that it works; with --only NAME,NAME some measurements.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";
import { chromiumOptions } from "../../test/browser.ts";
import { chosen } from "../chosen.ts";
import { printFigures } from "../print-figures.ts";
import type { Figure } from "../scale.ts";
import { measureColdList, measureList, measureScreens, measureThread } from "./conversations.ts";
import { measureFirstPaint, measureScripts } from "./first-screen.ts";
import { measureMemory } from "./memory.ts";
import { ServedPage } from "./served-pages.ts";
import { measureTyping } from "./typing.ts";
import { WebBench, type WebScale } from "./web-bench.ts";

const { values } = parseArgs({
  options: { json: { type: "boolean" }, quick: { type: "boolean" }, only: { type: "string" } },
});
const scale: WebScale = values.quick
  ? {
      loads: 1,
      conversations: 20,
      longList: 100,
      coldLoads: 1,
      longThread: 2_000,
      shortThread: 100,
      openings: 1,
      keys: 10,
      rounds: 1,
      hourOfTexts: 100,
    }
  : {
      loads: 7,
      conversations: 200,
      longList: 500,
      coldLoads: 3,
      longThread: 100_000,
      shortThread: 100,
      openings: 7,
      keys: 60,
      rounds: 3,
      hourOfTexts: 10_000,
    };

const progress = (line: string) => process.stderr.write(`${line}\n`);
const folder = await mkdtemp(join(tmpdir(), "assent-bench-web-"));
const ends: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
const figures: Figure[] = [];
try {
  const app = await ServedPage.app(folder);
  ends.unshift(() => app.stop());
  const reference = await ServedPage.reference(folder);
  ends.unshift(() => reference.stop());
  const browser = await chromium.launch(chromiumOptions());
  ends.unshift(() => browser.close());
  const bench = await WebBench.prepare({ scale, browser, app, reference, folder, progress });
  const measures = {
    scripts: measureScripts,
    "first-paint": measureFirstPaint,
    list: measureList,
    "cold-list": measureColdList,
    screens: measureScreens,
    thread: measureThread,
    typing: measureTyping,
    memory: measureMemory,
  };
  for (const [name, measure] of chosen(measures, values.only)) {
    progress(`${name} …`);
    const measured = await measure(bench);
    // Each at once: what was measured stays on the screen whatever happens to the next.
    if (values.json) figures.push(...measured);
    else printFigures(measured, { json: false });
  }
} finally {
  for (const end of ends) await end();
}
if (values.json) printFigures(figures, { json: true });
