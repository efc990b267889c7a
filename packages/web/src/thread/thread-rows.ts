// What stands in a thread, row by row: texts, and between them days, what was new, and what became of the
// conversation.
import type { ThreadText } from "@assent/client";
import type { ThreadNotice } from "../phone/phone-state.ts";

export type ThreadRow = { readonly key: string } & (
  | { readonly kind: "day"; readonly at: Date }
  | { readonly kind: "unread" }
  | { readonly kind: "notice"; readonly notice: ThreadNotice }
  | {
      readonly kind: "text";
      readonly text: ThreadText;
      /** The next row is not of the same side, minute and state. */
      readonly isLastOfRun: boolean;
      /** No text of the thread is after it. */
      readonly isNewest: boolean;
    }
);

/**
 * @param texts oldest first.
 * @param firstUnread key of the text above which the unread line stands.
 */
export function rowsOf(
  texts: readonly ThreadText[],
  notices: readonly ThreadNotice[],
  firstUnread: string | undefined,
): ThreadRow[] {
  const rows: ThreadRow[] = [];
  const waiting = [...notices];
  let lastDay = "";
  for (const [index, text] of texts.entries()) {
    for (let [notice] = waiting; notice && notice.at < text.sentAt; [notice] = waiting) {
      rows.push(noticeRow(notice));
      waiting.shift();
    }
    const day = text.sentAt.toDateString();
    if (day !== lastDay) rows.push({ kind: "day", key: `day ${text.key}`, at: text.sentAt });
    lastDay = day;
    if (text.key === firstUnread) rows.push({ kind: "unread", key: "unread" });
    const next = texts[index + 1];
    const isLastOfRun = !next || next.key === firstUnread || !isSameRun(text, next);
    rows.push({ kind: "text", key: text.key, text, isLastOfRun, isNewest: !next });
  }
  return [...rows, ...waiting.map(noticeRow)];
}

function noticeRow(notice: ThreadNotice): ThreadRow {
  const { kind, at } = notice;
  return { kind: "notice", key: `notice ${kind} ${at.getTime()}`, notice };
}

function isSameRun(one: ThreadText, next: ThreadText): boolean {
  return (
    one.outgoing === next.outgoing &&
    one.route === next.route &&
    one.state === next.state &&
    one.state !== "not-delivered" &&
    Math.floor(one.sentAt.getTime() / 60_000) === Math.floor(next.sentAt.getTime() / 60_000)
  );
}
