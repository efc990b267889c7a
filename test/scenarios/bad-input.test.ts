// The short setting of the fuzz drill; `npm run drill:fuzz` is the long one, and measures time and memory too.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fuzzDrill } from "../drills/fuzz.ts";

test("whatever comes in is answered by the table, and nothing is lost", async (context) => {
  const progress = (line: string) => context.diagnostic(line);
  const { cases } = await fuzzDrill({ context, cases: 500, seed: 7, progress });
  assert.ok(cases >= 1_500, `${cases} cases`);
});
