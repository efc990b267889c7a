// First contact: a new group with all of a person's devices, and the envelopes that carry it to them. Sends to
// no key that the person's record does not vouch for.
import {
  AssentError,
  type DevicePackage,
  type EnvelopeContent,
  EnvelopeContentSchema,
  envelopeKeyLength,
  equalBytes,
  hex,
  limits,
  type PhoneNumber,
  randomBytes,
  sealEnvelope,
} from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import type { Self } from "../../account/self.ts";
import { isOver } from "../../clock/elapsed.ts";
import type { Found } from "../../discovery/discovery.ts";
import type { AnonymousService } from "../../egress/service.ts";
import {
  type Encryption,
  EncryptionRefused,
  type StartedGroup,
  type TrustedDevice,
} from "../../encryption/encryption.ts";
import {
  GroupSchema,
  type OutgoingAddress,
  OutgoingAddressSchema,
  OutgoingEnvelopeSchema,
  type Person,
  PersonSchema,
  put,
  type Records,
  remove,
} from "../../store/records.ts";
import type { Change } from "../../store/store.ts";
import { notice } from "../history/messages.ts";
import {
  conversationIdWith,
  manifestOf,
  namedDevicesOf,
  openManifestOf,
  personKey,
  withAddress,
  withGroup,
} from "../people/people.ts";

export interface Starting {
  readonly records: Records;
  readonly encryption: Encryption;
  readonly service: (url: string) => AnonymousService;
  readonly now: () => number;
}

const restartPauseMs = 60_000;
// KeyPackages of one person that are taken for one start.
const mostTakes = 2;

/** One message of the new group: its content, and the text's key where it is one. */
export interface FirstMessage {
  readonly content: Uint8Array;
  readonly text: string;
}

/**
 * Starts a group with a person whose record was just read.
 * Returns all that has to be stored at once, envelopes included; nothing is sent here.
 * @param addressesGivenAtMs when the messages hold an address of this device, otherwise 0.
 * @throws AssentError gone, service_untrusted, rate_limited, unanswered_text_too_long, unreachable
 */
export async function startConversation(
  starting: Starting,
  self: Self,
  number: PhoneNumber,
  found: Extract<Found, { route: "private" }>,
  messages: readonly FirstMessage[],
  addressesGivenAtMs: number,
): Promise<Change[]> {
  const { records, encryption } = starting;
  const key = personKey(found.accountId);
  const known = await records.get("people", key);
  // A new group costs keys on both sides: nobody can make this one start them one after another.
  const restartedAtMs = Number(known?.restartedAtMs ?? 0);
  const isRestart = known !== undefined && known.groups.length > 0;
  if (isRestart && !isOver(restartedAtMs, restartPauseMs, starting.now())) {
    throw new AssentError("rate_limited");
  }
  const lowest = Math.max(found.lowestManifestVersion, knownVersion(known));
  const { manifestEncoded, devices, group } = await startGroup(starting, self, found, lowest);
  let state = group.state;
  const groupMessages: Uint8Array<ArrayBuffer>[] = [];
  for (const { content } of messages) {
    const encrypted = await encryption.encrypt(state, content);
    state = encrypted.state;
    groupMessages.push(encrypted.message);
  }
  const lostGroups = (await brokenGroupsOf(records, known)).slice(-limits.lostGroups);
  const changes: Change[] = [];
  let addresses: OutgoingAddress[] = [];
  for (const { device, offered, sealingKey } of devices) {
    const envelopeKey = randomBytes(envelopeKeyLength);
    const address = provisionalAddress(device.deviceId, offered, envelopeKey);
    addresses = withAddress(addresses, address, starting.now());
    const content: EnvelopeContent = create(EnvelopeContentSchema, {
      content: {
        case: "firstContact",
        value: {
          welcome: group.welcome,
          groupMessages,
          sender: { number: self.number, evaluation: self.evaluation },
          senderManifest: self.manifest,
          envelopeKey,
          lostGroups,
          conversationId: conversationIdWith(self, found.accountId),
        },
      },
    });
    const body = await sealEnvelope({ kind: "device", sealingKey }, content);
    // A long text to somebody who answered before, in a conversation that has to begin anew.
    if (body.length > limits.provisionalEnvelopeBytes) {
      throw new AssentError("unanswered_text_too_long");
    }
    const envelope = create(OutgoingEnvelopeSchema, {
      secret: randomBytes(32),
      capability: offered.provisionalCapability,
      body,
      accountId: found.accountId,
      text: messages.find(({ text }) => text !== "")?.text ?? "",
      purpose: "service",
    });
    changes.push(put("outgoing", await records.nextKey("outgoing"), envelope));
  }
  const { groups, forgotten } = withGroup(known?.groups ?? [], group.groupId);
  const person: Person = {
    ...(known ?? create(PersonSchema, { rootKey: new Uint8Array(found.rootKey) })),
    number,
    manifestEncoded,
    // Texts of a request that was not opened yet are moved when it is.
    verified: known?.verified ?? true,
    beginsAnew: false,
    restartedAtMs: BigInt(isRestart ? starting.now() : restartedAtMs),
    accepted: true,
    groups,
    addresses,
    addressesGivenAtMs: BigInt(addressesGivenAtMs),
  };
  if (known?.beginsAnew) changes.push(await notice(records, number, "restarted"));
  const stored = create(GroupSchema, { accountId: found.accountId, state });
  changes.push(
    put("people", key, person),
    ...forgotten.map((groupId) => remove("groups", hex(groupId))),
    put("groups", hex(group.groupId), stored),
  );
  return changes;
}

