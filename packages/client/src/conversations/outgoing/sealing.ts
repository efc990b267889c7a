// From content to sealed envelopes. The group's new state, the envelopes and the text they carry are changes of
// one commit, so that no key is used twice; nothing is sent here.
import {
  type AssentError,
  bytesFromHex,
  type ConversationId,
  type EnvelopeContent,
  EnvelopeContentSchema,
  equalBytes,
  limits,
  type MessageId,
  messageIdOf,
  type PhoneNumber,
  type Purpose,
  randomBytes,
  sealEnvelope,
} from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import type { Self } from "../../account/self.ts";
import type { ConsentAnswer } from "../../consent/consent.ts";
import { type ContentFields, contentIn, encodeContent, hasAtMost } from "../../content/content.ts";
import type { Discovery } from "../../discovery/discovery.ts";
import type { AnonymousService } from "../../egress/service.ts";
import {
  type Encryption,
  EncryptionRefused,
  type GroupState,
} from "../../encryption/encryption.ts";
import {
  type Message,
  type NumberRecord,
  OutgoingEnvelopeSchema,
  type PeerDevice,
  type Person,
  point,
  put,
  type Records,
  remove,
  Standing,
  type Step,
} from "../../store/records.ts";
import type { Change } from "../../store/store.ts";
import { sealedDelivery } from "../history/deliveries.ts";
import { confirmedRequest } from "../history/messages.ts";
import { nameOfReceipt, purposeOfReceipt } from "../history/owed-receipts.ts";
import { advancedGroup, breakGroup, writableGroupOf } from "../people/groups.ts";
import { hasAddress, isProvisional, isUnanswered } from "../people/peer-devices.ts";
import { conversationIdWith, isConfirmed, manifestOf, personKey } from "../people/person.ts";
import { type Telling, tellingOf } from "../people/telling.ts";

export interface ConversingParts {
  readonly records: Records;
  readonly encryption: Encryption;
  readonly service: (url: string) => AnonymousService;
  readonly now: () => number;
  readonly discovery: Discovery;
  /** At least 0, below 1. */
  readonly random: () => number;
  readonly consentTo: (purpose: Purpose) => ConsentAnswer;
}

/** What an envelope is for, and what is sent again where it does not go out. */
export interface Carried {
  readonly text: string;
  readonly purpose: Purpose;
  /** As `nameOfReceipt` names them. */
  readonly receipts: readonly string[];
  /** The group whose commit it is; empty where it is none. */
  readonly commitOf: Uint8Array<ArrayBuffer>;
}

export interface GroupMessage extends Carried {
  readonly content: Uint8Array;
}

/** Of one message. */
interface ReceiptsDue {
  readonly purpose: Purpose;
  readonly accountKey: string;
  readonly receipts: { readonly key: string; readonly text: string }[];
}

export const nothingCarried: Carried = {
  text: "",
  purpose: "service",
  receipts: [],
  commitOf: new Uint8Array(),
};

// 33 bytes each: such a message stays in a small envelope.
const receiptsPerMessage = 100;
// Of the queue, read at once.
const queuePage = 128;
// Of what is owed, read at once.
const receiptsPage = 256;
// Of receipts, in one step: others wait for it a moment only.
const mostReceiptMessages = 64;

export class Sealing {
  readonly #parts: ConversingParts;

  constructor(parts: ConversingParts) {
    this.#parts = parts;
  }

  /**
   * Seals queued texts in order, as far as it is known where they go.
   * @param mayGo whether a text may be sealed now.
   * @param most texts that are sealed.
   * @returns how many were, and of each number that must be asked for the first text that waits for it.
   */
  async sealKnown(
    step: Step,
    self: Self,
    mayGo: (text: Message) => boolean = () => true,
    most = Number.POSITIVE_INFINITY,
  ): Promise<{ readonly sealed: number; readonly unknown: ReadonlyMap<PhoneNumber, string> }> {
    const unknown = new Map<PhoneNumber, string>();
    let sealed = 0;
    for await (const { key, text: textKey } of queued(step)) {
      if (sealed === most) break;
      const text = await step.get("messages", textKey);
      if (!text || text.deletedAtMs > 0n) {
        step.add([remove("queue", key)]);
        continue;
      }
      const number = text.number as PhoneNumber;
      if (unknown.has(number) || !mayGo(text)) continue;
      const changes = await this.changesIfKnown(step, self, textKey, text);
      if (changes) {
        step.add([...changes, remove("queue", key)]);
        sealed += 1;
      } else {
        unknown.set(number, textKey);
      }
    }
    return { sealed, unknown };
  }

