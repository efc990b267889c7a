// Sweeps: all of them run, whichever fails, and none after they were stopped; by age none while the clock is in doubt.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { startSweeps } from "./sweeps.ts";
import type { Judgement } from "./time/judged-time.ts";

function sweepsOf(context: TestContext) {
  context.mock.timers.enable({ apis: ["setInterval"] });
  const ran: string[] = [];
  const failures: string[] = [];
  const time: { judgement: Judgement } = {
    judgement: { kind: "agree", nowMs: 9_000, dayAgoMs: 1_000 },
  };
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
      {
        of: "by age",
        everyMs: 30,
        runByAge: async ({ nowMs, dayAgoMs }) => void ran.push(`by age ${nowMs} ${dayAgoMs}`),
      },
    ],
    () => time.judgement,
    { error: (event) => failures.push(event) },
  );
  return { sweeps, ran, failures, time, tick: (ms: number) => context.mock.timers.tick(ms) };
}

test("one that fails stops no other, and is named", async (context) => {
  const { sweeps, ran, failures } = sweepsOf(context);
  await sweeps.runAll();
  assert.deepEqual(ran, ["first", "broken", "by age 9000 1000"]);
  const named = ["broken at once", "broken"].map((of) => `ending what is over failed: ${of}`);
  assert.deepEqual(failures, named);
  sweeps.stop();
});

test("each runs in its own time until it is stopped", (context) => {
  const { sweeps, ran, tick } = sweepsOf(context);
  tick(30);
  assert.deepEqual(
    ["first", "broken", "by age 9000 1000"].map((name) => ran.filter((one) => one === name).length),
    [3, 3, 1],
  );
  sweeps.stop();
  tick(30);
  assert.equal(ran.length, 7);
});

test("while the clock is in doubt what was promised within minutes goes, and nothing goes by age", async (context) => {
  const { sweeps, ran, time } = sweepsOf(context);
  for (const kind of ["in-doubt", "agree-since-lately"] as const) {
    time.judgement = { kind };
    await sweeps.runAll();
  }
  assert.deepEqual(ran, ["first", "broken", "first", "broken"]);
  time.judgement = { kind: "agree", nowMs: 9_000, dayAgoMs: 1_000 };
  await sweeps.runAll();
  assert.equal(ran.at(-1), "by age 9000 1000");
  sweeps.stop();
});
