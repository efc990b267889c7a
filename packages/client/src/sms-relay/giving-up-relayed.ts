// What is given up of texts that the service is to send as SMS: nothing is sent later that its owner does not expect any more,
// and of what it was asked to send no more is said than is known.
import { changedText, notDelivered } from "../conversations/history/messages.ts";
import { put, RelayedState, remove, type Step, TextState } from "../store/records.ts";
import type { Change } from "../store/store.ts";

/** All of it: the service is asked nothing more. */
export async function relayedGivenUp(step: Step): Promise<Change[]> {
  const changes: Change[] = [];
  for (const { key, record } of await step.list("relayed")) {
    changes.push(remove("relayed", key));
    const text = await step.get("messages", key);
    // What it has is on its way; what came by another way came.
    if (text?.route !== "sms" || text.state !== TextState.QUEUED) continue;
    const wasAsked = record.state !== RelayedState.WAITING;
    changes.push(
      ...(await (wasAsked
        ? changedText(step, key, text, TextState.NOT_KNOWN)
        : notDelivered(step, key, text, "consent_required"))),
    );
  }
  return changes;
}

/**
 * Where this device was set back: what it was about to have sent, it may have had sent since. What the service named is asked
 * about, and nothing is asked for once more.
 */
export async function relayedOfSetBack(step: Step): Promise<Change[]> {
  const changes: Change[] = [];
  for (const { key, record } of await step.list("relayed")) {
    if (record.state !== RelayedState.WAITING) {
      const awaited = { ...record, state: RelayedState.AWAITED, askAtMs: 0n };
      changes.push(put("relayed", key, awaited));
      continue;
    }
    changes.push(remove("relayed", key));
    const text = await step.get("messages", key);
    if (text?.route === "sms")
      changes.push(...(await changedText(step, key, text, TextState.NOT_KNOWN)));
  }
  return changes;
}
