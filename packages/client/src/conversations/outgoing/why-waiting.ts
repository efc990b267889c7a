// Why texts to one person wait although there is a line: noted with each of them, so that whoever wrote it sees that more than
// time is wanting.
import type { AssentError, ErrorCode } from "@assent/protocol";
import { put, type Records, TextState } from "../../store/records.ts";
import { personKey } from "../people/person.ts";

/** Of what looking somebody up may be answered, what stops their texts alone; anything else for later stops them all. */
export const stopsOnePerson: ReadonlySet<ErrorCode> = new Set([
  "mailbox_full",
  "mailbox_unknown",
  "lookups_used_up",
  "rate_limited",
]);

// The others pass by themselves, and their words ask a person to do what this device does.
const isTold: ReadonlySet<ErrorCode> = new Set(["mailbox_full", "lookups_used_up"]);

/** @param stopped whose texts a run of sending left where they are: account ids of envelopes, numbers of texts. */
export async function noteWhyWaiting(
  records: Records,
  stopped: ReadonlyMap<string, AssentError>,
): Promise<void> {
  if (stopped.size === 0) return;
  await records.step(async (step) => {
    const sealed = (await step.list("outgoing")).map(({ record }) => record.text);
    const queued = (await step.pointers("queue")).map(({ text }) => text);
    for (const key of new Set([...sealed, ...queued])) {
      const text = key ? await step.get("messages", key) : undefined;
      if (text?.state !== TextState.QUEUED) continue;
      const why = stopped.get(personKey(text.recipientAccountId)) ?? stopped.get(text.number);
      const error = why && isTold.has(why.code) ? why.code : "";
      if (error !== text.error) step.add([put("messages", key, { ...text, error })]);
    }
  });
}
