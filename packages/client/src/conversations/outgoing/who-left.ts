// Who left, as the service or the looking up of a number says it: what becomes of the texts to them.
import {
  AssentError,
  accountIdOf,
  type ErrorCode,
  equalBytes,
  type PhoneNumber,
} from "@assent/protocol";
import type { Self } from "../../account/self.ts";
import { type Person, put, remove } from "../../store/records.ts";
import {
  awaitedDeliveries,
  leftDelivery,
  nameOfDelivery,
  settleText,
  untakenDelivery,
} from "../history/deliveries.ts";
import { removedGroup } from "../people/groups.ts";
import { withoutAddress } from "../people/peer-devices.ts";
import { personKey } from "../people/person.ts";
import type { ConversingParts } from "./sealing.ts";

/**
 * The owner of this account left: whatever is not delivered to it will not be. Its number is looked up
 * again, so that the next text goes to a new account, or by SMS.
 */
export async function personLeft(
  parts: ConversingParts,
  self: Self,
  accountId: Uint8Array,
): Promise<void> {
  const { records } = parts;
  const key = personKey(accountId);
  const known = await records.get("people", key);
  const error = known ? await whyLeft(parts, self, known) : "gone";
  await records.step(async (step) => {
    // As the look-up left them: it may have found that the number is another's now.
    const person = await step.get("people", key);
    const texts = new Set<string>();
    for (const { key: envelopeKey, record } of await step.list("outgoing")) {
      if (!equalBytes(record.accountId, accountId)) continue;
      step.add([remove("outgoing", envelopeKey), ...untakenDelivery(record)]);
      texts.add(record.text);
    }
    for (const delivery of await awaitedDeliveries(step, key)) {
      step.add(leftDelivery(delivery));
      texts.add(nameOfDelivery(delivery.key).text);
    }
    for (const text of texts) await settleText(step, text, error);
    if (!person) return;
    step.add([
      ...person.groups.flatMap(removedGroup),
      put("people", key, {
        ...person,
        groups: [],
        devices: person.devices.map(withoutAddress),
        askAtMs: 0n,
        missingSinceMs: 0n,
      }),
    ]);
  });
}

/** Whether the number has a new account, with a new key, or none. */
async function whyLeft(
  { discovery }: ConversingParts,
  self: Self,
  person: Person,
): Promise<ErrorCode> {
  try {
    const found = await discovery.find(self, person.number as PhoneNumber);
    const isAnother =
      found.route === "private" && !equalBytes(found.accountId, accountIdOf(person.rootKey));
    return isAnother ? "key_changed" : "gone";
  } catch (error) {
    if (error instanceof AssentError) return "gone";
    throw error;
  }
}
