// The short setting of the power drill of a phone; `npm run drill:power-phone` is the long one. And it sees a disk that says it
// synced.
import assert from "node:assert/strict";
import { test } from "node:test";
import { findStrace } from "../../scripts/debian-packages.mjs";
import { cutPhone, recordPhoneStory } from "./power-phone.ts";
import { isClean, resultLine } from "./tally.ts";

const skip = findStrace() ? false : "strace is not there, or may not trace";

test("whenever the power is cut, a phone has what it said, and shows nothing twice", {
  skip,
}, async (context) => {
  const story = await recordPhoneStory({ context, rounds: 1, seed: 1 });
  const progress = (line: string) => context.diagnostic(line);
  const result = await cutPhone(story, { cuts: 60, seed: 1, progress });
  assert.match(resultLine(result), /^\d+ texts, 0 lost, 0 twice, 0 reordered$/);
  assert.ok(result.texts > 0);
  const quiet = () => undefined;
  const lied = await cutPhone(story, { cuts: 30, seed: 2, progress: quiet, diskLies: true });
  assert.ok(!isClean(lied), resultLine(lied));
});
