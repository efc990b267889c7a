// Whoever hears a thread hears each text that comes by itself, hears how many where they pour in, and nothing twice.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ThreadText } from "@assent/client";
import { parseNumber } from "@assent/protocol";
import { en } from "../language/en.ts";
import { heardUpTo, newsIn, sentenceOf } from "./thread-news.ts";

const ben = parseNumber("+33612345678");

function textOf(index: number, changes: Partial<ThreadText> = {}): ThreadText {
  const key = String(index).padStart(12, "0");
  return {
    key,
    id: key,
    number: ben,
    outgoing: false,
    text: `text ${index}`,
    sentAt: new Date(index),
    state: "received",
    route: "private",
    ...changes,
  } as ThreadText;
}

const opened = [textOf(10), textOf(11, { outgoing: true, state: "not-delivered" })];
const heard = heardUpTo(opened);

function said(texts: readonly ThreadText[], upTo = heard): string {
  return sentenceOf(newsIn(texts, upTo), "Ben", en);
}

test("what a thread holds when it is opened is no news, nor what is loaded before it", () => {
  assert.deepEqual(newsIn(opened, heard), []);
  const older = [textOf(8), textOf(9, { outgoing: true, state: "not-delivered" })];
  assert.deepEqual(newsIn([...older, ...opened], heard), []);
  // Also where it was let go of meanwhile.
  const now = heardUpTo([textOf(12)], heard);
  assert.deepEqual(newsIn([...opened, textOf(12)], now), []);
});

test("a text that comes is read, an own one is not", () => {
  assert.equal(said([...opened, textOf(12)]), "Ben: text 12");
  const own = textOf(12, { outgoing: true, state: "sent" });
  assert.deepEqual(newsIn([...opened, own], heard), []);
});

test("nothing is said twice", () => {
  const texts = [...opened, textOf(12)];
  const now = heardUpTo(texts, heard);
  assert.deepEqual(newsIn(texts, now), []);
  assert.equal(said([...texts, textOf(13)], now), "Ben: text 13");
});

test("an own text that fails is said once, however long ago it was sent", () => {
  const sent = [...opened, textOf(12, { outgoing: true, state: "sent" }), textOf(13)];
  const now = heardUpTo(sent, heard);
  const failed = sent.with(2, textOf(12, { outgoing: true, state: "not-delivered" }));
  assert.equal(said(failed, now), "Not delivered: text 12");
  assert.deepEqual(newsIn(failed, heardUpTo(failed, now)), []);
});

test("up to three are read, more are counted", () => {
  const three = [12, 13, 14].map((index) => textOf(index));
  assert.equal(said([...opened, ...three]), "Ben: text 12\nBen: text 13\nBen: text 14");
  const four = [...opened, ...three, textOf(15)];
  assert.equal(said(four), "New messages: 4 texts");
  const failed = textOf(16, { outgoing: true, state: "not-delivered" });
  assert.equal(said([...four, failed]), "Not delivered: text 16\nNew messages: 4 texts");
});

test("a thread that was empty has its first text read", () => {
  assert.equal(said([textOf(1)], heardUpTo([])), "Ben: text 1");
});

test("what has no words of its own is said in the app's, and what is long is cut", () => {
  assert.equal(
    said([...opened, textOf(12, { notUnderstood: true, text: "" })]),
    `Ben: ${en.notUnderstood}`,
  );
  const long = said([...opened, textOf(12, { text: "long ".repeat(200) })]);
  assert.equal(long.length, "Ben: ".length + 300);
});
