// So many at once, the others in their order, whatever becomes of those before them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Entrance } from "./entrance.ts";

test("a few are let in at once, in the order they came, and a failure leaves its place", async () => {
  const entrance = new Entrance(3);
  const begun: number[] = [];
  let inside = 0;
  let most = 0;
  const all = Array.from({ length: 50 }, (_, index) =>
    entrance.pass(async () => {
      begun.push(index);
      inside += 1;
      most = Math.max(most, inside);
      await new Promise(setImmediate);
      inside -= 1;
      if (index % 5 === 0) throw new Error("refused");
      return index;
    }),
  );
  const results = await Promise.allSettled(all);
  assert.equal(most, 3);
  assert.deepEqual(
    begun,
    [...begun].sort((one, other) => one - other),
  );
  assert.equal(results.filter(({ status }) => status === "rejected").length, 10);
  assert.equal(await entrance.pass(async () => "again"), "again");
});