  /** Receipts of accepted conversations; others wait until the owner answers. One envelope is for one purpose. Returns how many were sealed. */
  async sealReceipts(step: Step, self: Self): Promise<number> {
    const { consentTo } = this.#parts;
    let sealed = 0;
    for (let after = ""; ; ) {
      const owed = await step.pointers("receipts", { after, limit: receiptsPage });
      const isMore = owed.length === receiptsPage;
      for (const { purpose, accountKey, receipts } of receiptsDue(owed)) {
        const last = receipts.at(-1)?.key ?? "";
        if (last <= after) continue;
        // The rest of this message is in the next page.
        if (isMore && last === owed.at(-1)?.key && receipts.length < receiptsPerMessage) break;
        after = last;
        const settled = receipts.map(({ key }) => remove("receipts", key));
        if (consentTo(purpose) === "no") {
          step.add(settled);
          continue;
        }
        if (sealed === mostReceiptMessages) return sealed;
        const ids = receipts.map(({ text }) => bytesFromHex(text));
        const value = purpose === "receipts" ? { read: ids } : { delivered: ids };
        const fields = { body: { case: "status" as const, value } };
        const carried = { purpose, receipts: receipts.map(({ key }) => nameOfReceipt(key)) };
        const changes = await this.#receiptsTo(step, self, accountKey, fields, carried);
        if (changes) {
          step.add([...changes, ...settled]);
          sealed += 1;
        } else {
          // Nothing of theirs can be sealed now, and there may be much of it.
          after = behindAllOf(accountKey);
        }
      }
      if (!isMore) return sealed;
    }
  }

