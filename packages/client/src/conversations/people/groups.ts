// The groups with each person, as they are stored: in parts, of which a text changes one.
import { bytesFromHex, equalBytes, hex, limits } from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import type { Self } from "../../account/self.ts";
import type {
  Advanced,
  Encryption,
  GroupState,
  MemberDevice,
} from "../../encryption/encryption.ts";
import {
  type Group,
  GroupPartSchema,
  GroupSchema,
  type OutgoingEnvelope,
  type PeerDevice,
  type Person,
  put,
  type RecordsReader,
  remove,
  type Step,
} from "../../store/records.ts";
import type { Change } from "../../store/store.ts";
import { isComplete, withoutAddress } from "./peer-devices.ts";

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

/**
 * A group that was begun or joined.
 * @param members all who are in it, this device too.
 * @param ownDevices the other devices of this account, and where they are written to.
 */
export function newGroup(
  accountId: Uint8Array,
  state: GroupState,
  members: readonly MemberDevice[],
  ownDevices: readonly PeerDevice[] = [],
): Change[] {
  const group = create(GroupSchema, {
    accountId: new Uint8Array(accountId),
    members: idsOf(members),
    ownDevices: [...ownDevices],
  });
  return [put("groups", hex(state.groupId), group), ...changedParts(undefined, state)];
}

export function idsOf(members: readonly MemberDevice[]): Uint8Array<ArrayBuffer>[] {
  return members.map(({ deviceId }) => new Uint8Array(deviceId));
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

/** A group is read on from now on, as far as that goes, and written to never again. */
export async function breakGroup(step: Step, key: string, group: Group): Promise<void> {
  await discardStaged(step, key);
  const { ownDevices } = (await step.get("groups", key)) ?? group;
  step.add([put("groups", key, { ...group, ownDevices, broken: true })]);
}

/** The same of groups that somebody lost. Whether any of these was a group with them. */
export async function breakGroupsWith(
  step: Step,
  person: Person,
  groupIds: readonly Uint8Array[],
): Promise<boolean> {
  let isAny = false;
  for (const groupId of groupIds.slice(0, limits.lostGroups)) {
    const isTheirs = person.groups.some((known) => equalBytes(known, groupId));
    const group = isTheirs ? await step.get("groups", hex(groupId)) : undefined;
    if (!group) continue;
    await breakGroup(step, hex(groupId), group);
    isAny = true;
  }
  return isAny;
}

/** A commit of this device's that is on its way; undefined where there is none. */
export async function stagedOf(
  records: RecordsReader,
  key: string,
): Promise<Uint8Array | undefined> {
  return (await records.get("groupParts", `${key}/staged`))?.bytes;
}

/** Stored with the envelopes that carry it. */
export function stagedCommit(key: string, staged: Uint8Array<ArrayBuffer>): Change {
  return put("groupParts", `${key}/staged`, create(GroupPartSchema, { bytes: staged }));
}

/**
 * A commit of this device's comes to nothing: what of it did not leave never does. Whom that would have told of the address that
 * they are written to by has not heard of it.
 */
export async function discardStaged(step: Step, key: string): Promise<void> {
  const group = await step.get("groups", key);
  if (!group || !(await stagedOf(step, key))) return;
  step.add([remove("groupParts", `${key}/staged`)]);
  const untold = new Set<string>();
  for (const { key: envelopeKey, record } of await step.list("outgoing")) {
    if (hex(record.commitOf) !== key) continue;
    step.add([remove("outgoing", envelopeKey)]);
    untold.add(hex(record.capability));
  }
  const members = new Set(group.members.map(hex));
  const told = (devices: readonly PeerDevice[]) =>
    devices.map((device) =>
      !members.has(hex(device.deviceId)) && untold.has(hex(device.capability))
        ? withoutAddress(device)
        : device,
    );
  step.add([put("groups", key, { ...group, ownDevices: told(group.ownDevices) })]);
  const person = await step.get("people", hex(group.accountId));
  if (!person) return;
  step.add([put("people", hex(group.accountId), { ...person, devices: told(person.devices) })]);
}

/** A group after a commit of this device's that the others have, or will have. */
export function confirmedCommit(
  step: Step,
  encryption: Pick<Encryption, "confirmCommit" | "membersOf">,
  group: Group,
  state: GroupState,
  staged: Uint8Array,
): { readonly group: Group; readonly state: GroupState; readonly changes: Change[] } {
  const key = hex(state.groupId);
  const advanced = encryption.confirmCommit(state, staged);
  const after = { ...group, members: idsOf(encryption.membersOf(advanced.state)) };
  const changes = [
    remove("groupParts", `${key}/staged`),
    put("groups", key, after),
    ...advancedGroup(step, state, advanced),
  ];
  return { group: after, state: advanced.state, changes };
}

/**
 * What the service answered to an envelope with a commit of this device's: with the last that it took, the commit holds; where
 * it refused one for good, whom that was for will not follow.
 */
export async function settleCommit(
  step: Step,
  encryption: Pick<Encryption, "confirmCommit" | "membersOf">,
  { commitOf }: Pick<OutgoingEnvelope, "commitOf">,
  isTaken: boolean,
): Promise<void> {
  if (commitOf.length === 0) return;
  const key = hex(commitOf);
  const [group, staged] = [await step.get("groups", key), await stagedOf(step, key)];
  if (!group || !staged) return;
  if (!isTaken) return breakGroup(step, key, group);
  const carried = await step.list("outgoing");
  if (carried.some(({ record }) => hex(record.commitOf) === key)) return;
  const state = await groupStateOf(step, key);
  if (state) step.add(confirmedCommit(step, encryption, group, state, staged).changes);
}

export function removedGroup(groupId: Uint8Array): Change[] {
  const key = hex(groupId);
  return [
    remove("groups", key),
    ...[...parts, "staged"].map((part) => remove("groupParts", `${key}/${part}`)),
  ];
}

/**
 * The group that is written to: of those that work and are of all devices that are to read it, the one with the smaller id, so
 * that two who started at the same moment meet in one.
 */
export async function writableGroupOf(
  records: RecordsReader,
  self: Self,
  person: Person,
  nowMs: number,
): Promise<
  { readonly key: string; readonly group: Group; readonly state: GroupState } | undefined
> {
  for await (const known of completeGroupsOf(records, self, person, nowMs)) {
    const state = await groupStateOf(records, known.key);
    if (state) return { ...known, state };
  }
  return undefined;
}

/** Whether there is one, as far as that is known without its state. */
export async function hasWritableGroup(
  records: RecordsReader,
  self: Self,
  person: Person,
  nowMs: number,
): Promise<boolean> {
  const { done } = await completeGroupsOf(records, self, person, nowMs).next();
  return !done;
}

async function* completeGroupsOf(
  records: RecordsReader,
  self: Self,
  person: Person,
  nowMs: number,
): AsyncGenerator<{ readonly key: string; readonly group: Group }> {
  for (const key of person.groups.map(hex).sort()) {
    const group = await records.get("groups", key);
    if (group && !group.broken && isComplete(self, person, group, nowMs)) yield { key, group };
  }
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
