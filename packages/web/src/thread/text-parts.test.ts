// What can be tapped in a text, where it ends, and where it leads; and which texts are shown big.
import assert from "node:assert/strict";
import { test } from "node:test";
import { isBigEmoji, partsOf } from "./text-parts.ts";

const tappable = (text: string) =>
  partsOf(text).flatMap((part) =>
    part.kind === "words" ? [] : [[part.kind, part.text, part.href]],
  );

test("links, mail addresses and numbers, without what ends the sentence", () => {
  for (const [text, ...found] of [
    [
      "see https://example.org/a?b=1#c.",
      ["link", "https://example.org/a?b=1#c", "https://example.org/a?b=1#c"],
    ],
    ["(www.example.org)!", ["link", "www.example.org", "https://www.example.org"]],
    [
      "https://en.example.org/Bubble_(x)",
      ["link", "https://en.example.org/Bubble_(x)", "https://en.example.org/Bubble_(x)"],
    ],
    ["write ada@example.org, please", ["mail", "ada@example.org", "mailto:ada@example.org"]],
    ["call +44 7700 900412.", ["number", "+44 7700 900412", "#/new?to=%2B447700900412"]],
    ["https://a.example/\u202egpj.exe", ["link", "https://a.example/", "https://a.example/"]],
    ["https://a.example/\u200fb", ["link", "https://a.example/", "https://a.example/"]],
    [
      "https://a.example and +14155550123",
      ["link", "https://a.example", "https://a.example"],
      ["number", "+14155550123", "#/new?to=%2B14155550123"],
    ],
  ] as const) {
    assert.deepEqual(tappable(text), found, text);
  }
});

test("what only looks like one is words", () => {
  for (const text of [
    "javascript:alert(1)",
    "data:text/html,<script>",
    "https://",
    "http://nowhere",
    "3+4=7",
    "on 2026-05-03 at 14:05",
    "+1",
    "@ada",
    "www.",
    "https://\u202emoc.knab//@live.example",
    "",
  ]) {
    assert.deepEqual(tappable(text), [], text);
  }
});

test("the parts are the text, whatever it is", () => {
  for (const text of [
    "a https://x.example b",
    "www.example.org",
    "no",
    "\u202ereversed +447700900412",
  ]) {
    assert.equal(
      partsOf(text)
        .map((part) => part.text)
        .join(""),
      text,
    );
  }
  for (const hostile of [
    "+1 ".repeat(30_000),
    "a.".repeat(40_000),
    "www.".repeat(20_000),
    "(".repeat(90_000),
  ]) {
    assert.equal(
      partsOf(hostile)
        .map((part) => part.text)
        .join(""),
      hostile,
    );
  }
});

test("mail with a name that is too long is no mail, nor is the end of it", () => {
  const [longest, longer] = ["a".repeat(64), "a".repeat(65)];
  assert.deepEqual(
    partsOf(`${longest}@x.example`).map(({ kind }) => kind),
    ["mail"],
  );
  assert.deepEqual(
    partsOf(`${longer}@x.example`).map(({ kind }) => kind),
    ["words"],
  );
});

test("one to three emoji are big, in all their forms", () => {
  for (const text of ["🎉", "❤️", "👍🏽👍🏽", "👩‍👩‍👧", "🇩🇪 ", "1️⃣", "🎉🎉🎉"]) {
    assert.equal(isBigEmoji(text), true, text);
  }
  for (const text of ["", "🎉🎉🎉🎉", "ok 👍", "1", "❤", "©", "a"]) {
    assert.equal(isBigEmoji(text), false, text);
  }
});
