// What may be due is looked after although nothing comes, and sooner where something stopped it.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { AssentError } from "@assent/protocol";
import { TimersForTests } from "../clock/timers-for-tests.ts";
import { Rounds } from "./rounds.ts";

const minute = 60_000;

let timers: TimersForTests;
let began: number;
let rounds: Rounds;

beforeEach(() => {
  timers = new TimersForTests();
  began = 0;
  const round = () => {
    began += 1;
  };
  rounds = new Rounds({ timers, random: () => 0, round });
});

test("after a quarter of an hour there is another round, once", () => {
  rounds.done(undefined);
  timers.pass(15 * minute - 1);
  assert.equal(began, 0);
  timers.pass(1);
  assert.equal(began, 1);
  timers.pass(60 * minute);
  assert.equal(began, 1);
});

test("what stopped a round is tried again after 15 seconds, then twice as long, up to a quarter of an hour", () => {
  const busy = new AssentError("busy");
  for (const seconds of [15, 30, 60, 120, 240, 480, 900, 900]) {
    rounds.done(busy);
    timers.pass(seconds * 1_000 - 1);
    const before = began;
    timers.pass(1);
    assert.equal(began, before + 1, `${seconds}`);
  }
  rounds.done(undefined);
  rounds.done(busy);
  timers.pass(15_000);
  assert.equal(began, 9);
});

test("as long as the service says is waited, but no longer than a quarter of an hour", () => {
  rounds.done(new AssentError("rate_limited", { retryAfterSeconds: 100 }));
  timers.pass(99_999);
  assert.equal(began, 0);
  timers.pass(1);
  assert.equal(began, 1);
  rounds.done(new AssentError("lookups_used_up", { retryAfterSeconds: 86_400 }));
  timers.pass(15 * minute);
  assert.equal(began, 2);
});

test("a round that somebody else began puts off the next; after the end there is none", () => {
  rounds.done(undefined);
  timers.pass(10 * minute);
  rounds.done(undefined);
  timers.pass(10 * minute);
  assert.equal(began, 0);
  rounds.end();
  rounds.done(undefined);
  timers.pass(60 * minute);
  assert.equal(began, 0);
});
