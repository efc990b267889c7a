// A connection that says nothing is asked after a while, and given up when it does not answer.
import assert from "node:assert/strict";
import { test } from "node:test";
import { TimersForTests } from "../clock/timers-for-tests.ts";
import { Silence } from "./silence.ts";

function watched() {
  const timers = new TimersForTests();
  const said: string[] = [];
  const steps = { ask: () => said.push("asked"), dead: () => said.push("dead") };
  return { timers, said, silence: new Silence(timers, steps) };
}

test("after 45 seconds it is asked, and after 30 more it is dead", () => {
  const { timers, said, silence } = watched();
  silence.heard();
  timers.pass(44_999);
  assert.deepEqual(said, []);
  timers.pass(1);
  assert.deepEqual(said, ["asked"]);
  timers.pass(29_999);
  assert.deepEqual(said, ["asked"]);
  timers.pass(1);
  assert.deepEqual(said, ["asked", "dead"]);
  timers.pass(600_000);
  assert.deepEqual(said, ["asked", "dead"]);
});

test("any frame begins the silence anew, before it is asked and after", () => {
  const { timers, said, silence } = watched();
  silence.heard();
  for (let times = 0; times < 10; times += 1) {
    timers.pass(40_000);
    silence.heard();
  }
  assert.deepEqual(said, []);
  timers.pass(45_000);
  timers.pass(29_999);
  silence.heard();
  timers.pass(44_999);
  assert.deepEqual(said, ["asked"]);
  timers.pass(1);
  assert.deepEqual(said, ["asked", "asked"]);
});

test("what ended is neither asked nor given up", () => {
  const { timers, said, silence } = watched();
  silence.heard();
  timers.pass(45_000);
  silence.end();
  timers.pass(600_000);
  assert.deepEqual(said, ["asked"]);
});

test("what is heard after its end begins nothing: no timer keeps a program that is done", () => {
  const { timers, said, silence } = watched();
  silence.heard();
  silence.end();
  silence.heard();
  timers.pass(600_000);
  assert.deepEqual(said, []);
});
