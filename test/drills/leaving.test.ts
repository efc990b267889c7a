// The short setting of the leaving drill; `npm run drill:leaving` is the long one. And it sees a leaving that is answered and
// not done, and a receipt that counts wrongly.
import assert from "node:assert/strict";
import { test } from "node:test";
import { leavingDrill } from "./leaving.ts";
import { openedStores } from "./opened-stores.ts";
import { isClean, resultLine } from "./tally.ts";

const progress = () => undefined;

test("in whatever order texts and a leaving come, nothing is stored after it and its receipt is right", async (context) => {
  const opened = await openedStores(context);
  const result = await leavingDrill({ ...opened, interleavings: 300, seed: 1, progress });
  assert.match(resultLine(result), /^\d+ texts, 0 lost, 0 twice, 0 reordered$/);
  assert.ok(result.goneMeanwhile > 0 && result.texts > 0, "both came about");
  assert.ok(result.piecesBefore > 0, "what waits is found");
});

test("a leaving that is answered and not done is seen, and so is a wrong receipt", async (context) => {
  const { stores, folder } = await openedStores(context);
  const drill = { stores, folder, interleavings: 4, seed: 1, progress };
  const undone = await leavingDrill({ ...drill, end: async () => ({ kind: "no-account" }) });
  assert.ok(!isClean(undone) && undone.piecesAfter > 0);
  const wrong = await leavingDrill({
    ...drill,
    end: async (...given) => {
      const ended = await stores.accounts.end(...given);
      return ended && "envelopes" in ended ? { ...ended, envelopes: ended.envelopes + 1 } : ended;
    },
  });
  assert.equal(wrong.lost, 4);
});
