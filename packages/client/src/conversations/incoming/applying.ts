// What a decrypted content changes: texts, receipts, devices and addresses, requests to send again. The sender's device was
// established by the encryption room; a content speaks for its sender's account and in its conversation only. What is not
// understood is kept whole, and applied when it is.
import {
  type AccountId,
  type Address,
  type ConversationId,
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
import type { Understanding } from "../../content/understanding.ts";
import type { TrustedDevice } from "../../encryption/encryption.ts";
import {
  type Annotation,
  AnnotationSchema,
  DeliveryState,
  type KeptContent,
  type Message,
  type Person,
  put,
  remove,
  Standing,
  type Step,
} from "../../store/records.ts";
import type { Change } from "../../store/store.ts";
import { deleteText, threadOf } from "../history/deleting.ts";
import {
  arrivedDelivery,
  awaitedDeliveries,
  nameOfDelivery,
  queuedAgain,
  settleText,
} from "../history/deliveries.ts";
import { expiryOf } from "../history/expiry.ts";
import { receivedText, requestThread } from "../history/messages.ts";
import { deliveredReceipt, givenUp } from "../history/owed-receipts.ts";
import { hasWritableGroup } from "../people/groups.ts";
import { withAddress } from "../people/peer-devices.ts";
import { conversationIdWith, isConfirmed, personKey } from "../people/person.ts";
import { withToldManifest } from "../people/told-manifest.ts";
import { Annotating } from "./annotating.ts";
import { AskedAgain } from "./asked-again.ts";
import { keptContent } from "./keeping.ts";
import { isTooLongOf, Unanswered } from "./unanswered.ts";

// Receipts and requests that one message may hold; more are not read.
const idsPerMessage = 1_000;
// Receipts that wait for somebody, with which another waits that is not for a text.
const mostOwedWaiting = 64;

export interface Applied {
  /** As it is after the content; the caller stores it. */
  readonly person: Person;
  readonly changes: Change[];
}

/** A content, and whose device it is from. */
interface Came extends DecodedContent {
  readonly sender: Readonly<Record<"accountId" | "deviceId", Uint8Array<ArrayBuffer>>>;
  readonly encoded: Uint8Array<ArrayBuffer>;
}

export class Applying {
  readonly #self: () => Self;
  readonly #now: () => number;
  readonly #understanding: Understanding;
  readonly #annotating: Annotating;
  readonly #askedAgain = new AskedAgain();
  readonly #unanswered: Unanswered;

  constructor(self: () => Self, now: () => number, understanding: Understanding) {
    this.#self = self;
    this.#now = now;
    this.#understanding = understanding;
    this.#annotating = new Annotating(understanding, now);
    this.#unanswered = new Unanswered(now);
  }

  async apply(
    step: Step,
    person: Person,
    sender: TrustedDevice,
    encoded: Uint8Array,
  ): Promise<Applied> {
    const conversationId = conversationIdWith(this.#self(), sender.accountId);
    const came = this.#read(sender, conversationId, encoded);
    if (!came) return { person, changes: [] };
    const { manifest, addresses } = came.content;
    // Of the devices that it names there may be addresses beside it.
    const named = await withToldManifest(step, person, manifest);
    const addressed = this.#withAddresses(named, addresses);
    return { person: addressed, changes: await this.#meant(step, addressed, came) };
  }

  /**
   * The same with what was kept, where it is understood by now: what stands in its place becomes what it is, and it is kept no
   * longer. It was receipted, and told of, when it came.
   * @param place in the order that such contents came.
   */
  async applyKept(step: Step, place: string, key: string): Promise<void> {
    const kept = await step.get("kept", key);
    // Its owner deleted it.
    if (kept?.encoded.case !== "content") return step.add([remove("unapplied", place)]);
    const came = this.#read(kept, kept.conversationId as ConversationId, kept.encoded.value);
    if (!came || came.meaning.kind === "not understood") return;
    const { id, meaning, sender } = came;
    const messageKey = await step.pointer("messageIds", id);
    const shown = messageKey ? await step.get("messages", messageKey) : undefined;
    step.add([remove("kept", key), remove("unapplied", place)]);
    if (messageKey && shown && meaning.kind === "text") {
      step.add([put("messages", messageKey, asUnderstood(shown, meaning.text))]);
      return this.#annotating.settle(step, messageKey);
    }
    const person = await step.get("people", personKey(sender.accountId));
    // A request that turned out false, with all that it brought.
    if (!person) return;
    // What stood in a thread for something that is no text of its own.
    if (messageKey && shown) await deleteText(step, threadOf(shown), messageKey, this.#now());
    const changes = await this.#meant(step, person, came);
    step.add(messageKey ? changes.filter(({ table }) => table !== "receipts") : changes);
  }

  /** Undefined where it is not what a message of this conversation may hold. */
  #read(
    { accountId, deviceId }: Pick<KeptContent, "accountId" | "deviceId">,
    conversationId: ConversationId,
    encoded: Uint8Array,
  ): Came | undefined {
    const account = accountId as AccountId;
    const decoded = decodeContent(this.#understanding, account, conversationId, encoded);
    const sender = { accountId: new Uint8Array(accountId), deviceId: new Uint8Array(deviceId) };
    return decoded && { ...decoded, sender, encoded: new Uint8Array(encoded) };
  }

  async #meant(step: Step, person: Person, came: Came): Promise<Change[]> {
    const { meaning, encoded, sender } = came;
    if (isTooLongOf(person, meaning, encoded)) return [];
    switch (meaning.kind) {
      case "text": {
        const fields = { text: meaning.text, contentEncoded: encoded };
        return this.#text(step, person, came, fields);
      }
      case "status":
        await this.#arrived(step, sender, meaning.status);
        return [];
      case "resend":
        await this.#resend(step, sender.accountId, meaning.envelopeIds);
        return [];
      case "edit":
      case "unsent":
      case "reaction":
        await this.#annotating.said(step, meaning.target, came.id, annotationOf(came, this.#now()));
        // Whatever became of it here: whoever sent it need not send it again.
        return (await this.#isOwed(step, person, sender.accountId, meaning.target))
          ? [deliveredReceipt(personKey(sender.accountId), came.id)]
          : [];
      case "not understood":
        return this.#unknown(step, person, came);
      case "nothing":
        return [];
    }
  }

  async #text(
    step: Step,
    person: Person,
    { id, content, sender }: Came,
    fields: Pick<Message, "text" | "contentEncoded"> & Partial<Pick<Message, "notUnderstood">>,
  ): Promise<Change[]> {
    const accountKey = personKey(sender.accountId);
    const receipt = deliveredReceipt(accountKey, id);
    // It came before, and its sender does not know: their receipt was lost.
    if (await step.pointer("messageIds", id)) return [receipt];
    if (this.#unanswered.isOneTooMany(accountKey, person)) return [];
    // Nobody writes in a time to come: their clock, or what they say of it, is wrong.
    const nowMs = this.#now();
    const sentAtMs = content.sentAtMs > BigInt(nowMs) ? BigInt(nowMs) : content.sentAtMs;
    const received = {
      ...fields,
      ...expiryOf(content, sentAtMs),
      id,
      number: person.number,
      sentAtMs,
      inReplyTo: content.inReplyTo.length === 32 ? hex(content.inReplyTo) : "",
      senderAccountId: sender.accountId,
      senderDeviceId: sender.deviceId,
    };
    const where = isConfirmed(person) ? {} : { thread: requestThread(accountKey) };
    step.add([...(await receivedText(step, received, nowMs, where)), receipt]);
    await this.#annotating.arrived(step, id);
    return [];
  }

  /**
   * Whether what somebody says of a message is receipted. To whom nothing can be said now a receipt waits, and nobody sees for what:
   * so only a few do, and of who was not answered none for messages that are not here.
   */
  async #isOwed(
    step: Step,
    person: Person,
    accountId: Uint8Array,
    target: MessageId,
  ): Promise<boolean> {
    const isCurrent = person.standing === Standing.CURRENT;
    if (isCurrent && (await hasWritableGroup(step, this.#self(), person, this.#now()))) return true;
    if (!isCurrent && (await step.pointer("messageIds", target)) === undefined) return false;
    const waiting = { prefix: `${personKey(accountId)}/`, limit: mostOwedWaiting };
    return (await step.pointers("receipts", waiting)).length < mostOwedWaiting;
  }

  /** A body of a later version: kept whole, and shown by its fallback unless it says that it need not be. */
  async #unknown(step: Step, person: Person, came: Came): Promise<Change[]> {
    const { id, content, encoded, sender } = came;
    const { conversationId, ignorable } = content;
    const fields = { text: fallbackOf(content), contentEncoded: encoded, notUnderstood: true };
    const kept = { ...sender, conversationId, receivedAtMs: BigInt(this.#now()) };
    // At once in the step: it is kept no longer where it was taken back before it came.
    step.add(await keptContent(step, id, kept, encoded, !ignorable));
    return ignorable ? [] : this.#text(step, person, came, fields);
  }

  /** Where the sender's devices can be written to. Only devices of their manifest, only at this cell. */
  #withAddresses(person: Person, addresses: readonly Address[]): Person {
    if (addresses.length === 0) return person;
    let { devices } = person;
    for (const { deviceId, cellId, capability, envelopeKey, expiresAtMs } of addresses) {
      const fits =
        equalBytes(cellId, this.#self().cell.id) &&
        envelopeKey.length === envelopeKeyLength &&
        capability.length > 0 &&
        capability.length <= limits.capabilityBytes;
      if (!fits) continue;
      const address = { deviceId, capability, envelopeKey, expiresAtMs, provisional: false };
      devices = withAddress(devices, address, this.#now());
    }
    return { ...person, devices };
  }

  /** What the recipient says of texts sent to them: that they came, or that they were read. */
  async #arrived(
    step: Step,
    sender: Came["sender"],
    { delivered, read }: MessageStatus,
  ): Promise<void> {
    const told = new Map([
      ...delivered.slice(0, idsPerMessage).map((id) => [hex(id), DeliveryState.ARRIVED] as const),
      ...read.slice(0, idsPerMessage).map((id) => [hex(id), DeliveryState.READ] as const),
    ]);
    for (const [id, state] of told) {
      const key = await step.pointer("messageIds", id);
      const text = key ? await step.get("messages", key) : undefined;
      // Only who was sent a text can say that it came.
      const isTheirs = equalBytes(text?.recipientAccountId ?? new Uint8Array(), sender.accountId);
      if (!key || !text?.outgoing || !isTheirs) continue;
      step.add([remove("queue", key), ...(await arrivedDelivery(step, key, sender, state))]);
      await settleText(step, key);
    }
  }

  async #resend(
    step: Step,
    accountId: Uint8Array,
    envelopeIds: readonly Uint8Array[],
  ): Promise<void> {
    for (const envelopeId of envelopeIds.slice(0, idsPerMessage)) {
      const key = await step.pointer("awaited", hex(envelopeId));
      const record = key === undefined ? undefined : await step.get("deliveries", key);
      if (!key || !record || nameOfDelivery(key).account !== hex(accountId)) continue;
      if (!this.#askedAgain.mayBeSent(key)) continue;
      step.add(queuedAgain({ key, record }));
      // A step that is given up is done again.
      step.whenStored(() => this.#askedAgain.sent(key));
      await settleText(step, nameOfDelivery(key).text);
    }
  }

  /** Queues again all that was sealed or sent to an account, and that it did not say it has. */
  async sendAgain(step: Step, accountId: Uint8Array): Promise<Change[]> {
    const sealed = (await step.list("outgoing")).filter(({ record }) =>
      equalBytes(record.accountId, accountId),
    );
    const awaited = await awaitedDeliveries(step, hex(accountId));
    const given = await Promise.all(sealed.map(({ key, record }) => givenUp(step, key, record)));
    return [...given.flat(), ...awaited.flatMap(queuedAgain)];
  }
}

function annotationOf({ sender, content, encoded }: Came, nowMs: number): Annotation {
  const { conversationId } = content;
  return create(AnnotationSchema, {
    ...sender,
    conversationId,
    receivedAtMs: BigInt(nowMs),
    contentEncoded: encoded,
  });
}

/** In its place, unless its owner deleted it. */
function asUnderstood(shown: Message, text: string): Message {
  return shown.deletedAtMs > 0n ? shown : { ...shown, text, notUnderstood: false };
}
