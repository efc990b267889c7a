// The texts of a thread in memory: what becomes of them as texts come, change and go, and that they are no more than so many.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ThreadPage, ThreadText } from "@assent/client";
import type { PhoneNumber } from "@assent/protocol";
import { merged, withOlder, withoutOldest } from "./loaded-texts.ts";

const text = (index: number, words = "words"): ThreadText => ({
  key: String(index).padStart(12, "0"),
  id: String(index),
  number: "+447700900001" as PhoneNumber,
  outgoing: false,
  text: words,
  sentAt: new Date(index),
  route: "private",
  state: "received",
});
const texts = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => text(from + index));
const whole: ThreadPage = { texts: texts(1, 3), more: false };
const keys = (page: ThreadPage) => page.texts.map(({ key }) => Number(key));

test("what was read again stands in its place, and what is not there any more is gone", () => {
  const read = [text(2, "edited"), text(4)];
  const now = merged(whole, [text(1).key, ...read.map(({ key }) => key)], read);
  assert.deepEqual(keys(now), [2, 3, 4]);
  assert.equal(now.texts[0]?.text, "edited");
});

test("what changed further up than memory goes waits until somebody is there", () => {
  const part = { texts: texts(5, 6), more: true };
  assert.deepEqual(keys(merged(part, [text(2).key], [text(2)])), [5, 6]);
  assert.deepEqual(keys(merged({ ...part, more: false }, [text(2).key], [text(2)])), [2, 5, 6]);
});

test("of very many the newest stay, and the others are there for whoever scrolls to them", () => {
  const many: ThreadPage = { texts: texts(1, 400), more: false };
  assert.equal(withoutOldest(many), many);
  const oneMore = merged(many, [text(401).key], [text(401)]);
  assert.deepEqual(withoutOldest(oneMore), { texts: texts(202, 401), more: true });
});

test("older texts stand before the oldest, and leave no gap where that was let go of while they were read", () => {
  const part: ThreadPage = { texts: texts(3, 403), more: true };
  const older: ThreadPage = { texts: texts(1, 2), more: false };
  assert.deepEqual(withOlder(part, text(3).key, older), { texts: texts(1, 403), more: false });
  const less = withoutOldest(part);
  assert.equal(withOlder(less, text(3).key, older), less);
});
