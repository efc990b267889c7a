// Padding: the exact lengths, the round trip, and paddings that `pad` does not make.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { uint32, utf8 } from "./bytes.ts";
import { isPaddedLength, pad, paddedLength, unpad } from "./padding.ts";

const fixed = { seed: 512, numRuns: 200 };

test("the lengths are 512, 1024, 2048, 4096, 16384, then multiples of 16384", () => {
  const reached = new Set<number>();
  for (let length = 0; length <= 16_384 * 4; length += 1) reached.add(paddedLength(length));
  assert.deepEqual([...reached], [512, 1024, 2048, 4096, 16_384, 32_768, 49_152, 65_536]);
  for (const step of reached) {
    assert.equal(paddedLength(step), step, "a full step stays");
    assert.ok(paddedLength(step + 1) > step, "one more byte takes the next");
  }
});

test("a body has one of the lengths or none: not nothing, not a byte more or less", () => {
  const lengths = Array.from({ length: 16_384 * 4 + 2 }, (_, length) => length);
  assert.deepEqual(
    lengths.filter(isPaddedLength),
    [512, 1024, 2048, 4096, 16_384, 32_768, 49_152, 65_536],
  );
});

test("what is padded comes back, and the sealed whole has one of the lengths", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 40_000 }),
      fc.integer({ min: 0, max: 1200 }),
      (content, overhead) => {
        const padded = pad(content, overhead);
        const whole = padded.length + overhead;
        assert.equal(whole, paddedLength(whole));
        assert.deepEqual(unpad(padded), content);
      },
    ),
    fixed,
  );
});

test("the last content of a step still fits it", () => {
  for (const step of [512, 1024, 2048, 4096, 16_384, 32_768]) {
    for (const overhead of [0, 49]) {
      assert.equal(pad(new Uint8Array(step - overhead - 4), overhead).length, step - overhead);
      assert.ok(pad(new Uint8Array(step - overhead - 3), overhead).length > step - overhead);
    }
  }
});

test("a view into a larger buffer is unpadded as itself", () => {
  const within = new Uint8Array(600).fill(255);
  within.set(pad(utf8("hello"), 0), 40);
  assert.deepEqual(unpad(within.subarray(40, 552)), utf8("hello"));
});

describe("refused:", () => {
  const padded = pad(new Uint8Array(300).fill(7), 0);

  test("cut off anywhere in length or content", () => {
    for (let length = 0; length < 304; length += 1) {
      assert.throws(() => unpad(padded.subarray(0, length)), RangeError, `${length}`);
    }
  });

  test("a length beyond the end", () => {
    for (const length of [509, 65_536, 2 ** 31, 2 ** 32 - 1]) {
      const wrong = new Uint8Array(512);
      wrong.set(uint32(length));
      assert.throws(() => unpad(wrong), RangeError, `${length}`);
    }
  });

  test("a tail that is not zero, wherever", () => {
    for (let index = 304; index < 512; index += 1) {
      const wrong = padded.slice();
      wrong[index] = 1;
      assert.throws(() => unpad(wrong), RangeError, `${index}`);
    }
  });
});
