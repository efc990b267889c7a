// A clock that was wrong, or is: what it noted makes nobody wait for a time far off.
import assert from "node:assert/strict";
import { test } from "node:test";
import { isOver } from "./elapsed.ts";

const day = 86_400_000;
const nowMs = 1_800_000_000_000;

test("a period is over when it has passed, and when it began in a time to come", () => {
  assert.equal(isOver(nowMs - day + 1, day, nowMs), false);
  assert.equal(isOver(nowMs, day, nowMs), false);
  assert.equal(isOver(nowMs - day, day, nowMs), true);
  assert.equal(isOver(BigInt(nowMs + 3_650 * day), day, nowMs), true);
  assert.equal(isOver(0, day, nowMs), true);
});
