// Rows asked for one by one: how many transactions they take, and what each of them may have missed.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { RowReads } from "./row-reads.ts";

const [one, two] = [new Uint8Array([1]), new Uint8Array([2])];
let stored: Map<string, Uint8Array<ArrayBuffer>>;
/** Places that each transaction was asked for. */
let transactions: string[][];
let release: () => void;
let released: Promise<void>;
let broken: Error | undefined;
let reads: RowReads;

beforeEach(() => {
  stored = new Map([["a", one]]);
  transactions = [];
  broken = undefined;
  ({ promise: released, resolve: release } = Promise.withResolvers<void>());
  reads = new RowReads(() => {
    if (broken) throw broken;
    const asked: string[] = [];
    transactions.push(asked);
    const asItIs = new Map(stored);
    return {
      get: async (place) => {
        asked.push(place);
        await released;
        return asItIs.get(place);
      },
    };
  });
});

test("what is asked for in one breath is read in one transaction", async () => {
  release();
  assert.deepEqual(await Promise.all([reads.get("a"), reads.get("b")]), [one, undefined]);
  assert.deepEqual(transactions, [["a", "b"]]);
});

test("what is asked for meanwhile is read together, and as it is stored by then", async () => {
  const first = reads.get("a");
  await Promise.resolve();
  assert.deepEqual(transactions, [["a"]]);
  stored.set("a", two).set("b", one);
  const others = [reads.get("a"), reads.get("b")];
  release();
  assert.deepEqual(await first, one);
  assert.deepEqual(await Promise.all(others), [two, one]);
  assert.deepEqual(transactions, [["a"], ["a", "b"]]);
});

test("a transaction that cannot be had fails what it was for, and nothing after it", async () => {
  release();
  broken = new Error("closed");
  const failed = await Promise.allSettled([reads.get("a"), reads.get("b")]);
  assert.deepEqual(
    failed.map((each) => each.status === "rejected" && each.reason),
    [broken, broken],
  );
  broken = undefined;
  assert.deepEqual(await reads.get("a"), one);
});
