// The short setting of the power drill; `npm run drill:power` is the long one. And it sees a disk that says it synced.
import assert from "node:assert/strict";
import { test } from "node:test";
import { findStrace } from "../../scripts/debian-packages.mjs";
import { cutPower, recordStory } from "./power.ts";
import { isClean, resultLine } from "./tally.ts";

const skip = findStrace() ? false : "strace is not there, or may not trace";

test("whenever the power is cut, what was answered is there, and a disk that lies is seen", {
  skip,
}, async (context) => {
  const story = await recordStory({ context, texts: 3, restMs: 1_200, seed: 1 });
  const progress = (line: string) => context.diagnostic(line);
  const result = await cutPower(story, { cuts: 15, seed: 1, progress });
  assert.match(resultLine(result), /^\d+ texts, 0 lost, 0 twice, 0 reordered$/);
  assert.ok(result.texts > 0);
  // What said that it is synced, and is not, is lost.
  const quiet = () => undefined;
  const lied = await cutPower(story, { cuts: 10, seed: 1, progress: quiet, diskLies: true });
  assert.ok(!isClean(lied), resultLine(lied));
});
