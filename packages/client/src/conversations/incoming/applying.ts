// What a decrypted content changes: texts, receipts, addresses, requests to send again. The sender's device was
// established by the encryption room; a content speaks for its sender's account and in its conversation only. What is not
// understood is kept whole.
import {
  type Address,
  type Content,
  deviceIdOf,
  envelopeKeyLength,
  equalBytes,
  hex,
  limits,
  type MessageId,
  type MessageStatus,
} from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import type { Self } from "../../account/self.ts";
import { type DecodedContent, decodeContent, fallbackOf } from "../../content/content.ts";
import type { TrustedDevice } from "../../encryption/encryption.ts";
import {
  KeptContentSchema,
  type Message,
  OutgoingAddressSchema,
  type Person,
  point,
  put,
  remove,
  type Step,
  TextState,
} from "../../store/records.ts";
import type { Change } from "../../store/store.ts";
import { changedText, receivedText, requestThread } from "../history/messages.ts";
import { deliveredReceipt, givenUp } from "../history/owed-receipts.ts";
import {
  conversationIdWith,
  isConfirmed,
  manifestOf,
  personKey,
  withAddress,
} from "../people/people.ts";

// Receipts and requests that one message may hold; more are not read.
const idsPerMessage = 1_000;

export interface Applied {
  /** As it is after the content; the caller stores it. */
  readonly person: Person;
  readonly changes: Change[];
}

export class Applying {
  readonly #self: () => Self;
  readonly #now: () => number;

  constructor(self: () => Self, now: () => number) {
    this.#self = self;
    this.#now = now;
  }

