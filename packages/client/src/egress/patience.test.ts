// An answer is waited for while it comes, however slow the line, and given up where it does not.
import assert from "node:assert/strict";
import { test } from "node:test";
import { TimersForTests } from "../clock/timers-for-tests.ts";
import { Patience } from "./patience.ts";

function waiting(sentBytes = 0) {
  const timers = new TimersForTests();
  const over = { isOver: false };
  const patience = new Patience(timers, sentBytes, () => {
    over.isOver = true;
  });
  return { timers, over, patience };
}

test("after 15 seconds without an answer it is given up, and not a moment before", () => {
  const { timers, over } = waiting();
  timers.pass(14_999);
  assert.equal(over.isOver, false);
  timers.pass(1);
  assert.equal(over.isOver, true);
});

test("what is long is given the time that it takes to send it, at 4 KB a second", () => {
  const { timers, over } = waiting(1_048_576);
  timers.pass(15_000 + 255_999);
  assert.equal(over.isOver, false);
  timers.pass(1);
  assert.equal(over.isOver, true);
});

test("four megabytes at 8 KB a second are waited for; from when nothing comes any more, 30 seconds at most", () => {
  const { timers, over, patience } = waiting();
  for (let second = 0; second < 512; second += 1) {
    timers.pass(1_000);
    patience.came(8_192);
  }
  assert.equal(over.isOver, false);
  timers.pass(30_000);
  assert.equal(over.isOver, true);
});

test("a byte now and then keeps nobody waiting", () => {
  const { timers, over, patience } = waiting();
  for (let second = 0; second < 30; second += 1) {
    patience.came(100);
    timers.pass(1_000);
  }
  assert.equal(over.isOver, true);
});

test("what came is not given up any more", () => {
  const { timers, over, patience } = waiting();
  patience.end();
  timers.pass(600_000);
  assert.equal(over.isOver, false);
});
