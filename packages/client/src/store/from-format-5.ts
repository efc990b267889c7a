// What format 6 has otherwise than format 5: texts that were not delivered are found without looking at all others, and what is
// said of messages that did not come yet is kept whole beside them.
import { point, remove, type Step, TextState } from "./records.ts";

export async function fromFormat5(step: Step): Promise<void> {
  for (const { key, record } of await step.list("messages"))
    if (record.state === TextState.NOT_DELIVERED) step.add([point("undelivered", key, key)]);
  // Names of contents that are read again from where they are kept.
  step.add((await step.keys("waiting")).map((key) => remove("waiting", key)));
}
