// Texts as SMS, beside a counter of segments that somebody else wrote and the alphabet's table from elsewhere.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { septetsOf, textOfSeptets } from "@assent/protocol";
import fc from "fast-check";
import { SegmentedMessage } from "sms-segments-calculator";
import { type Segment, segmentsOf } from "./segments.ts";

const table = JSON.parse(
  readFileSync(
    new URL("../../../../../test/vectors/gsm0338/gsm0338-table.json", import.meta.url),
    "utf8",
  ),
) as Record<"basic" | "extension", Record<string, string>>;

/** Septets and the character they say. */
const known = [...Object.entries(table.basic), ...Object.entries(table.extension)].map(
  ([septets, name]) => ({
    septets: [...Buffer.from(septets, "hex")],
    character: String.fromCodePoint(Number.parseInt(name.slice(2), 16)),
  }),
);
const gsmCharacters = known.map(({ character }) => character);

const texts = fc.oneof(
  fc.string({ unit: fc.constantFrom(...gsmCharacters), maxLength: 700 }),
  fc.string({ unit: "grapheme", maxLength: 300 }),
  fc.string({ unit: fc.constantFrom("👩‍👩‍👧‍👦", "é", "€", "ё", "a"), maxLength: 120 }),
);

test("the alphabet is the one that others have", () => {
  assert.equal(known.length, 127 + 10);
  for (const { septets, character } of known) {
    assert.deepEqual(septetsOf(character), septets, character);
    assert.equal(textOfSeptets(Uint8Array.from(septets)), character);
  }
  for (const character of ["", "ab", "`", "ё", "😀", "\u001b"]) {
    assert.equal(septetsOf(character), undefined, character);
  }
});

test("what looks like the alphabet and is not in it goes as UCS-2", () => {
  for (const character of ["ç", "`", "\u00a0", "’", "\t"]) {
    assert.equal(segmentsOf(`text ${character}`, 1)[0]?.dataCoding, 8, character);
  }
  assert.equal(segmentsOf("text Ç", 1)[0]?.dataCoding, 0);
});

test("as many SMS as others count, and together they say the text", () => {
  fc.assert(
    fc.property(texts, fc.integer({ min: 0, max: 255 }), (text, reference) => {
      fc.pre(text.isWellFormed());
      const segments = segmentsOf(text, reference);
      assert.equal(segments.length, Math.max(1, new SegmentedMessage(text).segmentsCount));
      assert.equal(putTogether(segments, reference), text);
    }),
    { seed: 34, numRuns: 500 },
  );
});

test("no SMS is longer than one, nor parts a character", () => {
  fc.assert(
    fc.property(texts, (text) => {
      fc.pre(text.isWellFormed());
      for (const { dataCoding, hasHeader, content } of segmentsOf(text, 1)) {
        const header = hasHeader ? 6 : 0;
        const octets =
          dataCoding === 0
            ? Math.ceil(((content.length - header) * 7) / 8) + header
            : content.length;
        assert.ok(octets <= 140, `${octets} octets`);
        const body = content.subarray(header);
        if (dataCoding === 0) assert.notEqual(body.at(-1), 0x1b);
        else assert.ok(Buffer.from(body).swap16().toString("utf16le").isWellFormed());
      }
    }),
    { seed: 34, numRuns: 300 },
  );
});

test("a text that takes more than 255 SMS is refused", () => {
  assert.equal(segmentsOf("x".repeat(255 * 153), 1).length, 255);
  assert.throws(() => segmentsOf("x".repeat(255 * 153 + 1), 1), RangeError);
});

function putTogether(segments: readonly Segment[], reference: number): string {
  const parts = segments.map(({ dataCoding, hasHeader, content }, index) => {
    assert.equal(hasHeader, segments.length > 1);
    if (hasHeader) {
      assert.deepEqual(
        [...content.subarray(0, 6)],
        [5, 0, 3, reference, segments.length, index + 1],
      );
    }
    const body = content.subarray(hasHeader ? 6 : 0);
    return dataCoding === 0 ? textOfSeptets(body) : Buffer.from(body).swap16().toString("utf16le");
  });
  return parts.join("");
}
