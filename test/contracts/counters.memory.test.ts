// The counting port's contract, kept in memory; and that memory is bounded.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createMemoryCounters } from "../../packages/server/src/limits/memory-counters.ts";
import { countersContract } from "./counters.contract.ts";

countersContract("memory", async () => ({
  counters: createMemoryCounters(100),
  close: async () => {},
}));

test("memory: where it is full, the key that was used longest ago is forgotten", async () => {
  const counters = createMemoryCounters(2);
  const quota = { kind: "refilled", most: 2, refillMs: 100 } as const;
  const left = async (key: string) => {
    const outcome = await counters.count("starts", key, quota, 1, 0);
    return outcome.kind === "counted" ? outcome.left : outcome.kind;
  };
  assert.deepEqual([await left("a"), await left("b"), await left("a")], [1, 1, 0]);
  assert.equal(await left("c"), 1);
  assert.equal(await left("a"), "over", "a was used after b");
  assert.equal(await left("b"), 1, "b was forgotten");
});
