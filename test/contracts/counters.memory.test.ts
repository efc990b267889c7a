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