interface OfferedDevice {
  readonly device: TrustedDevice;
  readonly offered: DevicePackage;
  readonly sealingKey: Uint8Array;
}

interface Begun {
  readonly manifestEncoded: Uint8Array<ArrayBuffer>;
  readonly devices: readonly OfferedDevice[];
  readonly group: StartedGroup;
}

/**
 * A group with all of a person's devices that can be written to. What was taken may be too old, or the clock of one of
 * the two is wrong: another may be live, and otherwise the text waits. Nobody has to have lied for that.
 */
async function startGroup(
  { service, encryption, now }: Starting,
  self: Self,
  found: Extract<Found, { route: "private" }>,
  lowestVersion: number,
): Promise<Begun> {
  for (let takes = 0; takes < mostTakes; takes += 1) {
    const { accountId } = found;
    const taken = await service(self.cell.url).directory.takeKeyPackages({ accountId });
    const opened = await openManifestOf(found.rootKey, taken.manifest, lowestVersion);
    if (!opened) throw new AssentError("service_untrusted");
    const devices = namedDevicesOf(opened.manifest).flatMap(({ device, named: { sealingKey } }) => {
      const offered = taken.devices.find(({ deviceId }) => equalBytes(deviceId, device.deviceId));
      return offered ? [{ device, offered, sealingKey }] : [];
    });
    // A device nobody can write to yet is left out; no device at all means that there is nobody to write to.
    if (devices.length === 0) throw new AssentError("mailbox_full");
    const group = await startLiveGroup(encryption, self, devices, now());
    if (group) return { manifestEncoded: opened.encoded, devices, group };
  }
  throw new AssentError("rate_limited");
}

/** Undefined where a KeyPackage is not live. @throws AssentError service_untrusted where it is false */
async function startLiveGroup(
  encryption: Encryption,
  self: Self,
  devices: readonly OfferedDevice[],
  nowMs: number,
): Promise<StartedGroup | undefined> {
  const members = devices.map(({ device, offered }) => ({
    device,
    keyPackage: offered.keyPackage,
  }));
  try {
    return await encryption.startGroup(self.device, members, nowMs);
  } catch (cause) {
    if (!(cause instanceof EncryptionRefused)) throw cause;
    if (cause.reason === "expired") return undefined;
    throw new AssentError("service_untrusted", { cause });
  }
}

function provisionalAddress(
  deviceId: Uint8Array,
  { provisionalCapability }: DevicePackage,
  envelopeKey: Uint8Array,
): OutgoingAddress {
  return create(OutgoingAddressSchema, {
    deviceId: new Uint8Array(deviceId),
    capability: provisionalCapability,
    envelopeKey: new Uint8Array(envelopeKey),
    provisional: true,
  });
}

function knownVersion(person: Person | undefined): number {
  return person ? manifestOf(person).version : 0;
}

async function brokenGroupsOf(records: Records, person: Person | undefined) {
  const broken: Uint8Array<ArrayBuffer>[] = [];
  for (const groupId of person?.groups ?? []) {
    const group = await records.get("groups", hex(groupId));
    if (!group || group.broken) broken.push(new Uint8Array(groupId));
  }
  return broken;
}
