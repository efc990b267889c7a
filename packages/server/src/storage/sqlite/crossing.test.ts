// Calls that crossed are the calls that were made.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { packCalls, unpackCalls } from "./crossing.ts";

const { given } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.string(),
    fc.integer(),
    fc.boolean(),
    fc.constantFrom(null, undefined),
    fc.uint8Array(),
    fc.array(tie("value")),
    fc.dictionary(fc.stringMatching(/^[a-z]{1,3}$/), tie("value"), { noNullPrototype: true }),
  ),
  given: fc.array(tie("value"), { maxLength: 4 }),
}));

test("calls with whatever is given cross unchanged", () => {
  const call = fc.record(
    { port: fc.string(), method: fc.string(), given },
    { noNullPrototype: true },
  );
  fc.assert(
    fc.property(fc.array(call), (calls) => {
      const made = calls as Parameters<typeof packCalls>[0];
      assert.deepEqual(unpackCalls(structuredClone(packCalls(made))), made);
    }),
  );
});

test("of a larger buffer only the bytes that are given cross", () => {
  const read = new Uint8Array(65_536).fill(7);
  const calls = [{ port: "a", method: "b", given: [{ body: read.subarray(100, 200) }] }];
  assert.equal(packCalls(calls).bytes.buffer.byteLength, 100);
});

test("what is frozen crosses once, wherever it stands", () => {
  const inner = Object.freeze({ c: 3 });
  const limit = Object.freeze({ a: 1, b: inner });
  const other = Object.freeze({ a: 2 });
  const call = (given: unknown[]) => ({ port: "a", method: "b", given });
  const calls = [
    call([{ limit }, limit, inner]),
    call([[other, limit, { other }], new Uint8Array(3)]),
    call([{ limit, other }]),
  ];
  const packed = packCalls(calls);
  assert.deepEqual(unpackCalls(structuredClone(packed)), calls);
  const thawed = calls.map(({ given }) => call(structuredClone(given)));
  assert.ok(packed.values.length < packCalls(thawed).values.length);
});
