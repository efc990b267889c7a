// What format 6 has otherwise than format 5: texts that were not delivered are found without looking at all others.
import { point, type Step, TextState } from "./records.ts";

export async function fromFormat5(step: Step): Promise<void> {
  for (const { key, record } of await step.list("messages"))
    if (record.state === TextState.NOT_DELIVERED) step.add([point("undelivered", key, key)]);
}
