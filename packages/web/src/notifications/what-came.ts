// Which conversations have something that their owner is to be told of: what changed in the list says it.
import type { ConversationSummary } from "@assent/client";

/** What decides, of a conversation. */
export type Told = Pick<
  ConversationSummary,
  "id" | "number" | "unread" | "muted" | "blocked" | "request"
> & { readonly newest?: Pick<NonNullable<ConversationSummary["newest"]>, "key" | "outgoing"> };

export interface Changes<Conversation extends Told> {
  /** A text came, and nothing keeps it quiet. */
  readonly came: readonly Conversation[];
  /** Nothing of these waits any more: they were read, muted, or are gone. */
  readonly settled: readonly Told[];
}

export function whatCame<Conversation extends Told>(
  before: readonly Conversation[],
  now: readonly Conversation[],
): Changes<Conversation> {
  const earlier = new Map(before.map((one) => [one.id, one]));
  const later = new Map(now.map((one) => [one.id, one]));
  return {
    came: now.filter((one) => one !== earlier.get(one.id) && hasNews(one, earlier.get(one.id))),
    settled: before.filter(({ id, unread }) => unread > 0 && isSettled(later.get(id))),
  };
}

/** Ticks, receipts and own texts change a conversation too: none of them is news. */
function hasNews({ unread, newest, muted, blocked }: Told, before: Told | undefined): boolean {
  if (muted || blocked || unread === 0) return false;
  if (unread > (before?.unread ?? 0)) return true;
  // Read and texted again between two looks, or counted no further.
  const isLater = (newest?.key ?? "") > (before?.newest?.key ?? "");
  return isLater && newest?.outgoing === false;
}

function isSettled(now: Told | undefined): boolean {
  return !now || now.unread === 0 || now.muted || now.blocked;
}
