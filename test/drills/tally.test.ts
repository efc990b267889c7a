// The count that the drills end with: each fault alone is seen.
import assert from "node:assert/strict";
import { test } from "node:test";
import { isClean, resultLine, Tally } from "./tally.ts";

function tallied(shown: readonly number[]): Tally {
  const tally = new Tally();
  for (const text of [0, 1, 2]) {
    tally.sent("anna to ben", text);
    tally.accepted("anna to ben", text);
  }
  tally.sent("anna to ben", 3);
  for (const text of shown) tally.shown("anna to ben", text);
  return tally;
}

test("each once and in order is clean, and so is what was sent and not accepted", () => {
  for (const shown of [
    [0, 1, 2],
    [0, 1, 2, 3],
  ]) {
    const result = tallied(shown).result();
    assert.equal(resultLine(result), "3 texts, 0 lost, 0 twice, 0 reordered");
    assert.ok(isClean(result));
  }
});

test("a text that is lost, shown twice, out of order or made up is counted", () => {
  for (const [shown, line] of [
    [[0, 2], "3 texts, 1 lost, 0 twice, 0 reordered"],
    [[0, 1, 1, 2], "3 texts, 0 lost, 1 twice, 0 reordered"],
    [[0, 2, 1], "3 texts, 0 lost, 0 twice, 1 reordered"],
    [[0, 1, 2, 4], "3 texts, 0 lost, 0 twice, 0 reordered, 1 made up"],
  ] as const) {
    const result = tallied(shown).result();
    assert.equal(resultLine(result), line);
    assert.ok(!isClean(result));
  }
});

test("ways are counted apart, and no text at all is not clean", () => {
  const tally = tallied([0, 1, 2]);
  tally.sent("ben to anna", 0);
  tally.shown("ben to anna", 0);
  assert.ok(isClean(tally.result()));
  assert.ok(!isClean(new Tally().result()));
});
