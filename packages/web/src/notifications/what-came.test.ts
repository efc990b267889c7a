// What is told and what stays quiet, from one state of the list to the next.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { PhoneNumber } from "@assent/protocol";
import { type Told, whatCame } from "./what-came.ts";

const read: Told = {
  id: "one",
  number: "+33612345678" as PhoneNumber,
  unread: 0,
  muted: false,
  blocked: false,
  request: false,
  newest: { key: "5", outgoing: true },
};
const unread: Told = { ...read, unread: 1, newest: { key: "6", outgoing: false } };

describe("what changed in the list", () => {
  const cases: readonly [string, Told | undefined, Told, boolean][] = [
    ["a text", read, unread, true],
    ["the first text of somebody", undefined, unread, true],
    ["a second one", unread, { ...unread, unread: 2 }, true],
    ["one that is older than an own text", read, { ...read, unread: 1 }, true],
    [
      "one after the last was read",
      unread,
      { ...unread, newest: { key: "7", outgoing: false } },
      true,
    ],
    ["an own text", unread, { ...unread, newest: { key: "7", outgoing: true } }, false],
    ["a tick", unread, { ...unread }, false],
    ["reading", unread, { ...unread, unread: 0 }, false],
    [
      "deleting the newest",
      { ...unread, unread: 2, newest: { key: "7", outgoing: false } },
      unread,
      false,
    ],
    ["a text in a muted conversation", read, { ...unread, muted: true }, false],
    ["a text of somebody blocked", read, { ...unread, blocked: true }, false],
    ["a conversation that was begun", undefined, read, false],
  ];
  for (const [name, before, now, isTold] of cases) {
    test(`${name} is ${isTold ? "told" : "quiet"}`, () => {
      assert.deepEqual(whatCame(before ? [before] : [], [now]).came, isTold ? [now] : []);
    });
  }

  test("what was read, muted or deleted waits no more, and what was read before neither", () => {
    const other = { ...unread, id: "other" };
    const settledBy = (...now: Told[]) => whatCame([unread, { ...read, id: "read" }], now).settled;
    assert.deepEqual(settledBy(unread, other), []);
    for (const now of [{ ...unread, unread: 0 }, { ...unread, muted: true }, other]) {
      assert.deepEqual(settledBy(now), [unread]);
    }
  });
});
