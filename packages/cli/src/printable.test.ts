// What others wrote, on a terminal: it steers nothing, and looks like nothing but itself.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { printableJson, printableLine, printableText } from "./printable.ts";

const steering = [
  ["an ANSI sequence", "\u001b[31mred\u001b[0m", "\ufffd[31mred\ufffd[0m"],
  ["a C1 sequence", "\u009b2J", "\ufffd2J"],
  ["a carriage return", "harmless\rAnna: yes", "harmless\ufffdAnna: yes"],
  ["a backspace", "abc\b\b\b", "abc\ufffd\ufffd\ufffd"],
  ["text turned round", "\u202egpj.exe", "\ufffdgpj.exe"],
  ["isolates", "a\u2066b\u2069c", "a\ufffdb\ufffdc"],
  ["marks of direction", "\u200e\u200f\u061c", "\ufffd\ufffd\ufffd"],
  ["separators of lines and paragraphs", "a\u2028b\u2029c", "a\ufffdb\ufffdc"],
  ["a NUL", "a\0b", "a\ufffdb"],
] as const;

describe("replaced in texts and names:", () => {
  for (const [what, text, shown] of steering) {
    test(what, () => {
      assert.equal(printableText(text), shown);
      assert.equal(printableLine(text), shown);
    });
  }
});

test("what people write stays, and each further line of a text is set in", () => {
  const text = "Grüße 👩‍👩‍👧 مرحبا\tनमस्ते";
  assert.equal(printableText(text), text);
  assert.equal(printableText("one\ntwo"), "one\n    two");
  assert.equal(printableLine("one\ntwo"), "one\ufffdtwo");
});

test("JSON means the same, and holds nothing that a terminal acts on", () => {
  const unfit = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u;
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const line = printableJson({ text });
      assert.doesNotMatch(line, unfit);
      assert.deepEqual(JSON.parse(line), { text });
    }),
    { seed: 6, numRuns: 500 },
  );
  for (const [, text] of steering) {
    assert.doesNotMatch(printableJson({ text }), unfit);
    assert.deepEqual(JSON.parse(printableJson({ text })), { text });
  }
});
