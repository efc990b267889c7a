// The owner's choice of a lock, as a page finds it when it starts.
import assert from "node:assert/strict";
import { test } from "node:test";
import { keptChoice } from "./lock.ts";

test("a choice that is kept is found; one that is damaged is none, and ends nothing", (context) => {
  let stored: string | null = null;
  const value = { getItem: () => stored };
  Object.defineProperty(globalThis, "localStorage", { configurable: true, value });
  context.after(() => Reflect.deleteProperty(globalThis, "localStorage"));
  const choice = { credential: "AAAA", afterMinutes: 5 };
  const keeps = [JSON.stringify(choice), null];
  const damaged = ["", "{", "null", "5", '"A"', "[]", '{"credential":"A"}', '{"afterMinutes":5}'];
  const found = [...keeps, ...damaged].map((kept) => {
    stored = kept;
    return keptChoice();
  });
  assert.deepEqual(found, [choice, ...Array(9).fill(undefined)]);
});
