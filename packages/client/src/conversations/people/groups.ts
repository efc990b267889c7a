// The groups with each person, as they are stored: in parts, of which a text changes one.
import { bytesFromHex, hex, limits } from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import type { Advanced, GroupState } from "../../encryption/encryption.ts";
import {
  type Group,
  GroupPartSchema,
  GroupSchema,
  type Person,
  put,
  type RecordsReader,
  remove,
  type Step,
} from "../../store/records.ts";
import type { Change } from "../../store/store.ts";

const parts = ["tree", "pastEpochs", "ratchets"] as const;

/** A group's state, as it is stored. Undefined where it is not. */
export async function groupStateOf(
  records: RecordsReader,
  key: string,
): Promise<GroupState | undefined> {
  const [tree, pastEpochs, ratchets] = await Promise.all(
    parts.map(async (part) => (await records.get("groupParts", `${key}/${part}`))?.bytes),
  );
  if (!tree || !pastEpochs || !ratchets) return undefined;
  return { groupId: bytesFromHex(key), tree, pastEpochs, ratchets };
}

/** A group that was begun or joined. */
export function newGroup(accountId: Uint8Array, state: GroupState): Change[] {
  const group = create(GroupSchema, { accountId: new Uint8Array(accountId) });
  return [put("groups", hex(state.groupId), group), ...changedParts(undefined, state)];
}

/** What a step made of a group's state; the keys that it used are gone when that is stored. */
export function advancedGroup(
  step: Step,
  before: GroupState,
  { state, destroyUsed }: Advanced,
): Change[] {
  step.whenStored(destroyUsed);
  return changedParts(before, state);
}

function changedParts(before: GroupState | undefined, state: GroupState): Change[] {
  return parts
    .filter((part) => state[part] !== before?.[part])
    .map((part) =>
      put(
        "groupParts",
        `${hex(state.groupId)}/${part}`,
        create(GroupPartSchema, { bytes: state[part] }),
      ),
    );
}

/** A group that is read on, as far as that goes, and written to never again. */
export function brokenGroup(key: string, group: Group): Change {
  return put("groups", key, { ...group, broken: true });
}

export function removedGroup(groupId: Uint8Array): Change[] {
  const key = hex(groupId);
  return [remove("groups", key), ...parts.map((part) => remove("groupParts", `${key}/${part}`))];
}

/**
 * The group that is written to: of those that work, the one with the smaller id, so that two who started at
 * the same moment meet in one.
 */
export async function liveGroupOf(
  records: RecordsReader,
  person: Person,
): Promise<
  { readonly key: string; readonly group: Group; readonly state: GroupState } | undefined
> {
  for (const key of person.groups.map(hex).sort()) {
    const group = await records.get("groups", key);
    const state = group && !group.broken ? await groupStateOf(records, key) : undefined;
    if (group && state) return { key, group, state };
  }
  return undefined;
}

/** Those of a person's groups that cannot be read any more. */
export async function brokenGroupsOf(records: RecordsReader, person: Person | undefined) {
  const broken: Uint8Array<ArrayBuffer>[] = [];
  for (const groupId of person?.groups ?? []) {
    const group = await records.get("groups", hex(groupId));
    if (!group || group.broken) broken.push(new Uint8Array(groupId));
  }
  return broken;
}

/** A person's groups with one more. Of too many, whoever began them, the oldest are forgotten. */
export function withGroup(
  known: readonly Uint8Array[],
  groupId: Uint8Array,
): { readonly groups: Uint8Array[]; readonly forgotten: Uint8Array[] } {
  const all = [...known, new Uint8Array(groupId)];
  return {
    groups: all.slice(-limits.groupsPerPerson),
    forgotten: all.slice(0, -limits.groupsPerPerson),
  };
}
