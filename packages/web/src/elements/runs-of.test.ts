// Texts that a browser would take long to lay out, in pieces.
import assert from "node:assert/strict";
import { test } from "node:test";
import { runsOf } from "./runs-of.ts";

const lam = "\u0644";
const acute = "\u0301";

/** The longest run of code points without a place to break, over all pieces. */
function longestRun(pieces: readonly string[]): number {
  const runs = pieces.flatMap((piece) => piece.split(/[ \t\n]/));
  return Math.max(...runs.map((each) => [...each].length));
}

test("a text of words is one piece, however long", () => {
  for (const text of ["", "a", "a".repeat(256), `${"word ".repeat(10_000)}end`])
    assert.deepEqual(runsOf(text), [text]);
});

test("no run is longer than 256 code points, and nothing of the text is lost", () => {
  const texts = [
    lam.repeat(31_000),
    `e${acute.repeat(31_000)}`,
    `${lam}\u00a0\ufeff\u2060\u200d`.repeat(5_000),
    "\u{1f468}\u200d".repeat(9_000),
    `two words ${"x".repeat(257)} and ${"y".repeat(600)}\n`,
  ];
  for (const text of texts) {
    const pieces = runsOf(text);
    assert.equal(pieces.join(""), text);
    assert.ok(pieces.length > 1);
    assert.ok(longestRun(pieces) <= 256, `${longestRun(pieces)}`);
  }
});

test("a letter keeps its marks", () => {
  const letter = `e${acute}\u0323`;
  const pieces = runsOf(letter.repeat(300));
  assert.ok(pieces.length > 1);
  for (const piece of pieces) assert.match(piece, /^e/);
});
