// What a profile that was set back gives up: keys and addresses that were used after the copy it was restored from. Texts,
// and what is known of people, stay.
import { point, put, type Records, remove } from "../store/records.ts";
import type { Change } from "../store/store.ts";

/** At once: no key of a group is used a second time, and no address is given to a second person. */
export async function changesOfSetBack(records: Records): Promise<Change[]> {
  const groups = await records.list("groups");
  return [
    ...groups.map(({ key, record }) => put("groups", key, { ...record, broken: true })),
    ...(await records.keys("spare")).map((key) => remove("spare", key)),
  ];
}

/**
 * Once the mailbox is of another generation: nothing comes through former addresses any more. What nobody said they have
 * is sent again, as the same messages; conversations begin anew with the next text.
 */
export async function changesOfBeginningAnew(records: Records): Promise<Change[]> {
  const changes: Change[] = [];
  for (const table of ["spare", "given", "groups"] as const)
    changes.push(...(await records.keys(table)).map((key) => remove(table, key)));
  for (const table of ["outgoing", "awaited"] as const) {
    for (const { key, record } of await records.list(table)) {
      changes.push(remove(table, key));
      if (record.text) changes.push(point("queue", record.text, record.text));
    }
  }
  for (const { key, record } of await records.list("people")) {
    if (record.groups.length === 0) continue;
    const known = {
      ...record,
      beginsAnew: record.verified,
      restartedAtMs: 0n,
      addressesGivenAtMs: 0n,
    };
    changes.push(put("people", key, known));
  }
  return changes;
}
