// What may be due is looked after although nothing comes, sooner where something stopped it, and once at a time.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { AssentError } from "@assent/protocol";
import { TimersForTests } from "../clock/timers-for-tests.ts";
import { Rounds } from "./rounds.ts";

const minute = 60_000;

let timers: TimersForTests;
let began: number;
let over: { resolve(stopped: AssentError | undefined): void; reject(error: unknown): void }[];
let failures: unknown[];
let rounds: Rounds;

beforeEach(() => {
  timers = new TimersForTests();
  began = 0;
  over = [];
  failures = [];
  const round = () => {
    began += 1;
    return new Promise<AssentError | undefined>((resolve, reject) =>
      over.push({ resolve, reject }),
    );
  };
  const failed = (error: unknown) => failures.push(error);
  rounds = new Rounds({ timers, random: () => 0, round, failed });
});

/** Ends the rounds that are under way. */
async function end(stopped?: AssentError): Promise<void> {
  for (const { resolve } of over.splice(0)) resolve(stopped);
  await new Promise(setImmediate);
}

test("a quarter of an hour after each round there is another", async () => {
  rounds.done(undefined);
  for (const round of [1, 2]) {
    timers.pass(15 * minute - 1);
    assert.equal(began, round - 1);
    timers.pass(1);
    assert.equal(began, round);
    // Not before that one is over.
    timers.pass(60 * minute);
    assert.equal(began, round);
    await end();
  }
});

test("a round that is asked for while one is under way begins behind it, once", async () => {
  for (let asked = 0; asked < 3; asked += 1) rounds.begin();
  assert.equal(began, 1);
  await end();
  assert.equal(began, 2);
  await end();
  assert.equal(began, 2);
  rounds.begin();
  assert.equal(began, 3);
});

test("a round that fails says so, and is not tried again by itself", async () => {
  rounds.begin();
  over[0]?.reject(new AssentError("signed_out"));
  await new Promise(setImmediate);
  assert.deepEqual(failures, [new AssentError("signed_out")]);
  timers.pass(60 * minute);
  assert.equal(began, 1);
});

test("what stopped a round is tried again after 15 seconds, then twice as long, up to a quarter of an hour", async () => {
  const busy = new AssentError("busy");
  rounds.begin();
  for (const seconds of [15, 30, 60, 120, 240, 480, 900, 900]) {
    await end(busy);
    timers.pass(seconds * 1_000 - 1);
    const before = began;
    timers.pass(1);
    assert.equal(began, before + 1, `${seconds}`);
  }
  await end();
  timers.pass(15 * minute);
  await end(busy);
  timers.pass(15_000);
  assert.equal(began, 11);
});

test("as long as the service says is waited, but no longer than a quarter of an hour", async () => {
  rounds.done(new AssentError("rate_limited", { retryAfterSeconds: 100 }));
  timers.pass(99_999);
  assert.equal(began, 0);
  timers.pass(1);
  assert.equal(began, 1);
  await end(new AssentError("lookups_used_up", { retryAfterSeconds: 86_400 }));
  timers.pass(15 * minute);
  assert.equal(began, 2);
});

test("a round that somebody else began puts off the next; after the end there is none", async () => {
  rounds.done(undefined);
  timers.pass(10 * minute);
  rounds.done(undefined);
  timers.pass(10 * minute);
  assert.equal(began, 0);
  rounds.begin();
  rounds.begin();
  assert.equal(began, 1);
  rounds.end();
  await end();
  rounds.done(undefined);
  timers.pass(60 * minute);
  assert.equal(began, 1);
});
