// Letters of names as people write them, and hues that stay.
import assert from "node:assert/strict";
import { test } from "node:test";
import { isolated } from "../language/isolated.ts";
import { hueOf, lettersOf } from "./avatar-look.ts";

test("first and last word, one letter for one word, a script without case, or an emoji", () => {
  for (const [name, letters] of [
    ["Amara Osei", "AO"],
    ["Grace Achterberg von Hohenzollern", "GH"],
    ["Plumber 24 h", "PH"],
    ["Dr. Weiss (dentist)", "DW"],
    ["ben", "B"],
    ["كريم منصور", "ك"],
    ["李小龙", "李"],
    ["👩‍👩‍👧 Home", "👩‍👩‍👧"],
    ["émile zola", "ÉZ"],
    ["+44 7700 900412", ""],
    [isolated("+44 7700 900412"), ""],
    ["", ""],
  ] as const) {
    assert.equal(lettersOf(name), letters, name);
  }
});

test("a number has one hue of eight, and neighbours differ", () => {
  assert.equal(hueOf("+447700900412"), hueOf("+447700900412"));
  const numbers = Array.from({ length: 400 }, (_, index) => `+4477009${10_000 + index}`);
  const counts = new Map<number, number>();
  for (const number of numbers) counts.set(hueOf(number), (counts.get(hueOf(number)) ?? 0) + 1);
  assert.deepEqual([...counts.keys()].sort(), [1, 2, 3, 4, 5, 6, 7, 8]);
  for (const count of counts.values()) assert.ok(count > 20 && count < 80, `${count}`);
});
