// Sweeps: all of them run, whichever fails, and none after they were stopped.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { startSweeps } from "./sweeps.ts";

function sweepsOf(context: TestContext) {
  context.mock.timers.enable({ apis: ["setInterval"] });
  const ran: string[] = [];
  const failures: string[] = [];
  const sweeps = startSweeps(
    [
      { of: "first", everyMs: 10, run: async () => void ran.push("first") },
      {
        of: "broken",
        everyMs: 10,
        run: async () => {
          ran.push("broken");
          throw new Error("disk");
        },
      },
      {
        of: "broken at once",
        everyMs: 10,
        run: () => {
          throw new Error("disk");
        },
      },
      { of: "rare", everyMs: 30, run: async () => void ran.push("rare") },
    ],
    { error: (event) => failures.push(event) },
  );
  return { sweeps, ran, failures, tick: (ms: number) => context.mock.timers.tick(ms) };
}

test("one that fails stops no other, and is named", async (context) => {
  const { sweeps, ran, failures } = sweepsOf(context);
  await sweeps.runAll();
  assert.deepEqual(ran, ["first", "broken", "rare"]);
  const named = ["broken at once", "broken"].map((of) => `ending what is over failed: ${of}`);
  assert.deepEqual(failures, named);
  sweeps.stop();
});

test("each runs in its own time until it is stopped", (context) => {
  const { sweeps, ran, tick } = sweepsOf(context);
  tick(30);
  assert.deepEqual(
    ["first", "broken", "rare"].map((name) => ran.filter((one) => one === name).length),
    [3, 3, 1],
  );
  sweeps.stop();
  tick(30);
  assert.equal(ran.length, 7);
});
