// The safety number is the same on both phones, and another for another key.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { PhoneNumber } from "./number.ts";
import { safetyNumberOf } from "./safety-number.ts";

const anna = { number: "+447700900001" as PhoneNumber, rootKey: new Uint8Array(32).fill(1) };
const ben = { number: "+447700900002" as PhoneNumber, rootKey: new Uint8Array(32).fill(2) };

test("both sides read the same twelve groups of five digits", () => {
  const groups = safetyNumberOf(anna, ben);
  assert.deepEqual(groups, safetyNumberOf(ben, anna));
  assert.equal(groups.length, 12);
  for (const group of groups) assert.match(group, /^\d{5}$/);
});

test("another key or another number gives other digits, on its own side only", () => {
  const groups = new Set(safetyNumberOf(anna, ben));
  const otherKey = { ...ben, rootKey: new Uint8Array(32).fill(3) };
  const otherNumber = { ...ben, number: "+447700900003" as PhoneNumber };
  for (const other of [otherKey, otherNumber]) {
    const kept = safetyNumberOf(anna, other).filter((group) => groups.has(group));
    assert.equal(kept.length, 6);
  }
});
