// The way in: opens envelopes, joins groups, decrypts, and stores what came before it is acknowledged. Trusts
// nothing of what the service hands over; what cannot be read changes nothing, what is not understood is kept whole, and
// what came before comes to nothing.
import {
  AssentError,
  bytesFromHex,
  type DeliveredEnvelope,
  type EnvelopeContent,
  EnvelopeContentSchema,
  equalBytes,
  hex,
  idLength,
  type PhoneNumber,
  sealOf,
} from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import type { Cells } from "../../account/cells.ts";
import type { Self } from "../../account/self.ts";
import { isOver } from "../../clock/elapsed.ts";
import { EncryptionRefused } from "../../encryption/encryption.ts";
import { FalseSignature, SignatureChecks } from "../../encryption/signature-checks.ts";
import {
  type GivenAddress,
  type Group,
  type Person,
  put,
  SeenSchema,
  Standing,
  type Step,
} from "../../store/records.ts";
import type { Change } from "../../store/store.ts";
import { notice } from "../history/messages.ts";
import type { ConversingParts, Sealing } from "../outgoing/sealing.ts";
import { isDropped, withUnreadable } from "../people/addresses.ts";
import { breakGroup, breakGroupsWith, groupStateOf } from "../people/groups.ts";
import { trustedWith } from "../people/peer-devices.ts";
import { conversationIdWith, isConfirmed, personKey } from "../people/person.ts";
import type { Applying } from "./applying.ts";
import { isAskedEnough } from "./asked-enough.ts";
import { GroupMessages } from "./group-messages.ts";
import { Joining } from "./joining.ts";
import { keptEnvelope } from "./keeping.ts";
import { OpenedAhead } from "./opened-ahead.ts";
import { isOfStranger, Strangers } from "./strangers.ts";

// What a commit holds of what waited: with all of a long absence in one, a phone would hold all of it in memory.
const mostTogether = 256;
// Whoever blocked this person did not hear it. What was sent before it was heard comes within that.
const lostToldAgainAfterMs = 60_000;

export class Taking {
  readonly #parts: ConversingParts;
  readonly #sealing: Sealing;
  readonly #applying: Applying;
  readonly #messages: GroupMessages;
  readonly #joining: Joining;
  readonly #strangers = new Strangers();

  constructor(parts: ConversingParts, sealing: Sealing, contents: Applying) {
    this.#parts = parts;
    this.#messages = new GroupMessages(parts.encryption, parts.now);
    this.#sealing = sealing;
    this.#applying = contents;
    this.#joining = new Joining(parts, this.#messages, contents);
  }

  /** Stores what envelopes brought, once, many in a commit. When that is durable they may be acknowledged. Sends nothing. */
  async take(self: Self, envelopes: readonly DeliveredEnvelope[]): Promise<void> {
    // Of what came through an address that the service was told to block there is the position alone.
    const come = envelopes.filter(({ body }) => body.length > 0);
    for (let taken = 0; taken < come.length; taken += mostTogether)
      await this.#takeTogether(self, come.slice(taken, taken + mostTogether));
  }

