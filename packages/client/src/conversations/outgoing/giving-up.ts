// What conversations give up: where a profile was set back, keys and addresses that were used after the copy it was
// restored from; with an account, all that only an account needs. Texts, and what is known of people, stay.
import type { GivingUp } from "../../account/giving-up.ts";
import { put, remove, type Step, TextState } from "../../store/records.ts";
import type { Change, TableName } from "../../store/store.ts";
import { awaitedDeliveries, queuedAgain } from "../history/deliveries.ts";
import { notDelivered } from "../history/messages.ts";
import { givenUp, withheldReadReceipts } from "../history/owed-receipts.ts";
import { brokenGroup } from "../people/groups.ts";
import { isConfirmed } from "../people/people.ts";

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
  readReceipts: withheldReadReceipts,
  account: changesOfEndedAccount,
};

async function changesOfSetBack(step: Step): Promise<Change[]> {
  const groups = await step.list("groups");
  return [
    ...groups.map(({ key, record }) => brokenGroup(key, record)),
    ...(await removed(step, ["spare"])),
  ];
}

async function changesOfBeginningAnew(step: Step): Promise<Change[]> {
  const changes = await removed(step, ["spare", "given", "groups", "groupParts"]);
  for (const { key, record } of await step.list("outgoing")) changes.push(...givenUp(key, record));
  for (const delivery of await awaitedDeliveries(step)) changes.push(...queuedAgain(delivery));
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

async function changesOfEndedAccount(step: Step): Promise<Change[]> {
  const changes = await removed(step, accountTables);
  for (const { key, record } of await step.list("people")) {
    const stripped = {
      ...record,
      groups: [],
      addresses: [],
      addressesGivenAtMs: 0n,
      askAtMs: 0n,
      missingSinceMs: 0n,
    };
    changes.push(put("people", key, stripped));
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
    changes.push(...(await notDelivered(step, key, text, "consent_required")));
  }
  return changes;
}

async function removed(step: Step, tables: readonly TableName[]): Promise<Change[]> {
  const keys = await Promise.all(tables.map((table) => step.keys(table)));
  return tables.flatMap((table, index) => (keys[index] ?? []).map((key) => remove(table, key)));
}
