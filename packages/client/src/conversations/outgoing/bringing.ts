// Brings a group that is there to the devices that both manifests name by now: a commit adds those that are new and removes those
// that are gone. It is staged with the envelopes that carry it, and holds when the service has all of them.
import {
  AssentError,
  accountIdOf,
  type DeviceId,
  EnvelopeContentSchema,
  equalBytes,
  hex,
} from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import type { Self } from "../../account/self.ts";
import { encodeContent } from "../../content/content.ts";
import {
  type Encryption,
  EncryptionRefused,
  type GroupState,
  type StagedCommit,
} from "../../encryption/encryption.ts";
import {
  type Group,
  type PeerDevice,
  type Person,
  put,
  type RecordsReader,
  type Step,
} from "../../store/records.ts";
import {
  advancedGroup,
  breakGroup,
  groupStateOf,
  stagedCommit,
  stagedOf,
} from "../people/groups.ts";
import { hasAddress, isLeftOut, namedPeers, peerOf, trustedWith } from "../people/peer-devices.ts";
import { conversationIdWith, manifestOf, personKey } from "../people/person.ts";
import { type Telling, tellingOf } from "../people/telling.ts";
import { firstEnvelopes } from "./first-envelopes.ts";
import type { OfferedDevice, Offers } from "./offers.ts";
import { nothingCarried, type Sealing } from "./sealing.ts";

interface BringingParts {
  readonly encryption: Encryption;
  readonly sealing: Sealing;
  readonly now: () => number;
}

/** A group, and who is to be in it by the manifests of now. */
interface Plan {
  readonly person: Person;
  readonly ownDevices: PeerDevice[];
  /** Theirs, and of this account, that are to come in. */
  readonly theirs: readonly OfferedDevice[];
  readonly ours: readonly OfferedDevice[];
  readonly gone: readonly DeviceId[];
  /** Whether a device is in the group already. */
  readonly isMember: (device: HasDeviceId) => boolean;
}

interface HasDeviceId {
  readonly deviceId: Uint8Array;
}

/** Whether a commit of this device's to somebody is on its way: what it brings is waited for. */
export async function isBringing(records: RecordsReader, person: Person): Promise<boolean> {
  for (const key of person.groups.map(hex)) if (await stagedOf(records, key)) return true;
  return false;
}

/**
 * The group with somebody that can be brought to all devices: one of theirs stays in it, and all who stay can be told. None where
 * there is nothing to bring: whatever a text waits for then, a new group is braked.
 */
export async function groupToBring(
  records: RecordsReader,
  self: Self,
  known: Person | undefined,
  offers: Offers,
  nowMs: number,
): Promise<string | undefined> {
  if (!known) return undefined;
  for (const key of known.groups.map(hex).sort()) {
    const group = await records.get("groups", key);
    if (!group || group.broken) continue;
    const { person, ownDevices, gone, isMember } = planOf(self, known, group, offers);
    const stay = [...person.devices, ...ownDevices].filter(isMember);
    const canBeTold = person.devices.some(isMember) && stay.every(hasAddress);
    const isMissing = (device: PeerDevice) => !isMember(device) && !isLeftOut(device, nowMs);
    const isOther = gone.length > 0 || [...person.devices, ...ownDevices].some(isMissing);
    if (canBeTold && isOther) return key;
  }
  return undefined;
}

/**
 * In the step that stores it. Where the group is another by now, nothing: whoever asked asks again.
 * @throws AssentError rate_limited where a later list of their devices came meanwhile: the next try takes what those offer.
 */
