// When the owner of a private text that waits is offered another way for it. By itself, so that pages can ask without the rest.
import type { ShownText } from "./shown.ts";

const offersSmsAfterMs = 3 * 86_400_000;

/** Whether a private text has waited for so long, three days, that its owner should be offered to send it as SMS instead. */
export function offersSms(
  { outgoing, route, state, sentAt }: Pick<ShownText, "outgoing" | "route" | "state" | "sentAt">,
  now: Date,
): boolean {
  const waits = outgoing && route === "private" && (state === "queued" || state === "sent");
  return waits && now.getTime() - sentAt.getTime() >= offersSmsAfterMs;
}
