// When the owner of a private text that waits is offered another way for it. By itself, so that pages can ask without the rest.
import type { ShownText } from "./shown.ts";

const offersSmsAfterMs = 3 * 86_400_000;

type Waiting = Pick<ShownText, "outgoing" | "route" | "state" | "sentAt" | "staysPrivate">;

/**
 * Whether a private text has waited for so long, three days, that its owner should be offered to send it as SMS instead. Nothing
 * is offered that cannot be: whoever had not answered may still get what was sent to them.
 */
export function offersSms(
  { outgoing, route, state, sentAt, staysPrivate }: Waiting,
  now: Date,
): boolean {
  const isPrivate = outgoing && route === "private" && !staysPrivate;
  const waits = isPrivate && (state === "queued" || state === "sent");
  return waits && now.getTime() - sentAt.getTime() >= offersSmsAfterMs;
}
