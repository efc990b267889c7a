// First contact: a new group with all of a person's devices, and the envelopes that carry it to them. Sends to
// no key that the person's record does not vouch for.
import {
  AssentError,
  type DevicePackage,
  type EnvelopeContent,
  EnvelopeContentSchema,
  envelopeKeyLength,
  equalBytes,
  limits,
  type PhoneNumber,
  randomBytes,
  sealEnvelope,
} from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import type { Self } from "../../account/self.ts";
import { isOver } from "../../clock/elapsed.ts";
import type { Found } from "../../discovery/discovery.ts";
import {
  type Encryption,
  EncryptionRefused,
  type StartedGroup,
  type TrustedDevice,
} from "../../encryption/encryption.ts";
import {
  type Message,
  NumberRecordSchema,
  type OutgoingAddress,
  OutgoingAddressSchema,
  OutgoingEnvelopeSchema,
  type Person,
  PersonSchema,
  point,
  put,
  type RecordsReader,
  remove,
  Standing,
  type Step,
} from "../../store/records.ts";
import type { Change } from "../../store/store.ts";
import { sealedDelivery, undelivered } from "../history/deliveries.ts";
import { confirmedRequest, notice } from "../history/messages.ts";
import { newAddress } from "../people/addresses.ts";
import { brokenGroupsOf, newGroup, removedGroup, withGroup } from "../people/groups.ts";
import {
  acceptedPerson,
  conversationIdWith,
  isConfirmed,
  manifestOf,
  namedDevicesOf,
  openManifestOf,
  personKey,
  withAddress,
} from "../people/people.ts";
import { isAwaitingMailbox, setMissingSince } from "./later.ts";
import {
  type ConversingParts,
  encodedText,
  isForLater,
  isTooLongFor,
  nothingCarried,
  type Sealing,
} from "./sealing.ts";

type StartingParts = Pick<ConversingParts, "records" | "encryption" | "service" | "now">;

const restartPauseMs = 60_000;
// KeyPackages of one person that are taken for one start.
const mostTakes = 2;

export type FoundPrivate = Extract<Found, { route: "private" }>;

/** One message of the new group: its content, and the text's key where it is one. */
export interface FirstMessage {
  readonly content: Uint8Array;
  readonly text: string;
}

/** Whom to start with, and by what. */
export interface Start {
  readonly number: PhoneNumber;
  readonly found: FoundPrivate;
  readonly begun: Begun;
  readonly messages: readonly FirstMessage[];
}

export class Starting {
  readonly #parts: ConversingParts;
  readonly #sealing: Sealing;

  constructor(parts: ConversingParts, sealing: Sealing) {
    this.#parts = parts;
    this.#sealing = sealing;
  }

  /**
   * Seals a queued text to somebody who must be asked for first, or says why it cannot be delivered.
   * @throws AssentError for what passes; the text waits.
   */
  async start(self: Self, textKey: string): Promise<void> {
    const { records } = this.#parts;
    try {
      await this.#start(self, textKey);
    } catch (error) {
      if (!(error instanceof AssentError) || isForLater(error)) throw error;
      await records.step(async (step) => {
        const text = await step.get("messages", textKey);
        step.add([
          remove("queue", textKey),
          ...(text ? await undelivered(step, textKey, text, error.code) : []),
        ]);
      });
    }
  }

