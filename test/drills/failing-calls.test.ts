// The short setting of the drill of failing calls; `npm run drill:disk` is the long one.
import assert from "node:assert/strict";
import { test } from "node:test";
import { findStrace } from "../../scripts/debian-packages.mjs";
import { failingCallsDrill } from "./failing-calls.ts";
import { resultLine } from "./tally.ts";

const skip = findStrace() ? false : "strace is not there, or may not trace";

test("a service whose disk fails at a commit ends, and has all that it answered when it is back", {
  skip,
}, async (context) => {
  const { ended, notMet, ...result } = await failingCallsDrill({
    context,
    failures: [
      { call: "pwrite64", at: 2, forEver: true },
      { call: "fsync", at: 1, forEver: false },
      { call: "pwrite64", at: 3, forEver: false },
    ],
    progress: (line) => context.diagnostic(line),
  });
  // The failures were met: it is no service that was left alone.
  assert.deepEqual([ended, notMet], [3, 0]);
  assert.match(resultLine(result), /^\d+ texts, 0 lost, 0 twice, 0 reordered$/);
  assert.ok(result.texts > 0);
});
