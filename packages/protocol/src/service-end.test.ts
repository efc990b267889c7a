// The notice that a service ends: a day, and words that show as what was signed.
import assert from "node:assert/strict";
import { test } from "node:test";
import { isFitServiceEnd, startOfDay } from "./service-end.ts";

const day = BigInt(Date.UTC(2027, 2, 31));

test("it is of the beginning of a day that a date can have", () => {
  assert.ok(isFitServiceEnd({ atMs: day, message: "" }));
  assert.ok(isFitServiceEnd({ atMs: 8_640_000_000_000_000n, message: "" }));
  for (const atMs of [0n, day + 1n, day - 3_600_000n, 8_640_000_086_400_000n, 2n ** 64n - 1n]) {
    assert.ok(!isFitServiceEnd({ atMs, message: "" }), String(atMs));
  }
});

test("its words are as those of an imprint", () => {
  assert.ok(isFitServiceEnd({ atMs: day, message: "ü".repeat(500) }));
  for (const message of ["ü".repeat(501), "to\u202eday", "\u001b[2J"]) {
    assert.ok(!isFitServiceEnd({ atMs: day, message }));
  }
});

test("a day is one of the calendar, written as ten characters", () => {
  assert.equal(startOfDay("2027-03-31"), Date.UTC(2027, 2, 31));
  assert.equal(startOfDay("2028-02-29"), Date.UTC(2028, 1, 29));
  for (const none of [
    "2027-02-29",
    "2027-02-30",
    "2027-13-01",
    "2027-3-31",
    "27-03-31",
    "",
    "today",
  ])
    assert.equal(startOfDay(none), undefined, none);
});