  async #start(self: Self, textKey: string): Promise<void> {
    const { records, discovery } = this.#parts;
    const text = await records.get("messages", textKey);
    if (!text) return;
    const number = text.number as PhoneNumber;
    await checkMayStart(records, number, text);
    const known = await acceptedPerson(records, number);
    // Their mailbox was missing when they were last asked for: not again for a day.
    if (isAwaitingMailbox(known, this.#parts.now())) throw new AssentError("mailbox_unknown");
    const found = await discovery.findRecently(self, number);
    if (found.route === "sms") throw new AssentError("not_private");
    // Nobody's KeyPackages are used up for what is not sent.
    await checkMayStart(records, number, text, found);
    const begun = await this.#begin(self, found);
    await records.step((step) => this.#storeStart(step, self, textKey, found, begun));
  }

  async #begin(self: Self, found: FoundPrivate): Promise<Begun> {
    const { records, now } = this.#parts;
    try {
      return await beginGroup(this.#parts, self, found);
    } catch (error) {
      if (error instanceof AssentError && error.code === "mailbox_unknown") {
        await records.step((step) => setMissingSince(step, found.accountId, now()));
      }
      throw error;
    }
  }

  /** What was found and begun, where it is still what the text waits for. */
  async #storeStart(
    step: Step,
    self: Self,
    textKey: string,
    found: FoundPrivate,
    begun: Begun,
  ): Promise<void> {
    const { now } = this.#parts;
    const text = await step.get("messages", textKey);
    if (!text || text.deletedAtMs > 0n || (await step.pointer("queue", textKey)) === undefined)
      return;
    const number = text.number as PhoneNumber;
    // They wrote first, or another text began it.
    const known = await this.#sealing.changesIfKnown(step, self, textKey, text);
    if (known) return step.add([...known, remove("queue", textKey)]);
    await checkMayStart(step, number, text, found);
    const given = await newAddress(step, self, found.accountId, now());
    const conversationId = conversationIdWith(self, found.accountId);
    const { contentEncoded, id } = encodedText(self, text, conversationId);
    const message = { ...nothingCarried, content: contentEncoded, text: textKey };
    const messages = this.#sealing.withAddress(self, found.accountId, given?.address, message);
    const started = await startConversation(
      step,
      this.#parts,
      self,
      { number, found, begun, messages },
      given ? now() : 0,
    );
    const accountId = new Uint8Array(found.accountId);
    const record = (await step.get("numbers", number)) ?? create(NumberRecordSchema);
    step.add([
      ...(given?.changes ?? []),
      ...started,
      put("numbers", number, { ...record, acceptedAccountId: accountId }),
      put("messages", textKey, { ...text, recipientAccountId: accountId, contentEncoded }),
      point("messageIds", id, textKey),
      remove("queue", textKey),
    ]);
  }
}

/** @throws AssentError blocked, unanswered_text_too_long, key_changed, rate_limited where nobody is started with. */
async function checkMayStart(
  records: RecordsReader,
  number: PhoneNumber,
  text: Message,
  found?: FoundPrivate,
): Promise<void> {
  const record = await records.get("numbers", number);
  if (record?.blocked) throw new AssentError("blocked");
  const accepted = record?.acceptedAccountId ?? new Uint8Array();
  const person = await acceptedPerson(records, number);
  // One that may go by SMS as well is asked for first: there it may be as long.
  const mayBeLong = text.route === "auto" && !found;
  if (!mayBeLong && isTooLongFor(person, text)) throw new AssentError("unanswered_text_too_long");
  if (found && accepted.length > 0 && !equalBytes(accepted, found.accountId)) {
    throw new AssentError("key_changed");
  }
}

/**
 * Takes KeyPackages of a person whose record was just read, and begins a group with all of their devices. Stores nothing.
 * @throws AssentError gone, service_untrusted, rate_limited, unreachable
 */
export async function beginGroup(
  starting: StartingParts,
  self: Self,
  found: FoundPrivate,
): Promise<Begun> {
  const known = await starting.records.get("people", personKey(found.accountId));
  checkRestart(known, starting.now());
  const lowest = Math.max(found.lowestManifestVersion, knownVersion(known));
  return startGroup(starting, self, found, lowest);
}

/** A new group costs keys on both sides: nobody can make this one start them one after another. */
function checkRestart(known: Person | undefined, nowMs: number): void {
  if (!known?.groups.length) return;
  if (!isOver(Number(known.restartedAtMs), restartPauseMs, nowMs)) {
    throw new AssentError("rate_limited");
  }
}

/**
 * All that has to be stored at once, envelopes included, for a conversation to start. Nothing is sent here.
 * @param addressesGivenAtMs when the messages hold an address of this device, otherwise 0.
 * @throws AssentError rate_limited, service_untrusted, unanswered_text_too_long
 */
export async function startConversation(
  step: Step,
  { encryption, now }: Pick<StartingParts, "encryption" | "now">,
  self: Self,
  { number, found, begun, messages }: Start,
  addressesGivenAtMs: number,
): Promise<Change[]> {
  const key = personKey(found.accountId);
  const known = await step.get("people", key);
  checkRestart(known, now());
  const { manifestEncoded, version, devices, group } = begun;
  // A later list of their devices came meanwhile: the next try takes KeyPackages of those.
  if (knownVersion(known) > version) throw new AssentError("rate_limited");
  let state = group.state;
  const groupMessages: Uint8Array<ArrayBuffer>[] = [];
  for (const { content } of messages) {
    const encrypted = await encryption.encrypt(state, content);
    step.whenStored(encrypted.destroyUsed);
    state = encrypted.state;
    groupMessages.push(encrypted.message);
  }
  const lostGroups = (await brokenGroupsOf(step, known)).slice(-limits.lostGroups);
  const changes: Change[] = [];
  let addresses: OutgoingAddress[] = [];
  for (const { device, offered, sealingKey } of devices) {
    const envelopeKey = randomBytes(envelopeKeyLength);
    const address = provisionalAddress(device.deviceId, offered, envelopeKey);
    addresses = withAddress(addresses, address, now());
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
      deviceId: new Uint8Array(device.deviceId),
      text: messages.find(({ text }) => text !== "")?.text ?? "",
      purpose: "service",
    });
    changes.push(
      put("outgoing", await step.nextKey("outgoing"), envelope),
      ...(await sealedDelivery(step, envelope)),
    );
  }
  // Their record was read for this: what they wrote before is shown.
  if (known && !isConfirmed(known)) await confirmedRequest(step, key, now());
  const { groups, forgotten } = withGroup(known?.groups ?? [], state.groupId);
  const person: Person = {
    ...(known ?? create(PersonSchema, { rootKey: new Uint8Array(found.rootKey) })),
    number,
    manifestEncoded,
    standing: Standing.CURRENT,
    beginsAnew: false,
    missingSinceMs: 0n,
    restartedAtMs: known?.groups.length ? BigInt(now()) : (known?.restartedAtMs ?? 0n),
    groups,
    addresses,
    addressesGivenAtMs: BigInt(addressesGivenAtMs),
  };
  if (known?.beginsAnew) changes.push(await notice(step, number, "restarted"));
  changes.push(
    put("people", key, person),
    ...forgotten.flatMap(removedGroup),
    ...newGroup(found.accountId, state),
  );
  return changes;
}

interface OfferedDevice {
  readonly device: TrustedDevice;
  readonly offered: DevicePackage;
  readonly sealingKey: Uint8Array;
}

/** A group that exists on this device alone. */
export interface Begun {
  readonly manifestEncoded: Uint8Array<ArrayBuffer>;
  readonly version: number;
  readonly devices: readonly OfferedDevice[];
  readonly group: StartedGroup;
}

/**
 * A group with all of a person's devices that can be written to. What was taken may be too old, or the clock of one of
 * the two is wrong: another may be live, and otherwise the text waits. Nobody has to have lied for that.
 */
async function startGroup(
  { service, encryption, now }: StartingParts,
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
    if (group) {
      const { version } = opened.manifest;
      return { manifestEncoded: opened.encoded, version, devices, group };
    }
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
