// A text as SMS: in as few as it takes, and nothing of it lost. What others count is compared in the service's SMPP.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { smsPartsOf } from "./sms-parts.ts";

const lengths = (text: string) => smsPartsOf(text).parts.map(({ length }) => length);

test("160 septets or 70 units alone, 153 or 67 of several", () => {
  assert.deepEqual(lengths(""), [0]);
  assert.deepEqual(lengths("a".repeat(160)), [160]);
  assert.deepEqual(lengths("a".repeat(161)), [153, 8]);
  assert.deepEqual(lengths("ж".repeat(70)), [70]);
  assert.deepEqual(lengths("ж".repeat(71)), [67, 4]);
  assert.deepEqual(lengths("€".repeat(80)), [80]);
  assert.deepEqual(lengths("€".repeat(81)), [76, 5], "none is cut between its two septets");
});

test("the parts together are the text, and no character is cut", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 400 }), (text) => {
      const { parts } = smsPartsOf(text);
      assert.equal(parts.join(""), text);
      for (const part of parts) assert.ok(part.isWellFormed());
    }),
    { seed: 7 },
  );
  assert.deepEqual(smsPartsOf("👨‍👩‍👧‍👦".repeat(7)).parts, ["👨‍👩‍👧‍👦".repeat(6), "👨‍👩‍👧‍👦"]);
});
