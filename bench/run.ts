// `npm run bench`: what the service and the phones cost, each figure beside a reference measured in the same run.
// With --json one JSON line; with --quick small counts, to see that it works. With --tree FOLDER, the backlog of another
// revision's command line and service.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { reachCell } from "@assent/bare-phone";
import { measureBacklog } from "./backlog.ts";
import { chosen } from "./chosen.ts";
import { measureEndToEnd } from "./end-to-end.ts";
import { measureIdle } from "./idle.ts";
import { printFigures } from "./print-figures.ts";
import { measureRefusals } from "./refusals.ts";
import { measureRegistration } from "./registration.ts";
import { measureEcho, measureRelay } from "./relay.ts";
import type { Figure, Scale } from "./scale.ts";
import { MeasuredProcess, thisTree } from "./server-process.ts";

const { values } = parseArgs({
  options: {
    json: { type: "boolean" },
    quick: { type: "boolean" },
    only: { type: "string" },
    tree: { type: "string", default: thisTree },
  },
});
const scale: Scale = values.quick
  ? {
      pairs: 10,
      texts: 2_000,
      conversationTexts: 60,
      queuedTexts: 100,
      backlog: 200,
      idlePhones: 50,
      registrations: 10,
      lookups: 5,
      refusals: 200,
    }
  : {
      pairs: 200,
      texts: 100_000,
      conversationTexts: 1_000,
      queuedTexts: 1_000,
      backlog: 10_000,
      idlePhones: 10_000,
      registrations: 100,
      lookups: 50,
      refusals: 6_000,
    };

const progress = (line: string) => process.stderr.write(`${line}\n`);
const folder = await mkdtemp(join(tmpdir(), "assent-bench-"));
const server = await MeasuredProcess.serve(join(folder, "server"));
const figures: Figure[] = [];
try {
  const cell = await reachCell(server);
  const bench = { scale, server, cell, folder, progress };
  const measures = {
    echo: () => measureEcho(bench),
    relay: () => measureRelay(bench),
    "end-to-end": () => measureEndToEnd(bench),
    backlog: () => measureBacklog(bench, values.tree),
    registration: () => measureRegistration(bench),
    idle: () => measureIdle(bench),
    refusals: () => measureRefusals(bench),
  };
  for (const [name, measure] of chosen(measures, values.only)) {
    progress(`${name} …`);
    figures.push(...(await measure()));
  }
} finally {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}
printFigures(figures, { json: values.json ?? false });
