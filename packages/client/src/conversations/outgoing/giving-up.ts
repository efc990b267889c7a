// What conversations give up: where a profile was set back, keys and addresses that were used after the copy it was
// restored from; with an account, all that only an account needs. Texts, and what is known of people, stay.
import type { GivingUp } from "../../account/giving-up.ts";
import { relayedGivenUp, relayedOfSetBack } from "../../sms-relay/giving-up-relayed.ts";
import { DeliveryState, put, remove, type Step, TextState } from "../../store/records.ts";
import type { Change, TableName } from "../../store/store.ts";
import {
  awaitedDeliveries,
  endedDelivery,
  nameOfDelivery,
  queuedAgain,
  repeatedDelivery,
  undelivered,
} from "../history/deliveries.ts";
import { changedText } from "../history/messages.ts";
import { givenUp, withheldReadReceipts } from "../history/owed-receipts.ts";
import { breakGroup } from "../people/groups.ts";
import { withoutAddress } from "../people/peer-devices.ts";
import { isConfirmed } from "../people/person.ts";

// What only an account needs. Texts, contacts and the ledger are the owner's and stay.
const accountTables: readonly TableName[] = [
  "groups",
  "groupParts",
  "given",
  "spare",
  "outgoing",
  "awaited",
  "deliveries",
  "receipts",
  // Envelopes to keys that are gone.
  "seen",
];

export const givingUp: GivingUp = {
  setBack: changesOfSetBack,
  beginningAnew: changesOfBeginningAnew,
  anotherDevice: changesOfAnotherDevice,
  readReceipts: withheldReadReceipts,
  smsRelay: relayedGivenUp,
  account: changesOfEndedAccount,
};

async function changesOfSetBack(step: Step): Promise<Change[]> {
  for (const { key, record } of await step.list("groups")) await breakGroup(step, key, record);
  return [
    ...(await removed(step, ["spare"])),
    ...(await textsOfSetBack(step)),
    ...(await relayedOfSetBack(step)),
  ];
}

async function changesOfBeginningAnew(step: Step): Promise<Change[]> {
  return changesOfNewGroups(step, true);
}

async function changesOfAnotherDevice(step: Step): Promise<Change[]> {
  return changesOfNewGroups(step, false);
}

/** @param isSetBack whether a text may have gone another way meanwhile: then it is asked about, as it is, before it goes out anew. */
async function changesOfNewGroups(step: Step, isSetBack: boolean): Promise<Change[]> {
  const changes = await removed(step, ["spare", "given", "groups", "groupParts"]);
  for (const { key, record } of await step.list("outgoing"))
    if (!isSetBack || record.text === "") changes.push(...(await givenUp(step, key, record)));
  for (const delivery of await awaitedDeliveries(step))
    if (!delivery.record.setBack) changes.push(...queuedAgain(delivery));
  for (const { key, record } of await step.list("people")) {
    if (record.groups.length === 0) continue;
    const known = {
      ...record,
      beginsAnew: isConfirmed(record),
      restartedAtMs: 0n,
      addressesGivenAtMs: 0n,
    };
    changes.push(put("people", key, known));
  }
  return changes;
}

/**
 * Between the copy and now a text that was on its way may have been taken back and gone by SMS: one that the service has, or will
 * say of that it was taken back, is asked about before it goes out again; of any other, nothing is known. Nor is it of one that
 * was not delivered then: its owner may have sent it once more, or another way.
 */
async function textsOfSetBack(step: Step): Promise<Change[]> {
  const changes: Change[] = [];
  const unknown = new Set((await step.pointers("queue")).map(({ text }) => text));
  for (const { text: key } of await step.pointers("undelivered")) {
    const text = await step.get("messages", key);
    if (text?.state === TextState.NOT_DELIVERED) unknown.add(key);
  }
  for (const { record } of await step.list("outgoing")) {
    if (record.text) changes.push(...(await repeatedDelivery(step, record)));
  }
  for (const delivery of await awaitedDeliveries(step)) {
    const { text, account } = nameOfDelivery(delivery.key);
    if (delivery.record.ticket.length === 0) {
      changes.push(...endedDelivery(delivery, DeliveryState.LOST));
      unknown.add(text);
      continue;
    }
    const held = { ...delivery.record, state: DeliveryState.HELD, setBack: true };
    changes.push(put("deliveries", delivery.key, held));
    const person = await step.get("people", account);
    if (person) changes.push(put("people", account, { ...person, askAtMs: 1n }));
  }
  for (const { text: key } of await step.pointers("goingOver")) {
    const text = await step.get("messages", key);
    changes.push(remove("goingOver", key));
    if (text?.route === "sms") unknown.add(key);
    else if (text && !unknown.has(key))
      changes.push(put("messages", key, { ...text, state: TextState.SENT }));
  }
  for (const key of unknown) {
    const text = await step.get("messages", key);
    changes.push(remove("queue", key));
    if (!text || text.deletedAtMs > 0n) continue;
    const unsure = { ...text, mayHaveArrived: true };
    changes.push(...(await changedText(step, key, unsure, TextState.NOT_KNOWN)));
  }
  return changes;
}

async function changesOfEndedAccount(step: Step): Promise<Change[]> {
  const changes = [...(await removed(step, accountTables)), ...(await relayedGivenUp(step))];
  for (const { key, record } of await step.list("people")) {
    const stripped = {
      ...record,
      groups: [],
      devices: record.devices.map(withoutAddress),
      addressesGivenAtMs: 0n,
      // Of another account, if there is one, they were told nothing.
      manifestToldVersion: 0,
      askAtMs: 0n,
      missingSinceMs: 0n,
    };
    changes.push(put("people", key, stripped));
  }
  // The service may hand them over still, and nobody here will hear of it.
  for (const { text: key } of await step.pointers("goingOver")) {
    const text = await step.get("messages", key);
    if (text?.state === TextState.TAKING_BACK)
      changes.push(...(await changedText(step, key, text, TextState.NOT_KNOWN)));
  }
  const unsent = new Set<string>();
  for (const { key, text } of await step.pointers("queue")) {
    changes.push(remove("queue", key));
    unsent.add(text);
  }
  for (const { record } of await step.list("outgoing")) unsent.add(record.text);
  for (const key of unsent) {
    const text = key ? await step.get("messages", key) : undefined;
    if (text?.state !== TextState.QUEUED) continue;
    changes.push(...(await undelivered(step, key, text, "consent_required")));
  }
  return changes;
}

async function removed(step: Step, tables: readonly TableName[]): Promise<Change[]> {
  const keys = await Promise.all(tables.map((table) => step.keys(table)));
  return tables.flatMap((table, index) => (keys[index] ?? []).map((key) => remove(table, key)));
}
