// What links name: a number and words, whatever they look like.
import assert from "node:assert/strict";
import { test } from "node:test";
import { readHandedIn } from "./handed-in.ts";

const number = "+4915123456789";
const cases: readonly [query: string, to: string, text: string][] = [
  [`to=${number}`, number, ""],
  ["to=%2B4915123456789", number, ""],
  ["to=0151%2023456789", "0151 23456789", ""],
  ["to=Ben", "Ben", ""],
  [`to=${encodeURIComponent(`sms:${number}`)}`, number, ""],
  [`to=${encodeURIComponent(`sms:${number}?body=See%20you%20%26%20me`)}`, number, "See you & me"],
  [`to=${encodeURIComponent(`sms:${number}&body=1+1`)}`, number, "1+1"],
  [`to=${encodeURIComponent(`SMSTO:${number},+33612345678`)}`, number, ""],
  [`to=${encodeURIComponent(`web+assent://${number}`)}`, number, ""],
  [`to=${encodeURIComponent("tel:+49-151-23456789")}`, "+49-151-23456789", ""],
  ["to=sms%3A%2525", "%", ""],
  ["to=sms%3A%25E0", "%E0", ""],
  ["text=Look%20at%20this", "", "Look at this"],
  ["", "", ""],
];

for (const [query, to, text] of cases) {
  test(`${query || "nothing"} names ${to || "nobody"}`, () => {
    assert.deepEqual(readHandedIn(query), { to, text });
  });
}