export async function bringGroup(
  step: Step,
  parts: BringingParts,
  self: Self,
  accountId: Uint8Array,
  key: string,
  offers: Offers,
): Promise<void> {
  const { encryption, sealing, now } = parts;
  const known = await step.get("people", personKey(accountId));
  const group = await step.get("groups", key);
  const state = await groupStateOf(step, key);
  if (!known || !group || group.broken || !state || (await stagedOf(step, key))) return;
  if (manifestOf(known).version > offers.manifest.version) throw new AssentError("rate_limited");
  const plan = planOf(self, known, group, offers);
  const { ownDevices, theirs, ours, gone, isMember } = plan;
  let { person } = plan;
  let devices = markedWhere(person.devices, now(), isMember, theirs);
  let own = markedWhere(ownDevices, now(), isMember, ours);
  const add = [...theirs, ...ours];
  if (add.length + gone.length > 0) {
    let staged: StagedCommit;
    try {
      const telling = await tellingOf(step, self, accountId, person, now());
      const before = telling ? await toldIn(step, parts, self, plan, state, telling) : state;
      person = { ...person, ...telling?.told };
      const trusted = trustedWith(self, person);
      staged = await encryption.stageCommit(before, { add, remove: gone }, trusted, now());
    } catch (error) {
      // It cannot be brought there: the next try begins another.
      if (error instanceof EncryptionRefused) return breakGroup(step, key, group);
      throw error;
    }
    const commitOf = new Uint8Array(state.groupId);
    const carried = { ...nothingCarried, commitOf };
    const commit = create(EnvelopeContentSchema, {
      content: { case: "groupMessage", value: staged.commit },
    });
    const ownId = self.device.accountId;
    step.add([
      stagedCommit(key, staged.staged),
      ...(await sealing.sealedTo(step, accountId, devices.filter(isMember), commit, carried)),
      ...(await sealing.sealedTo(step, ownId, own.filter(isMember), commit, carried)),
    ]);
    const conversationId = conversationIdWith(self, accountId);
    const { welcome = new Uint8Array() } = staged;
    const said = { welcome, conversationId, text: "", commitOf };
    devices = await firstEnvelopes(step, self, accountId, theirs, devices, said, now());
    own = await firstEnvelopes(step, self, ownId, ours, own, said, now());
  }
  step.add([
    put("people", personKey(accountId), { ...person, devices }),
    put("groups", key, { ...group, ownDevices: own }),
  ]);
}

/**
 * Before the commit, in the group as it is: whoever is in it believes an addition by the manifest that they have. Returns the
 * state after it.
 */
async function toldIn(
  step: Step,
  { encryption, sealing, now }: BringingParts,
  self: Self,
  { person, isMember }: Plan,
  state: GroupState,
  { fields, changes }: Telling,
): Promise<GroupState> {
  const accountId = accountIdOf(person.rootKey);
  const content = encodeContent(conversationIdWith(self, accountId), fields, now());
  const encrypted = await encryption.encrypt(state, content);
  const said = create(EnvelopeContentSchema, {
    content: { case: "groupMessage", value: encrypted.message },
  });
  step.add([
    ...changes,
    ...advancedGroup(step, state, encrypted),
    ...(await sealing.sealedTo(step, accountId, person.devices.filter(isMember), said)),
  ]);
  return encrypted.state;
}

function planOf(self: Self, known: Person, group: Group, offers: Offers): Plan {
  const { manifest, manifestEncoded } = offers;
  const person = { ...known, manifestEncoded, devices: namedPeers(manifest, known.devices) };
  const isMember = isOneOf(group.members);
  const isNamed = isOneOf(trustedWith(self, person).map(({ deviceId }) => deviceId));
  const isNew = ({ device }: OfferedDevice) => !isMember(device);
  return {
    person,
    ownDevices: self.otherDevices.map((device) => peerOf(device, group.ownDevices)),
    theirs: offers.theirs.filter(isNew),
    ours: offers.own.filter(isNew),
    gone: group.members.filter((deviceId) => !isNamed({ deviceId })) as Uint8Array[] as DeviceId[],
    isMember,
  };
}

/** Devices that are in no group yet and offered nothing to be added by: they are asked again in a day. */
function markedWhere(
  devices: readonly PeerDevice[],
  nowMs: number,
  isMember: Plan["isMember"],
  offered: readonly OfferedDevice[],
): PeerDevice[] {
  const isOffered = isOneOf(offered.map(({ device }) => device.deviceId));
  return devices.map((device) =>
    isMember(device) || isOffered(device)
      ? device
      : { ...device, offeredNothingAtMs: BigInt(nowMs) },
  );
}

function isOneOf(ids: readonly Uint8Array[]) {
  return ({ deviceId }: HasDeviceId) => ids.some((id) => equalBytes(id, deviceId));
}
