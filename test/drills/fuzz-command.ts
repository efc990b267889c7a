// `npm run drill:fuzz`: the long setting of the fuzz drill, which also holds time and memory.
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseArgs } from "node:util";
import { fuzzDrill } from "./fuzz.ts";

const { values } = parseArgs({
  options: { cases: { type: "string", default: "100000" }, seed: { type: "string", default: "1" } },
});
const mostGrowth = 64 * 1_048_576;
const longestMs = 200;

test(`fuzz drill, ${values.cases} cases, seed ${values.seed}`, async (context) => {
  const { cases, targets, before, after, longestStallMs, referenceMs } = await fuzzDrill({
    context,
    cases: Number(values.cases),
    seed: Number(values.seed),
    // At once: diagnostics come when the test ends.
    progress: (line) => process.stdout.write(`${line}\n`),
  });
  for (const [target, counts] of Object.entries(targets)) {
    process.stdout.write(`${target}: ${JSON.stringify(counts)}\n`);
  }
  // An answer crosses two processes that the machine may hold up as it held up the reference.
  const longestAnswerMs = longestMs + 2 * referenceMs;
  const slow = Object.entries(targets).filter(([, target]) => target.longestMs > longestAnswerMs);
  const memory = { before: before?.rss, after: after.rss };
  process.stdout.write(`${JSON.stringify({ cases, longestStallMs, referenceMs, memory })}\n`);
  if (before) assert.ok(after.rss <= before.rss + mostGrowth, "the service grew");
  else process.stdout.write("too few cases to say whether the service grows\n");
  assert.ok(longestStallMs <= longestMs, `the service computed ${longestStallMs} ms at a stretch`);
  assert.deepEqual(slow, [], "an answer took too long");
});
