// Rows of a thread: days between texts, the unread line where it began, notices in their time, and runs of texts that
// share one line about their state.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ThreadText } from "@assent/client";
import type { PhoneNumber } from "@assent/protocol";
import { rowsOf } from "./thread-rows.ts";

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

const shown = (rows: ReturnType<typeof rowsOf>) =>
  rows.map((row) => (row.kind === "text" ? row.text.key : row.kind));

test("a day stands above its first text, and only there", () => {
  const texts = [
    text("1", "2026-05-03T10:00"),
    text("2", "2026-05-03T23:59"),
    text("3", "2026-05-04T00:01"),
  ];
  assert.deepEqual(shown(rowsOf(texts, [], undefined)), ["day", "1", "2", "day", "3"]);
});

test("the unread line stands above the first unread text, below its day", () => {
  const texts = [text("1", "2026-05-03T10:00"), text("2", "2026-05-04T10:00")];
  assert.deepEqual(shown(rowsOf(texts, [], "2")), ["day", "1", "day", "unread", "2"]);
});

test("a notice stands where it came", () => {
  const texts = [text("1", "2026-05-03T10:00"), text("2", "2026-05-03T12:00")];
  const notice = { kind: "restarted" as const, number, count: 0, at: new Date("2026-05-03T11:00") };
  assert.deepEqual(shown(rowsOf(texts, [notice], undefined)), ["day", "1", "notice", "2"]);
  const late = { ...notice, at: new Date("2026-05-03T13:00") };
  assert.deepEqual(shown(rowsOf(texts, [late], undefined)), ["day", "1", "2", "notice"]);
});

test("texts of one side, minute, route and state are a run; one that failed stands alone", () => {
  const own = { outgoing: true, state: "sent" } as const;
  const texts = [
    text("1", "2026-05-03T10:00:01", own),
    text("2", "2026-05-03T10:00:59", own),
    text("3", "2026-05-03T10:01:00", own),
    text("4", "2026-05-03T10:01:01", { ...own, state: "not-delivered" }),
    text("5", "2026-05-03T10:01:02", { ...own, route: "sms" }),
    text("6", "2026-05-03T10:01:03"),
  ];
  const last = rowsOf(texts, [], undefined).flatMap((row) =>
    row.kind === "text" && row.isLastOfRun ? [row.text.key] : [],
  );
  assert.deepEqual(last, ["2", "3", "4", "5", "6"]);
});
