// The order of one socket's puts: a put is stored only behind the one it names, and never behind one that was refused.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { PutOrder } from "./put-order.ts";

interface Asked {
  readonly request: number;
  readonly after: number;
}

function orderOf(...puts: Asked[]) {
  const order = new PutOrder<Asked>();
  for (const put of puts) {
    assert.ok(order.takesNumber(put.request));
    order.add(put);
  }
  return order;
}

const numbers = (order: PutOrder<Asked>) => {
  const { ready, refused } = order.next();
  return {
    ready: ready.map(({ put, after }) => [put.request, after]),
    refused: refused.map(({ request }) => request),
  };
};

test("numbers rise, whatever is between them", () => {
  const order = new PutOrder<Asked>();
  const taken = [1, 1, 5, 4, 5, 6, 0].map((number) => order.takesNumber(number));
  assert.deepEqual(taken, [true, false, true, false, false, true, false]);
});

test("a chain goes in one go, each behind the one it names", () => {
  const order = orderOf(
    { request: 1, after: 0 },
    { request: 2, after: 0 },
    { request: 3, after: 1 },
    { request: 9, after: 3 },
  );
  assert.deepEqual(numbers(order), {
    ready: [
      [1, -1],
      [2, -1],
      [3, 0],
      [9, 2],
    ],
    refused: [],
  });
});

test("what came meanwhile waits for the one it names, then goes in one go", () => {
  const order = orderOf({ request: 1, after: 0 });
  assert.deepEqual(numbers(order).ready, [[1, -1]]);
  for (const put of [
    { request: 2, after: 1 },
    { request: 3, after: 2 },
    { request: 4, after: 0 },
  ]) {
    assert.ok(order.takesNumber(put.request));
    order.add(put);
  }
  assert.deepEqual(numbers(order).ready, [[4, -1]]);
  order.answered(1, true);
  assert.deepEqual(numbers(order).ready, [
    [2, -1],
    [3, 0],
  ]);
});

test("behind one that was refused everything is, and nothing else", () => {
  const order = orderOf({ request: 1, after: 0 }, { request: 2, after: 0 });
  assert.equal(numbers(order).ready.length, 2);
  for (const put of [
    { request: 3, after: 1 },
    { request: 4, after: 3 },
    { request: 5, after: 2 },
  ]) {
    assert.ok(order.takesNumber(put.request));
    order.add(put);
  }
  order.answered(1, false);
  order.answered(2, true);
  assert.deepEqual(numbers(order), { ready: [[5, -1]], refused: [3, 4] });
});

test("of thousands that were refused, none counts as stored", () => {
  const order = new PutOrder<Asked>();
  for (let request = 1; request <= 5_000; request += 1) {
    assert.ok(order.takesNumber(request));
    order.answered(request, false);
  }
  assert.ok(order.takesNumber(5_001));
  order.answered(5_001, true);
  for (const after of [1, 2_500, 5_000, 5_001]) {
    const request = 6_000 + after;
    assert.ok(order.takesNumber(request));
    order.add({ request, after });
  }
  assert.deepEqual(numbers(order), {
    ready: [[11_001, -1]],
    refused: [6_001, 8_500, 11_000],
  });
});

test("whatever is refused and whenever it is answered, none is stored behind what was not", () => {
  const step = fc.record({ after: fc.nat(9), isRefused: fc.boolean(), answers: fc.nat(3) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const order = new PutOrder<Asked>();
      const refusedByStore = new Set<number>();
      const stored = new Set<number>();
      const answered = new Set<number>();
      const asked: { readonly put: Asked; readonly after: number }[][] = [];
      const all: Asked[] = [];
      const ask = () => {
        const { ready, refused } = order.next();
        for (const { request, after } of refused) {
          assert.ok(answered.has(after) && !stored.has(after), `${request} after ${after}`);
          answered.add(request);
        }
        if (ready.length > 0) asked.push([...ready]);
      };
      const answerOldest = () => {
        const puts = asked.shift() ?? [];
        for (const { put, after } of puts) {
          const before = puts[after]?.put.request ?? put.after;
          const isStored = (before === 0 || stored.has(before)) && !refusedByStore.has(put.request);
          if (after < 0) assert.ok(put.after === 0 || stored.has(put.after));
          else assert.equal(puts[after]?.put.request, put.after);
          if (isStored) stored.add(put.request);
          answered.add(put.request);
          order.answered(put.request, isStored);
        }
        ask();
      };
      for (const [index, { after, isRefused, answers }] of steps.entries()) {
        const put = { request: index + 1, after: Math.max(0, index + 1 - after) % (index + 1) };
        all.push(put);
        if (isRefused) refusedByStore.add(put.request);
        assert.ok(order.takesNumber(put.request));
        order.add(put);
        ask();
        for (let count = 0; count < answers; count += 1) answerOldest();
      }
      while (asked.length > 0) answerOldest();
      assert.equal(answered.size, all.length);
      for (const { request, after } of all) {
        const mayBe = after === 0 || stored.has(after);
        assert.equal(stored.has(request), mayBe && !refusedByStore.has(request));
      }
    }),
    { seed: 56 },
  );
});