  async apply(
    step: Step,
    person: Person,
    sender: TrustedDevice,
    encoded: Uint8Array,
  ): Promise<Applied> {
    const conversationId = conversationIdWith(this.#self(), sender.accountId);
    const decoded = decodeContent(sender.accountId, conversationId, encoded);
    if (!decoded) return { person, changes: [] };
    const addressed = this.#withAddresses(person, decoded.content.addresses);
    const content = new Uint8Array(encoded);
    const changes = decoded.isUnknown
      ? await this.#unknown(step, addressed, sender, decoded, content)
      : await this.#body(step, addressed, sender, decoded, content);
    return { person: addressed, changes };
  }

  async #body(
    step: Step,
    person: Person,
    sender: TrustedDevice,
    { id, content }: DecodedContent,
    encoded: Uint8Array<ArrayBuffer>,
  ): Promise<Change[]> {
    const { body } = content;
    switch (body.case) {
      case "text":
        return this.#text(step, person, sender, id, content, {
          text: body.value.text,
          contentEncoded: encoded,
        });
      case "status":
        return this.#arrived(step, sender.accountId, body.value);
      case "resend":
        return this.#resend(step, sender.accountId, body.value.envelopeIds);
      default:
        return [];
    }
  }

  async #text(
    step: Step,
    person: Person,
    sender: TrustedDevice,
    id: MessageId,
    { sentAtMs }: Content,
    fields: Pick<Message, "text" | "contentEncoded"> & Partial<Pick<Message, "notUnderstood">>,
  ): Promise<Change[]> {
    const accountKey = personKey(sender.accountId);
    const receipt = deliveredReceipt(accountKey, id);
    // It came before, and its sender does not know: their receipt was lost.
    if (await step.pointer("messageIds", id)) return [receipt];
    // Nobody writes in a time to come: their clock, or what they say of it, is wrong.
    const nowMs = this.#now();
    const received = {
      ...fields,
      id,
      number: person.number,
      sentAtMs: sentAtMs > BigInt(nowMs) ? BigInt(nowMs) : sentAtMs,
      senderAccountId: new Uint8Array(sender.accountId),
      senderDeviceId: new Uint8Array(sender.deviceId),
    };
    const where = isConfirmed(person) ? {} : { thread: requestThread(accountKey) };
    return [...(await receivedText(step, received, nowMs, where)), receipt];
  }

  /** A body of a later version: kept whole, and shown by its fallback unless it says that it need not be. */
  async #unknown(
    step: Step,
    person: Person,
    sender: TrustedDevice,
    { id, content }: DecodedContent,
    encoded: Uint8Array<ArrayBuffer>,
  ): Promise<Change[]> {
    const kept = create(KeptContentSchema, {
      accountId: new Uint8Array(sender.accountId),
      conversationId: content.conversationId,
      receivedAtMs: BigInt(this.#now()),
      encoded: { case: "content", value: encoded },
    });
    const fields = { text: fallbackOf(content), contentEncoded: encoded, notUnderstood: true };
    return [
      put("kept", `m${id}`, kept),
      ...(content.ignorable ? [] : await this.#text(step, person, sender, id, content, fields)),
    ];
  }

  /** Where the sender's devices can be written to. Only devices of their manifest, only at this cell. */
  #withAddresses(person: Person, addresses: readonly Address[]): Person {
    if (addresses.length === 0) return person;
    const { devices } = manifestOf(person);
    let known = person.addresses;
    for (const address of addresses) {
      const fits =
        devices.some(({ signatureKey }) =>
          equalBytes(deviceIdOf(signatureKey), address.deviceId),
        ) &&
        equalBytes(address.cellId, this.#self().cell.id) &&
        address.envelopeKey.length === envelopeKeyLength &&
        address.capability.length > 0 &&
        address.capability.length <= limits.capabilityBytes;
      if (!fits) continue;
      const { deviceId, capability, envelopeKey, expiresAtMs } = address;
      const outgoing = create(OutgoingAddressSchema, {
        deviceId,
        capability,
        envelopeKey,
        expiresAtMs,
      });
      known = withAddress(known, outgoing, this.#now());
    }
    return { ...person, addresses: known };
  }

  /** What the recipient says of texts sent to them: that they came, or that they were read. */
  async #arrived(
    step: Step,
    accountId: Uint8Array,
    { delivered, read }: MessageStatus,
  ): Promise<Change[]> {
    const told = new Map([
      ...delivered.slice(0, idsPerMessage).map((id) => [hex(id), TextState.DELIVERED] as const),
      ...read.slice(0, idsPerMessage).map((id) => [hex(id), TextState.READ] as const),
    ]);
    const changes: Change[] = [];
    const arrived = new Set<string>();
    for (const [id, state] of told) {
      const key = await step.pointer("messageIds", id);
      const text = key ? await step.get("messages", key) : undefined;
      // Only who was sent a text can say that it came.
      if (!key || !text?.outgoing || !equalBytes(text.recipientAccountId, accountId)) continue;
      arrived.add(key);
      if (text.state === TextState.READ || text.state === state) continue;
      changes.push(...(await changedText(step, key, text, state)));
    }
    for (const { key, record } of await step.list("awaited")) {
      if (arrived.has(record.text)) changes.push(remove("awaited", key));
    }
    for (const key of arrived) changes.push(remove("queue", key));
    return changes;
  }

  async #resend(
    step: Step,
    accountId: Uint8Array,
    envelopeIds: readonly Uint8Array[],
  ): Promise<Change[]> {
    const changes: Change[] = [];
    for (const envelopeId of envelopeIds.slice(0, idsPerMessage)) {
      const key = hex(envelopeId);
      const awaited = await step.get("awaited", key);
      if (!awaited || !equalBytes(awaited.accountId, accountId)) continue;
      changes.push(remove("awaited", key), point("queue", awaited.text, awaited.text));
    }
    return changes;
  }

  /** Queues again all that was sealed or sent to an account, and that it did not say it has. */
  async sendAgain(step: Step, accountId: Uint8Array): Promise<Change[]> {
    const isTheirs = ({ record }: { readonly record: { readonly accountId: Uint8Array } }) =>
      equalBytes(record.accountId, accountId);
    const sealed = (await step.list("outgoing")).filter(isTheirs);
    const awaited = (await step.list("awaited")).filter(isTheirs);
    return [
      ...sealed.flatMap(({ key, record }) => givenUp(key, record)),
      ...awaited.flatMap(({ key, record: { text } }) => [
        remove("awaited", key),
        point("queue", text, text),
      ]),
    ];
  }
}
