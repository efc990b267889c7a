// `npm run drill:fuzz`: the long setting of the fuzz drill.
import { test } from "node:test";
import { parseArgs } from "node:util";
import { fuzzDrill } from "./fuzz.ts";

const { values } = parseArgs({
  options: { cases: { type: "string", default: "100000" }, seed: { type: "string", default: "1" } },
});

test(`fuzz drill, ${values.cases} cases, seed ${values.seed}`, async (context) => {
  const result = await fuzzDrill({
    context,
    cases: Number(values.cases),
    seed: Number(values.seed),
    progress: (line) => context.diagnostic(line),
  });
  for (const [target, counts] of Object.entries(result.targets)) {
    context.diagnostic(`${target}: ${JSON.stringify(counts)}`);
  }
  const { cases, before, after } = result;
  context.diagnostic(JSON.stringify({ cases, before, after }));
});
