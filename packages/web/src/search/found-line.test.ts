// The line that a search shows of a text: where it begins, what is marked, and that a long text is folded as a short one is.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { foldedWords } from "@assent/client";
import { foundLine } from "./found-line.ts";

/** The line, with what is marked in brackets. */
function shown(text: string, query: string): string {
  const { from, to, ranges } = foundLine(text, foldedWords(query));
  let line = from > 0 ? "… " : "";
  let at = from;
  for (const [start, end] of ranges) {
    line += `${text.slice(at, start)}[${text.slice(start, end)}]`;
    at = end;
  }
  return line + text.slice(at, Math.max(at, to));
}

describe("what was looked for is marked", () => {
  const cases = [
    ["Are you coming?", "you", "Are [you] coming?"],
    ["over and over", "over", "[over] and [over]"],
    ["ÜBER über Uber", "uber", "[ÜBER] [über] [Uber]"],
    ["a cafe\u0301 there", "cafe", "a [cafe\u0301] there"],
    ["an oﬃce", "ffi", "an o[ﬃ]ce"],
    ["an oﬃce", "office", "an [oﬃce]"],
    ["🎉 party 🎉", "🎉", "[🎉] party [🎉]"],
    ["on the road", "road the", "on [the] [road]"],
    ["tomorrow", "tom morrow", "[tomorrow]"],
    ["nothing of it", "else", "nothing of it"],
    ["你好，世界", "世界", "你好，[世界]"],
  ] as const;
  for (const [text, query, line] of cases) test(line, () => assert.equal(shown(text, query), line));
});

test("far into a text the line begins at a word before it, and ends with what begins in it", () => {
  const text = `${"word ".repeat(100)}needle ${"word ".repeat(100)}needle`;
  assert.match(shown(text, "needle"), /^… (word ){5,6}\[needle\] (word )+(w|wo|wor)?$/);
  assert.equal(foundLine(text, ["needle"]).ranges.length, 1);
});

test("of a text of one letter the line alone is gone through", () => {
  const { ranges, from, to } = foundLine("a".repeat(64_000), ["a"]);
  assert.deepEqual([from, to, ranges], [0, 200, [[0, 200]]]);
});
