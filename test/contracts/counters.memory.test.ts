// The counting port's contract, kept in memory; and that memory is bounded.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { CountedThing } from "../../packages/server/src/limits/counters.ts";
import { createMemoryCounters } from "../../packages/server/src/limits/memory-counters.ts";
import { countersContract } from "./counters.contract.ts";

countersContract("memory", async () => ({
  counters: createMemoryCounters(100),
  close: async () => {},
}));

function filling(keysRemembered: number) {
  const counters = createMemoryCounters(keysRemembered);
  const quota = { kind: "refilled", most: 2, refillMs: 100 } as const;
  return async (key: string, thing: CountedThing = "starts") => {
    const outcome = await counters.count(thing, key, quota, 1, 0);
    return outcome.kind === "counted" ? outcome.left : outcome.kind;
  };
}

test("memory: where it is full, the key that was used longest ago is forgotten", async () => {
  const left = filling(2);
  assert.deepEqual([await left("a"), await left("b"), await left("a")], [1, 1, 0]);
  assert.equal(await left("c"), 1);
  assert.equal(await left("a"), "over", "a was used after b");
  assert.equal(await left("b"), 1, "b was forgotten");
});

test("memory: much of one thing has nothing of another forgotten", async () => {
  const left = filling(2);
  assert.equal(await left("a", "sms-of-network"), 1);
  for (const key of ["b", "c", "d", "e"]) assert.equal(await left(key), 1);
  assert.equal(await left("b"), 1, "of its own thing it was");
  assert.equal(await left("a", "sms-of-network"), 0);
});

test("memory: what is over is forgotten a little at a time, and what is counted meanwhile stays", async () => {
  const many = 20_000;
  const counters = createMemoryCounters(many);
  const quota = { kind: "refilled", most: 3, refillMs: 100 } as const;
  const count = (key: number, now: number) => counters.count("starts", String(key), quota, 1, now);
  for (let key = 0; key < many; key += 1) await count(key, key % 2 === 0 ? 0 : 50);
  const last = many - 1;
  let turns = 0;
  let isForgotten = false;
  const forgetting = counters.forget(100).then(() => {
    isForgotten = true;
  });
  while (!isForgotten) {
    // Counted behind what is looked at: what is over of it, and what is not.
    if (turns === 0) for (const key of [last, last - 1]) await count(key, 100);
    turns += 1;
    await new Promise(setImmediate);
  }
  await forgetting;
  assert.ok(turns >= 5, `others had ${turns} turns`);
  const left = async (key: number) => {
    const counted = await count(key, 100);
    return counted.kind === "counted" && counted.left;
  };
  assert.deepEqual(
    [await left(0), await left(1)],
    [2, 1],
    "of one that was over, and one that was not",
  );
  assert.deepEqual([await left(last - 1), await left(last)], [1, 0]);
});
