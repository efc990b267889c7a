// Rows of a thread: who it is with at its beginning, days between texts, the unread line where it began, notices in their time,
// groups of texts that share one time, and a line where the route changes.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ThreadText } from "@assent/client";
import type { PhoneNumber } from "@assent/protocol";
import { isDrawnAlike, rowsOf as threadRows } from "./thread-rows.ts";

const number = "+447700900001" as PhoneNumber;

function text(key: string, at: string, more: Partial<ThreadText> = {}): ThreadText {
  const sentAt = new Date(at);
  return {
    key,
    id: key,
    number,
    outgoing: false,
    text: key,
    sentAt,
    route: "private",
    state: "received",
    ...more,
  };
}

const rowsOf = (
  texts: readonly ThreadText[],
  notices: Parameters<typeof threadRows>[0]["notices"] = [],
  firstUnread?: string,
  hasOlder = false,
) => threadRows({ texts, notices, firstUnread, hasOlder });

const shown = (rows: ReturnType<typeof rowsOf>) =>
  rows
    .filter(({ kind }) => kind !== "card")
    .map((row) => (row.kind === "text" ? row.text.key : row.kind));

test("who it is with stands before all of a thread, and not where there are older texts", () => {
  const texts = [text("1", "2026-05-03T10:00")];
  const kinds = (hasOlder: boolean) =>
    rowsOf(texts, [], undefined, hasOlder).map(({ kind }) => kind);
  assert.deepEqual(
    [kinds(false), kinds(true)],
    [
      ["card", "day", "text"],
      ["day", "text"],
    ],
  );
});

test("a day stands above its first text, and only there", () => {
  const texts = [
    text("1", "2026-05-03T10:00"),
    text("2", "2026-05-03T23:59"),
    text("3", "2026-05-04T00:01"),
  ];
  assert.deepEqual(shown(rowsOf(texts)), ["day", "1", "2", "day", "3"]);
});

test("the unread line stands above the first unread text, below its day", () => {
  const texts = [text("1", "2026-05-03T10:00"), text("2", "2026-05-04T10:00")];
  assert.deepEqual(shown(rowsOf(texts, [], "2")), ["day", "1", "day", "unread", "2"]);
});

test("a notice stands where it came", () => {
  const texts = [text("1", "2026-05-03T10:00"), text("2", "2026-05-03T12:00")];
  const notice = { kind: "restarted" as const, number, count: 0, at: new Date("2026-05-03T11:00") };
  assert.deepEqual(shown(rowsOf(texts, [notice])), ["day", "1", "notice", "2"]);
  const late = { ...notice, at: new Date("2026-05-03T13:00") };
  assert.deepEqual(shown(rowsOf(texts, [late])), ["day", "1", "2", "notice"]);
});

test("texts of one side, route and state within three minutes are a group; one that failed stands alone", () => {
  const own = { outgoing: true, state: "sent" } as const;
  const texts = [
    text("1", "2026-05-03T10:00:01", own),
    text("2", "2026-05-03T10:02:59", own),
    text("3", "2026-05-03T10:05:59", own),
    text("4", "2026-05-03T10:06:01", { ...own, state: "not-delivered" }),
    text("5", "2026-05-03T10:06:02", { ...own, route: "sms" }),
    text("6", "2026-05-03T10:06:03", { route: "sms" }),
    text("7", "2026-05-03T10:06:04", { route: "sms" }),
  ];
  const rows = rowsOf(texts).filter((row) => row.kind === "text");
  const keysOf = (of: (row: (typeof rows)[number]) => boolean) =>
    rows.filter(of).map(({ key }) => key);
  assert.deepEqual(
    keysOf(({ isFirstOfGroup }) => isFirstOfGroup),
    ["1", "3", "4", "5", "6"],
  );
  assert.deepEqual(
    keysOf(({ isLastOfGroup }) => isLastOfGroup),
    ["2", "3", "4", "5", "7"],
  );
  assert.deepEqual(
    keysOf(({ isNewestOwn }) => isNewestOwn),
    ["5"],
  );
});

test("a line stands where the route changes, and above a thread that begins by SMS", () => {
  const texts = [
    text("1", "2026-05-03T10:00", { route: "sms" }),
    text("2", "2026-05-03T10:01"),
    text("3", "2026-05-03T10:02"),
    text("4", "2026-05-03T10:03", { route: "sms" }),
  ];
  assert.deepEqual(shown(rowsOf(texts)), ["day", "route", "1", "route", "2", "3", "route", "4"]);
  // Nobody knows what was before the oldest that is loaded.
  assert.deepEqual(shown(rowsOf(texts, [], undefined, true)), shown(rowsOf(texts)).toSpliced(1, 1));
  assert.deepEqual(shown(rowsOf(texts.slice(1, 3))), ["day", "2", "3"]);
});

test("a text that came is drawn again where it, or its place in its group, is another, and no day is drawn once for all", () => {
  const [first, second, own] = [
    text("1", "2026-05-03T10:00"),
    text("2", "2026-05-03T10:01"),
    text("3", "2026-05-03T10:02", { outgoing: true, state: "queued" }),
  ];
  const isAlike = (before: readonly ThreadText[], now: readonly ThreadText[], key: string) => {
    const [one, other] = [before, now].map((texts) => rowsOf(texts).find((row) => row.key === key));
    assert.ok(one && other);
    return isDrawnAlike(one, other);
  };
  const third = text("4", "2026-05-03T10:03");
  assert.equal(isAlike([first, second], [first, second, third], "1"), true);
  assert.equal(isAlike([first, second], [first, second, third], "2"), false);
  assert.equal(isAlike([first, second], [{ ...first, text: "edited" }, second], "1"), false);
  assert.equal(isAlike([first, own], [first, own], "3"), false);
  assert.equal(isAlike([first], [first], "day 1"), false);
});
