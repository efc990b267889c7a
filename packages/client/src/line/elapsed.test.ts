// A clock that was wrong, or is: what it noted makes nobody wait for a time far off.
import assert from "node:assert/strict";
import { test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { needsAddress } from "../conversations/addresses.ts";
import { PersonSchema } from "../store/records.ts";
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

test("an address that was given in a time to come is renewed, as one that is a month old", () => {
  const needed = (givenAtMs: number) =>
    needsAddress(create(PersonSchema, { addressesGivenAtMs: BigInt(givenAtMs) }), nowMs);
  assert.equal(needed(nowMs - 29 * day), false);
  assert.equal(needed(nowMs - 30 * day), true);
  assert.equal(needed(nowMs + 3_650 * day), true);
});