  /**
   * The same with the keys that they need: those that begin after all that are known are asked for, and nothing else waits
   * for that, as anybody can name one.
   * @returns why what needs those was not taken: it is to come again.
   */
  async takeWithKeys(
    selfOf: () => Self,
    cells: Pick<Cells, "voprfKeyOf">,
    envelopes: readonly DeliveredEnvelope[],
  ): Promise<AssentError | undefined> {
    const { records } = this.#parts;
    const { known, later, latestEpoch } = await this.#strangers.byEpoch(
      records,
      selfOf(),
      envelopes,
    );
    await this.take(selfOf(), known);
    if (later.length === 0) return undefined;
    try {
      await cells.voprfKeyOf(latestEpoch);
    } catch (error) {
      if (error instanceof AssentError) return error;
      throw error;
    }
    // Who knows the keys that came by now.
    await this.take(selfOf(), later);
    return undefined;
  }

  async #takeTogether(self: Self, envelopes: readonly DeliveredEnvelope[]): Promise<void> {
    try {
      await this.#takeInOneStep(self, envelopes, new SignatureChecks());
    } catch (error) {
      if (!(error instanceof FalseSignature)) throw error;
      await this.#takeInOneStep(self, envelopes);
    }
  }

  /** @param checks without them, each signature is checked before the next envelope is looked at. @throws FalseSignature */
  #takeInOneStep(
    self: Self,
    envelopes: readonly DeliveredEnvelope[],
    checks?: SignatureChecks,
  ): Promise<void> {
    return this.#parts.records.step(async (step) => {
      const { primitives } = this.#parts.encryption;
      const ahead = await OpenedAhead.of(step, envelopes, primitives, checks);
      for (const envelope of envelopes) {
        const seenKey = `e${hex(envelope.envelopeId)}`;
        if (await step.get("seen", seenKey)) continue;
        const seen = create(SeenSchema, { atMs: BigInt(this.#parts.now()) });
        const changes = await this.#changesFor(step, self, envelope, ahead);
        step.add([...changes, put("seen", seenKey, seen)]);
      }
      await checks?.allTrue();
    });
  }

  async #changesFor(
    step: Step,
    self: Self,
    envelope: DeliveredEnvelope,
    ahead: OpenedAhead,
  ): Promise<Change[]> {
    const serialKey = hex(envelope.addressSerial);
    const given = await step.get("given", serialKey);
    if (isOfStranger(envelope, given)) return this.#fromStranger(step, self, envelope);
    if (!given || isDropped(given)) return [];
    const person = await step.get("people", personKey(given.accountId));
    if (!person) return [];
    const changes = await this.#fromPerson(step, self, envelope, ahead, given, person);
    return changes ?? unreadableThrough(serialKey, given, person);
  }

  /** Undefined for what nobody who was given the address sends: it does not open, or nothing in it can be read. */
  async #fromPerson(
    step: Step,
    self: Self,
    envelope: DeliveredEnvelope,
    ahead: OpenedAhead,
    given: GivenAddress,
    person: Person,
  ): Promise<Change[] | undefined> {
    const isSealed = sealOf(envelope.body) === "address";
    const opened = isSealed ? await ahead.open(envelope, given.envelopeKey) : undefined;
    if ((await step.get("numbers", person.number))?.blocked) {
      // They say so once alone: without it, what is written to them later goes where they cannot read it.
      if (opened?.content.case === "groupLost")
        await breakGroupsWith(step, person, [opened.content.value.groupId]);
      return [];
    }
    switch (opened?.content.case) {
      case "groupMessage":
        return this.#groupMessage(step, self, envelope, ahead, given, person, opened.content.value);
      case "groupLost":
        return this.#groupLost(step, given, person, opened.content.value.groupId);
      case undefined: {
        if (!opened || saysNothing(opened)) return undefined;
        const { accountId } = given;
        const whose = { accountId, conversationId: conversationIdWith(self, accountId) };
        return keptEnvelope(step, envelope.envelopeId, opened, whose, this.#parts.now());
      }
      default:
        return undefined;
    }
  }

  async #fromStranger(step: Step, self: Self, envelope: DeliveredEnvelope): Promise<Change[]> {
    const opened = await this.#strangers.open(self, envelope);
    if (opened?.content.case === "firstContact") {
      return this.#joining.join(step, self, envelope, opened.content.value);
    }
    if (!opened || opened.content.case !== undefined || saysNothing(opened)) return [];
    return keptEnvelope(step, envelope.envelopeId, opened, undefined, this.#parts.now());
  }

  /** Undefined as there. What a lost group or a used key leaves unread is not: it heals, and honest phones send hundreds. */
  async #groupMessage(
    step: Step,
    self: Self,
    envelope: DeliveredEnvelope,
    { checks }: OpenedAhead,
    given: GivenAddress,
    person: Person,
    message: Uint8Array,
  ): Promise<Change[] | undefined> {
    const named = this.#parts.encryption.groupOf(message);
    if (!named) return undefined;
    const groupKey = hex(named.groupId);
    const group = await step.get("groups", groupKey);
    // A message of a group with somebody else, through this person's address, is nobody's.
    if (group && !equalBytes(group.accountId, given.accountId)) return undefined;
    const state = group && (await groupStateOf(step, groupKey));
    if (!group || !state) return this.#askForNewGroup(step, given, person, named.groupId);
    const trusted = trustedWith(self, person);
    const opened = await this.#messages.open(step, { group, state }, message, trusted, checks);
    if (opened instanceof EncryptionRefused) {
      // Who was given the address had nothing to do but to hand back what this device sends there.
      if (opened.reason === "own") return undefined;
      return this.#unreadable(step, self, envelope, given, person, groupKey, group, opened);
    }
    if (opened.kind === "removed") return this.#over(step, given, groupKey, group);
    if (opened.kind === "commit") return opened.changes;
    const heard = person.unblocked ? { ...person, unblocked: false } : person;
    const applied = await this.#applying.apply(step, heard, opened.sender, opened.content);
    const changes = [
      ...applied.changes,
      ...opened.changes,
      ...(applied.person === person
        ? []
        : [put("people", personKey(given.accountId), applied.person)]),
    ];
    if (opened.missing > 0 && isConfirmed(person) && !person.unblocked) {
      const number = person.number as PhoneNumber;
      changes.push(await notice(step, number, "missing", opened.missing));
    }
    return changes;
  }

  /** What was sent in it and did not come goes again, in another. */
  async #over(step: Step, given: GivenAddress, groupKey: string, group: Group): Promise<Change[]> {
    if (group.broken) return [];
    await breakGroup(step, groupKey, group);
    return this.#applying.sendAgain(step, given.accountId);
  }

  /**
   * What could not be read is asked for; a lost commit heals into a new group. Also what used a key again: if
   * it is a repetition, its sender knows nothing of this envelope id; if their store was rolled back, they do.
   */
  async #unreadable(
    step: Step,
    self: Self,
    envelope: DeliveredEnvelope,
    given: GivenAddress,
    person: Person,
    groupKey: string,
    group: Group,
    { reason }: EncryptionRefused,
  ): Promise<Change[]> {
    // They and this device went two ways, and nobody says which is first: neither is.
    if (reason === "forked") return this.#over(step, given, groupKey, group);
    if (person.standing !== Standing.CURRENT) return [];
    if (reason === "future epoch" || reason === "too far ahead") {
      await breakGroup(step, groupKey, group);
      return this.#askForNewGroup(step, given, person, bytesFromHex(groupKey));
    }
    if (await isAskedEnough(step, given.accountId)) return [];
    const resend = { envelopeIds: [envelope.envelopeId] };
    const fields = { body: { case: "resend" as const, value: resend } };
    return (await this.#sealing.encryptFor(step, self, given.accountId, person, fields)) ?? [];
  }

  /** Tells the other side that a group cannot be read here; they start a new one. Again where they send in it on. */
  async #askForNewGroup(
    step: Step,
    given: GivenAddress,
    person: Person,
    groupId: Uint8Array,
  ): Promise<Change[]> {
    // Who was not answered yet is told nothing: not even that this device is there.
    if (person.standing !== Standing.CURRENT) return [];
    const noticeKey = `g${hex(groupId)}`;
    if (groupId.length !== idLength) return [];
    const told = await step.get("seen", noticeKey);
    if (told && !isOver(told.atMs, lostToldAgainAfterMs, this.#parts.now())) return [];
    if (await isAskedEnough(step, given.accountId)) return [];
    const lost = create(EnvelopeContentSchema, {
      content: { case: "groupLost", value: { groupId: new Uint8Array(groupId) } },
    });
    const asked = create(SeenSchema, { atMs: BigInt(this.#parts.now()) });
    return [
      ...(await this.#sealing.sealedTo(step, given.accountId, person.devices, lost)),
      put("seen", noticeKey, asked),
      ...(told ? [] : [await notice(step, person.number as PhoneNumber, "restarted")]),
    ];
  }

  /** The other side lost a group: it is given up, and what was not delivered in it is sent again in a new one. */
  async #groupLost(
    step: Step,
    given: GivenAddress,
    person: Person,
    groupId: Uint8Array,
  ): Promise<Change[]> {
    const isKnown = person.groups.some((known) => equalBytes(known, groupId));
    const group = await step.get("groups", hex(groupId));
    if (!isKnown || !group || group.broken) return [];
    await breakGroupsWith(step, person, [groupId]);
    return [
      ...(await this.#applying.sendAgain(step, given.accountId)),
      await notice(step, person.number as PhoneNumber, "restarted"),
    ];
  }
}

/** Neither content this version knows nor any of a later one. */
function saysNothing({ content, $unknown = [] }: EnvelopeContent): boolean {
  return content.case === undefined && $unknown.length === 0;
}

/** One more is counted; at the last the address is dropped, and with what is next sent to this person they get another. */
function unreadableThrough(serialKey: string, given: GivenAddress, person: Person): Change[] {
  if (given.provisional) return [];
  const counted = withUnreadable(given);
  return [
    put("given", serialKey, counted),
    ...(isDropped(counted)
      ? [put("people", personKey(given.accountId), { ...person, addressesGivenAtMs: 0n })]
      : []),
  ];
}