  async #receiptsTo(
    step: Step,
    self: Self,
    accountKey: string,
    fields: ContentFields,
    carried: Partial<Carried>,
  ): Promise<Change[] | undefined> {
    const person = await step.get("people", accountKey);
    if (person?.standing !== Standing.CURRENT) return undefined;
    return this.encryptFor(step, self, bytesFromHex(accountKey), person, fields, carried);
  }

  /** Envelopes that carry content which is no text to a person, and the changes that go with them. */
  encryptFor(
    step: Step,
    self: Self,
    accountId: Uint8Array,
    person: Person,
    fields: ContentFields,
    carried: Partial<Carried> = {},
  ): Promise<Change[] | undefined> {
    const conversationId = conversationIdWith(self, accountId);
    const content = encodeContent(conversationId, fields, this.#parts.now());
    return this.#encrypt(step, self, accountId, person, { ...nothingCarried, ...carried, content });
  }

  async #encrypt(
    step: Step,
    self: Self,
    accountId: Uint8Array,
    person: Person,
    message: GroupMessage,
  ): Promise<Change[] | undefined> {
    const { now } = this.#parts;
    const group = await writableGroupOf(step, self, person, now());
    if (!group) return undefined;
    const telling = await tellingOf(step, self, accountId, person, now());
    const contents = this.behindTelling(self, accountId, telling?.fields, message);
    const changes: Change[] = [...(telling?.changes ?? [])];
    let state = group.state;
    for (const item of contents) {
      const encrypted = await this.#tryEncrypt(state, item.content);
      if (!encrypted) {
        // It is over, whatever ended it: the next text starts another.
        await breakGroup(step, group.key, group.group);
        return undefined;
      }
      changes.push(...advancedGroup(step, state, encrypted));
      state = encrypted.state;
      const envelope = create(EnvelopeContentSchema, {
        content: { case: "groupMessage", value: encrypted.message },
      });
      changes.push(...(await this.sealedTo(step, accountId, person.devices, envelope, item)));
      // What the owner wrote is on their other devices too, which wake nobody for it and say nothing of it.
      if (item.text !== "") {
        const { ownDevices } = group.group;
        changes.push(...(await this.sealedTo(step, self.device.accountId, ownDevices, envelope)));
      }
    }
    if (telling) changes.push(put("people", personKey(accountId), { ...person, ...telling.told }));
    return changes;
  }

  async #tryEncrypt(state: GroupState, content: Uint8Array) {
    try {
      return await this.#parts.encryption.encrypt(state, content);
    } catch (error) {
      if (error instanceof EncryptionRefused) return undefined;
      throw error;
    }
  }

  /** Envelopes with one content for each of an account's devices that can be written to. */
  async sealedTo(
    step: Step,
    accountId: Uint8Array,
    devices: readonly PeerDevice[],
    content: EnvelopeContent,
    { text, purpose, receipts, commitOf }: Carried = nothingCarried,
  ): Promise<Change[]> {
    const changes: Change[] = [];
    const { primitives } = this.#parts.encryption;
    for (const { deviceId, capability, envelopeKey } of devices.filter(hasAddress)) {
      const how = { kind: "address", envelopeKey } as const;
      const sealed = create(OutgoingEnvelopeSchema, {
        secret: randomBytes(32),
        capability,
        body: await sealEnvelope(how, content, primitives),
        accountId: new Uint8Array(accountId),
        deviceId,
        text,
        purpose,
        receipts: [...receipts],
        commitOf,
      });
      changes.push(
        put("outgoing", await step.nextKey("outgoing"), sealed),
        ...(await sealedDelivery(step, sealed)),
      );
    }
    return changes;
  }

  /** The text in the group it belongs to; undefined where there is none, or a lookup must tell. */
  async changesIfKnown(
    step: Step,
    self: Self,
    textKey: string,
    text: Message,
  ): Promise<Change[] | undefined> {
    const number = await step.get("numbers", text.number);
    if (number?.blocked) return undefined;
    const accountId = number?.acceptedAccountId;
    const person = accountId?.length ? await step.get("people", personKey(accountId)) : undefined;
    if (!accountId || !person || !hasSameAccount(number)) return undefined;
    // Their record says that they have other devices by now.
    if (manifestOf(person).version < number.lowestManifestVersion) return undefined;
    // Who is written to is known from now on, and what they wrote before is shown.
    const known = { ...person, standing: Standing.CURRENT };
    if (isTooLongFor(known, text)) return undefined;
    const { contentEncoded, id } = encodedText(self, text, conversationIdWith(self, accountId));
    const message = { ...nothingCarried, content: contentEncoded, text: textKey };
    const changes = await this.#encrypt(step, self, accountId, known, message);
    if (!changes) return undefined;
    const accountKey = personKey(accountId);
    if (!isConfirmed(person)) await confirmedRequest(step, accountKey, this.#parts.now());
    return [
      ...(person.standing === Standing.CURRENT ? [] : [put("people", accountKey, known)]),
      ...changes,
      put("messages", textKey, {
        ...text,
        recipientAccountId: accountId,
        contentEncoded,
        staysPrivate: person.devices.some(isProvisional),
      }),
      ...(id === text.id ? [] : [point("messageIds", id, textKey)]),
    ];
  }

  /** A message behind one that tells of this account what there is to tell. */
  behindTelling(
    self: Self,
    accountId: Uint8Array,
    fields: Telling["fields"] | undefined,
    message: GroupMessage,
  ): GroupMessage[] {
    if (!fields) return [message];
    const content = encodeContent(conversationIdWith(self, accountId), fields, this.#parts.now());
    return [{ ...nothingCarried, content }, message];
  }
}

/** What passes by itself, or with the owner's next answer: the text stays queued. */
export function isForLater({ retry }: AssentError): boolean {
  return retry === "later" || retry === "after-consent";
}

/** Whether a text is longer than what may be sent to somebody who has not answered, and this person has not. */
export function isTooLongFor(person: Person | undefined, { text }: Message): boolean {
  return isUnanswered(person) && !hasAtMost(text, limits.unansweredTextBytes);
}

function hasSameAccount(record: NumberRecord | undefined): boolean {
  return record !== undefined && equalBytes(record.accountId, record.acceptedAccountId);
}

/**
 * What a text is sent as in a conversation, the same bytes for good, and the message id that its receipts name. Another
 * where it was to be sent in another conversation before, or in none that was known.
 */
export function encodedText(
  self: Self,
  { text, contentEncoded, sentAtMs }: Message,
  conversationId: ConversationId,
): { readonly id: MessageId; readonly contentEncoded: Uint8Array<ArrayBuffer> } {
  const encoded =
    contentEncoded.length > 0
      ? contentIn(conversationId, contentEncoded)
      : encodeContent(
          conversationId,
          { body: { case: "text", value: { text } } },
          Number(sentAtMs),
        );
  const id = messageIdOf(self.device.accountId, conversationId, encoded);
  return { id, contentEncoded: encoded };
}

/** Pointers of the queue in its order, read as far as somebody asks: it may be long, and a step takes little of it. */
async function* queued(step: Step) {
  let after = "";
  for (;;) {
    const page = await step.pointers("queue", { after, limit: queuePage });
    yield* page;
    const last = page.at(-1);
    if (!last || page.length < queuePage) return;
    after = last.key;
  }
}

/** A key of a receipt that is behind all of an account's. */
function behindAllOf(accountKey: string): string {
  return `${accountKey}0`;
}

/** What is owed, in messages of one purpose to one account. */
function receiptsDue(owed: readonly { readonly key: string; readonly text: string }[]) {
  const messages = new Map<string, ReceiptsDue[]>();
  for (const receipt of owed) {
    const purpose = purposeOfReceipt(receipt.key);
    const accountKey = receipt.key.slice(0, receipt.key.indexOf("/"));
    const of = messages.get(`${purpose}/${accountKey}`) ?? [];
    messages.set(`${purpose}/${accountKey}`, of);
    const last = of.at(-1);
    if (last && last.receipts.length < receiptsPerMessage) last.receipts.push(receipt);
    else of.push({ purpose, accountKey, receipts: [receipt] });
  }
  return [...messages.values()].flat();
}
