// What is drawn is drawn once, of the length that was asked for, or not at all.
import assert from "node:assert/strict";
import { test } from "node:test";
import { systemRandomness } from "./randomness.ts";

test("nothing is drawn twice, also where many were drawn together, and none is left out", () => {
  const seen = new Set<string>();
  const lengths = [8, 16, 32, 33, 64, 65, 4_096];
  for (let times = 0; times < 300; times += 1) {
    for (const length of lengths) {
      const bytes = systemRandomness.bytes(length);
      assert.equal(bytes.length, length);
      // Of its own memory: what is changed there is nobody else's.
      assert.equal(bytes.buffer.byteLength, length);
      for (let at = 0; at + 8 <= length; at += 8) {
        const part = Buffer.from(bytes.subarray(at, at + 8)).toString("hex");
        assert.ok(!seen.has(part));
        seen.add(part);
      }
    }
  }
});

test("a length that is none is refused, and what is drawn next is as ever", () => {
  for (const length of [-8, Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.throws(() => systemRandomness.bytes(length), RangeError);
    assert.ok(systemRandomness.bytes(32).some((byte) => byte !== 0));
  }
  assert.equal(systemRandomness.bytes(0).length, 0);
});
