// When the phone says what changed: the first change at once, those that follow it soon together, and nothing twice.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { PhoneNumber } from "@assent/protocol";
import { saidTogether, type Unsaid } from "./said-together.ts";

const ben = "+33612345678" as PhoneNumber;
const carla = "+4915120000002" as PhoneNumber;
const nothing: Unsaid = { texts: new Map(), numbers: new Set(), contacts: false, ledger: false };
const textOf = (number: PhoneNumber, key: string): Unsaid => ({
  ...nothing,
  texts: new Map([[number, [key]]]),
  numbers: new Set([number]),
});

function spoken() {
  const said: Unsaid[] = [];
  const pauses: (() => void)[] = [];
  const change = saidTogether(
    (each) => said.push(each),
    (end) => pauses.push(end),
  );
  return { said, change, endPause: () => pauses.shift()?.(), pauses };
}

test("the first change of a quiet moment is said at once, and those that follow together after a pause", () => {
  const { said, change, endPause, pauses } = spoken();
  change(textOf(ben, "1"));
  assert.deepEqual(said, [textOf(ben, "1")]);
  change(textOf(ben, "2"));
  change({ ...nothing, ledger: true });
  change(textOf(carla, "3"));
  change({ ...nothing, contacts: true });
  change(textOf(ben, "4"));
  change(textOf(ben, "2"));
  assert.equal(said.length, 1);
  endPause();
  const texts = new Map([
    [ben, ["2", "4"]],
    [carla, ["3"]],
  ]);
  const numbers = new Set([ben, carla]);
  assert.deepEqual(said.slice(1), [{ texts, numbers, contacts: true, ledger: true }]);
  // What comes while it goes on is said after the next pause, and then it is quiet.
  change(textOf(ben, "5"));
  assert.equal(said.length, 2);
  endPause();
  assert.deepEqual(said.slice(2), [textOf(ben, "5")]);
  endPause();
  assert.equal(pauses.length, 0);
  assert.equal(said.length, 3);
  change(textOf(ben, "6"));
  assert.deepEqual(said.slice(3), [textOf(ben, "6")]);
});
