// How many keys are made for one person in a day.
import assert from "node:assert/strict";
import { test } from "node:test";
import { mostSkipped } from "../../encryption/encryption.ts";
import { SkippedKeys } from "./skipped-keys.ts";

const day = 86_400_000;

test("two of the largest gaps a day, of each account by itself", () => {
  let nowMs = 1_800_000_000_000;
  const skipped = new SkippedKeys(() => nowMs);
  assert.equal(skipped.mostFor("anna"), mostSkipped);
  skipped.made("anna", mostSkipped + 100);
  assert.equal(skipped.mostFor("anna"), mostSkipped - 100);
  skipped.made("anna", mostSkipped - 100);
  assert.deepEqual([skipped.mostFor("anna"), skipped.mostFor("ben")], [0, mostSkipped]);
  nowMs += day - 1;
  assert.equal(skipped.mostFor("anna"), 0);
  nowMs += 1;
  assert.equal(skipped.mostFor("anna"), mostSkipped);
});
