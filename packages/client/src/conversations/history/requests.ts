// What came from somebody whose number nobody confirmed, where it comes to nothing.
import { remove, type Step } from "../../store/records.ts";
import type { Change } from "../../store/store.ts";
import { personKey } from "../people/person.ts";
import { forgetExpiry } from "./expiry.ts";
import { requestThread } from "./messages.ts";
import { unseenOf } from "./unseen.ts";

/** Of a request, all that it says and all that waits for it; who it is from, and their groups, stay. */
export async function droppedRequest(step: Step, accountKey: string): Promise<Change[]> {
  const changes: Change[] = [];
  const prefix = `${requestThread(accountKey)}/`;
  for (const pointer of await step.pointers("threads", { prefix })) {
    const text = await step.get("messages", pointer.text);
    changes.push(remove("threads", pointer.key), remove("messages", pointer.text));
    for (const said of await step.list("annotations", { prefix: `${pointer.text}/` }))
      changes.push(remove("annotations", said.key));
    // Should it come again, confirmed, it is not a repetition.
    if (!text) continue;
    changes.push(remove("messageIds", text.id), remove("kept", `m${text.id}`));
    changes.push(...forgetExpiry(pointer.text, text));
  }
  for (const waiting of await step.list("waiting"))
    if (personKey(waiting.record.accountId) === accountKey)
      changes.push(remove("waiting", waiting.key));
  for (const unseen of await unseenOf(step, (accountId) => personKey(accountId) === accountKey))
    changes.push(remove("kept", unseen.key));
  for (const pointer of await step.pointers("receipts", { prefix: `${accountKey}/` }))
    changes.push(remove("receipts", pointer.key));
  return changes;
}
