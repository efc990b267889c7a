// What stands in a thread, row by row: who it is with, texts, and between them days, what was new, where the route changes, and
// what became of the conversation.
import type { ThreadText } from "@assent/client";
import type { ThreadNotice } from "../phone/phone-state.ts";

export type ThreadRow = { readonly key: string } & (
  | { readonly kind: "day"; readonly at: Date }
  /** Who it is with: before all of a thread that is here from its beginning. */
  | { readonly kind: "card" }
  | { readonly kind: "unread" }
  | { readonly kind: "notice"; readonly notice: ThreadNotice }
  /** From here on texts go another way than before; or by SMS from the first. */
  | { readonly kind: "route"; readonly route: ThreadText["route"]; readonly isFirst: boolean }
  | {
      readonly kind: "text";
      readonly text: ThreadText;
      /** The row before is of the same group. */
      readonly isFirstOfGroup: boolean;
      /** The next row is not of the same side, route and state, or comes minutes later. */
      readonly isLastOfGroup: boolean;
      /** No text of the thread is after it. */
      readonly isNewest: boolean;
      /** No own text of the thread is after it. */
      readonly isNewestOwn: boolean;
    }
);

export interface RowsParts {
  /** Oldest first. */
  readonly texts: readonly ThreadText[];
  /** There are older ones that are not among them. */
  readonly hasOlder: boolean;
  readonly notices: readonly ThreadNotice[];
  /** Key of the text above which the unread line stands. */
  readonly firstUnread: string | undefined;
}

// What is written within this time is said in one breath.
const groupMs = 180_000;

export function rowsOf({ texts, hasOlder, notices, firstUnread }: RowsParts): ThreadRow[] {
  const rows: ThreadRow[] = hasOlder ? [] : [{ kind: "card", key: "card" }];
  const waiting = [...notices];
  const days = texts.map(({ sentAt }) => sentAt.toDateString());
  const newestOwn = texts.findLast(({ outgoing }) => outgoing)?.key;
  for (const [index, text] of texts.entries()) {
    const before = texts[index - 1];
    const next = texts[index + 1];
    const rowsBefore = rows.length;
    for (let [notice] = waiting; notice && notice.at < text.sentAt; [notice] = waiting) {
      rows.push(noticeRow(notice));
      waiting.shift();
    }
    const day = days[index];
    if (day !== days[index - 1])
      rows.push({ kind: "day", key: `day ${text.key}`, at: text.sentAt });
    if (text.key === firstUnread) rows.push({ kind: "unread", key: "unread" });
    const isFirst = !before && !hasOlder;
    if (before ? before.route !== text.route : isFirst && text.route === "sms") {
      rows.push({ kind: "route", key: `route ${text.key}`, route: text.route, isFirst });
    }
    const isApart = rows.length > rowsBefore || !before || !isSameGroup(before, text);
    rows.push({
      kind: "text",
      key: text.key,
      text,
      isFirstOfGroup: isApart,
      isLastOfGroup:
        !next || next.key === firstUnread || days[index + 1] !== day || !isSameGroup(text, next),
      isNewest: !next,
      isNewestOwn: text.key === newestOwn,
    });
  }
  return [...rows, ...waiting.map(noticeRow)];
}

/** Whether one looks as the other does: what came in does not change by itself, as a day does, or a text that waits. */
export function isDrawnAlike(one: ThreadRow, other: ThreadRow): boolean {
  if (one.kind !== "text" || other.kind !== "text" || other.text.outgoing) return false;
  return (Object.keys(one) as (keyof typeof one)[]).every((field) => one[field] === other[field]);
}

function noticeRow(notice: ThreadNotice): ThreadRow {
  const { kind, at } = notice;
  return { kind: "notice", key: `notice ${kind} ${at.getTime()}`, notice };
}

/** Of one day. */
function isSameGroup(one: ThreadText, next: ThreadText): boolean {
  return (
    one.outgoing === next.outgoing &&
    one.route === next.route &&
    one.state === next.state &&
    one.state !== "not-delivered" &&
    next.sentAt.getTime() - one.sentAt.getTime() < groupMs
  );
}
