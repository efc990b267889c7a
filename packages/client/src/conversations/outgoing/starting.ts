// First contact: a group with all of a person's devices, new or brought to them, and the envelopes that carry it. Sends to no key
// that the person's record does not vouch for.
import { AssentError, equalBytes, limits, type PhoneNumber } from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import type { Self } from "../../account/self.ts";
import { isOver } from "../../clock/elapsed.ts";
import {
  type Encryption,
  EncryptionRefused,
  type MemberDevice,
  type StartedGroup,
} from "../../encryption/encryption.ts";
import {
  type Message,
  NumberRecordSchema,
  type PeerDevice,
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
import { undelivered } from "../history/deliveries.ts";
import { confirmedRequest, notice } from "../history/messages.ts";
import { droppedRequest } from "../history/requests.ts";
import { newAddress } from "../people/addresses.ts";
import { brokenGroupsOf, newGroup, removedGroup, withGroup } from "../people/groups.ts";
import { namedPeers, peerOf } from "../people/peer-devices.ts";
import {
  acceptedPerson,
  conversationIdWith,
  isConfirmed,
  manifestOf,
  personKey,
} from "../people/person.ts";
import { bringGroup, groupToBring, isBringing } from "./bringing.ts";
import { firstEnvelopes } from "./first-envelopes.ts";
import { isAwaitingMailbox, setMissingSince } from "./later.ts";
import { type FoundPrivate, type Offers, takeOffers } from "./offers.ts";
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
    await this.#begin(self, textKey, found);
  }

  /** Brings a group that is there to all devices, or begins one; where none was begun, the text is sealed next. */
  async #begin(self: Self, textKey: string, found: FoundPrivate): Promise<void> {
    const { records, now } = this.#parts;
    const { accountId } = found;
    try {
      const known = await records.get("people", personKey(accountId));
      const offers = await offersOf(this.#parts, self, found, known);
      const key = await groupToBring(records, self, known, offers, now());
      if (key !== undefined) {
        const parts = { ...this.#parts, sealing: this.#sealing };
        await records.step(async (step) => {
          await bringGroup(step, parts, self, accountId, key, offers);
        });
        return;
      }
      const begun = await beginGroup(this.#parts, self, found, offers);
      await records.step((step) => this.#storeStart(step, self, textKey, found, begun));
    } catch (error) {
      if (error instanceof AssentError && error.code === "mailbox_unknown") {
        await records.step((step) => setMissingSince(step, accountId, now()));
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
    const fields = given && { addresses: [given.address] };
    const messages = this.#sealing.behindTelling(self, found.accountId, fields, message);
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
      put("messages", textKey, {
        ...text,
        recipientAccountId: accountId,
        contentEncoded,
        staysPrivate: true,
      }),
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

/** What the devices of a person whose record was just read offer. @throws AssentError as takeOffers, rate_limited */
async function offersOf(
  parts: StartingParts,
  self: Self,
  found: FoundPrivate,
  known: Person | undefined,
): Promise<Offers> {
  checkRestart(known, parts.now());
  // What is on its way brings what this text waits for.
  if (known && (await isBringing(parts.records, known))) throw new AssentError("rate_limited");
  const lowest = Math.max(found.lowestManifestVersion, knownVersion(known));
  return takeOffers(parts, self, found, lowest);
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
  const { offers, group } = begun;
  const { manifest, manifestEncoded } = offers;
  // A later list of their devices came meanwhile: the next try takes KeyPackages of those.
  if (knownVersion(known) > manifest.version) throw new AssentError("rate_limited");
  let state = group.state;
  const groupMessages: Uint8Array<ArrayBuffer>[] = [];
  for (const { content } of messages) {
    const encrypted = await encryption.encrypt(state, content);
    step.whenStored(encrypted.destroyUsed);
    state = encrypted.state;
    groupMessages.push(encrypted.message);
  }
  const lostGroups = (await brokenGroupsOf(step, known)).slice(-limits.lostGroups);
  const said = {
    welcome: group.welcome,
    groupMessages,
    lostGroups,
    conversationId: conversationIdWith(self, found.accountId),
    text: messages.find(({ text }) => text !== "")?.text ?? "",
  };
  const offeredNothing = (all: PeerDevice[]) =>
    all.map((device) => ({ ...device, offeredNothingAtMs: BigInt(now()) }));
  const devices = await firstEnvelopes(
    step,
    self,
    found.accountId,
    offers.theirs,
    offeredNothing(namedPeers(manifest)),
    said,
    now(),
  );
  const ownDevices = await firstEnvelopes(
    step,
    self,
    self.device.accountId,
    offers.own,
    offeredNothing(self.otherDevices.map((device) => peerOf(device))),
    { ...said, text: "" },
    now(),
  );
  const changes: Change[] = [];
  // Their record was read for this: what they wrote before is shown. Under another number, it may be anybody's.
  if (known && !isConfirmed(known)) {
    if (known.number === number) await confirmedRequest(step, key, now());
    else step.add(await droppedRequest(step, key));
  }
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
    devices,
    addressesGivenAtMs: BigInt(addressesGivenAtMs),
    // It is in the first contact.
    manifestToldVersion: self.manifestVersion,
  };
  if (known?.beginsAnew) changes.push(await notice(step, number, "restarted"));
  changes.push(
    put("people", key, person),
    ...forgotten.flatMap(removedGroup),
    ...newGroup(found.accountId, state, membersOf(self, offers), ownDevices),
  );
  return changes;
}

function membersOf(self: Self, { theirs, own }: Offers): MemberDevice[] {
  return [self.device, ...[...theirs, ...own].map(({ device }) => device)];
}

/** A group that exists on this device alone. */
export interface Begun {
  readonly offers: Offers;
  readonly group: StartedGroup;
}

/**
 * A group with all devices of two accounts that can be written to. What was taken may be too old, or the clock of one of
 * the two is wrong: another may be live, and otherwise the text waits. Nobody has to have lied for that. Stores nothing.
 * @throws AssentError gone, service_untrusted, rate_limited, unreachable
 */
export async function beginGroup(
  parts: StartingParts,
  self: Self,
  found: FoundPrivate,
  first: Offers,
): Promise<Begun> {
  let offers = first;
  for (let takes = 1; ; takes += 1) {
    const group = await startLiveGroup(parts.encryption, self, offers, parts.now());
    if (group) return { offers, group };
    if (takes === mostTakes) throw new AssentError("rate_limited");
    offers = await takeOffers(parts, self, found, first.manifest.version);
  }
}

/** Undefined where a KeyPackage is not live. @throws AssentError service_untrusted where it is false */
async function startLiveGroup(
  encryption: Encryption,
  self: Self,
  { theirs, own }: Offers,
  nowMs: number,
): Promise<StartedGroup | undefined> {
  try {
    return await encryption.startGroup(self.device, [...theirs, ...own], nowMs);
  } catch (cause) {
    if (!(cause instanceof EncryptionRefused)) throw cause;
    if (cause.reason === "expired") return undefined;
    throw new AssentError("service_untrusted", { cause });
  }
}

function knownVersion(person: Person | undefined): number {
  return person ? manifestOf(person).version : 0;
}
