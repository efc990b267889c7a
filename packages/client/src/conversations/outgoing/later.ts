// A person's mailbox that is missing and did not leave, or is spoken of in words this version does not know: that may pass,
// and after a day of it the conversation begins anew. That looks the number up, and so finds out who has it by now.
import { AssentError, equalBytes, hex } from "@assent/protocol";
import { isOver } from "../../clock/elapsed.ts";
import { type Person, put, type Step } from "../../store/records.ts";
import { givenUp } from "../history/owed-receipts.ts";
import { breakGroup } from "../people/groups.ts";
import { withoutAddress } from "../people/peer-devices.ts";
import { personKey } from "../people/person.ts";

const day = 86_400_000;

/** Whether an answer is that a mailbox is missing, or none that is known, which is `internal` to this device. */
export function isMissing(answer: unknown): answer is AssentError {
  return (
    answer instanceof AssentError &&
    (answer.code === "mailbox_unknown" || answer.code === "internal")
  );
}

/** Notes that a person's mailbox is missing, from the first time on. Whether it has been for a day. */
export async function noteMissing(
  step: Step,
  accountId: Uint8Array,
  nowMs: number,
): Promise<boolean> {
  const person = await step.get("people", personKey(accountId));
  if (!person) return false;
  if (person.missingSinceMs > 0n) return isOver(person.missingSinceMs, day, nowMs);
  await setMissingSince(step, accountId, nowMs);
  return false;
}

/** From when a person's mailbox is missing; 0: it is there. */
export async function setMissingSince(
  step: Step,
  accountId: Uint8Array,
  sinceMs: number,
): Promise<void> {
  const key = personKey(accountId);
  const person = await step.get("people", key);
  if (!person || person.missingSinceMs === BigInt(sinceMs)) return;
  step.add([put("people", key, { ...person, missingSinceMs: BigInt(sinceMs) })]);
}

/** Whether nobody is to be asked about this person yet: they were less than a day ago, and their mailbox was missing. */
export function isAwaitingMailbox(person: Person | undefined, nowMs: number): boolean {
  if (!person || person.missingSinceMs === 0n) return false;
  return !isOver(person.missingSinceMs, day, nowMs);
}

/**
 * Forgets a person's addresses; what was not answered is queued again, in its order. Their groups are read on: they are told
 * that these are lost with the next one, and the oldest are forgotten as more are begun.
 * @param isOut whether an envelope may have gone out, and was not answered.
 */
export async function startAnew(
  step: Step,
  accountId: Uint8Array,
  isOut: (envelopeKey: string) => boolean,
): Promise<void> {
  const key = personKey(accountId);
  const person = await step.get("people", key);
  if (person) {
    step.add([
      put("people", key, {
        ...person,
        devices: person.devices.map(withoutAddress),
        missingSinceMs: 0n,
      }),
    ]);
    for (const groupId of person.groups) {
      const group = await step.get("groups", hex(groupId));
      if (group) await breakGroup(step, hex(groupId), group);
    }
  }
  for (const { key: envelopeKey, record } of await step.list("outgoing")) {
    if (!equalBytes(record.accountId, accountId)) continue;
    step.add(await givenUp(step, envelopeKey, record, isOut(envelopeKey)));
  }
}
