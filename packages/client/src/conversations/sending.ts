// The way out: the queue of texts, their encryption, and the envelopes until the service has them. A text, the
// group's new state and the sealed envelopes change in one commit, so that no key is used twice; an envelope
// that was sealed is sent as the same bytes until it is answered.
import {
  AssentError,
  bytesFromHex,
  type EnvelopeContent,
  EnvelopeContentSchema,
  type ErrorCode,
  envelopeIdOf,
  equalBytes,
  hex,
  type PhoneNumber,
  randomBytes,
  sealEnvelope,
} from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import type { Discovery } from "../discovery/discovery.ts";
import type { Outbox, PutAnswer } from "../egress/outbox.ts";
import type { Self } from "../identity/self.ts";
import {
  AwaitedEnvelopeSchema,
  GroupSchema,
  type NumberRecord,
  type OutgoingEnvelope,
  OutgoingEnvelopeSchema,
  type Person,
  point,
  put,
  remove,
  type TextRecord,
  TextState,
} from "../store/records.ts";
import type { Change } from "../store/store.ts";
import { needsAddress, newAddress } from "./addresses.ts";
import { type ContentFields, encodeContent } from "./content.ts";
import { liveGroupOf, personKey } from "./people.ts";
import { type Starting, startConversation } from "./starting.ts";
import { notDelivered } from "./texts.ts";

export interface SendingParts extends Starting {
  readonly discovery: Discovery;
}

// Texts that are encrypted before the first of them is sent.
const batchSize = 64;
// 33 bytes each: such a message stays in a small envelope.
const receiptsPerMessage = 100;

export class Sending {
  readonly #parts: SendingParts;

  constructor(parts: SendingParts) {
    this.#parts = parts;
  }

  /**
   * Sends what waits, in order, until nothing does or the service cannot be reached.
   * Returns the error that stopped it, if one did; what was not sent stays queued.
   */
  async flush(self: Self, openOutbox: () => Promise<Outbox>): Promise<AssentError | undefined> {
    try {
      for (;;) {
        const stopped = await this.#putOutgoing(self, openOutbox);
        if (stopped) return stopped;
        await this.#encryptReceipts(self);
        const queued = await this.#parts.records.pointers("queue", { limit: batchSize });
        const waiting = await this.#parts.records.list("outgoing", { limit: 1 });
        if (queued.length === 0 && waiting.length === 0) return undefined;
        for (const { key, text } of queued) await this.#encryptQueued(self, key, text);
      }
    } catch (error) {
      if (error instanceof AssentError && isForLater(error)) return error;
      throw error;
    }
  }

  /** Encrypts queued texts in order, until one comes to somebody who must be looked up first. Sends nothing. */
  async encryptKnown(self: Self): Promise<void> {
    const { records } = this.#parts;
    for (const { key, text: textKey } of await records.pointers("queue")) {
      const text = await records.get("texts", textKey);
      const changes = text && (await this.#changesIfKnown(self, textKey, text));
      if (!changes) return;
      await records.commit([...changes, remove("queue", key)]);
    }
  }

  /** Envelopes that carry content which is no text to a person, and the changes that go with them. */
  async encryptFor(
    self: Self,
    accountId: Uint8Array,
    person: Person,
    fields: ContentFields,
    text = "",
    content: Uint8Array = encodeContent(fields, this.#parts.now()),
  ): Promise<Change[] | undefined> {
    const { records, encryption, now } = this.#parts;
    const group = await liveGroupOf(records, person);
    if (!group || person.addresses.length === 0) return undefined;
    const given = needsAddress(person, now())
      ? await newAddress(records, self, accountId, now())
      : undefined;
    const contents = given
      ? [
          { content: encodeContent({ addresses: [given.address] }, now()), text: "" },
          { content, text },
        ]
      : [{ content, text }];
    const changes: Change[] = [...(given?.changes ?? [])];
    let state = group.state;
    for (const item of contents) {
      const encrypted = await encryption.encrypt(state, item.content);
      state = encrypted.state;
      const envelope = create(EnvelopeContentSchema, {
        content: { case: "groupMessage", value: encrypted.message },
      });
      changes.push(...(await this.#sealedTo(accountId, person, envelope, item.text)));
    }
    const stored = create(GroupSchema, { accountId: new Uint8Array(accountId), state });
    const addressesGivenAtMs = given ? BigInt(now()) : person.addressesGivenAtMs;
    changes.push(
      put("groups", group.key, stored),
      put("people", personKey(accountId), { ...person, addressesGivenAtMs }),
    );
    return changes;
  }

  /** Envelopes for each of a person's devices; nothing is encrypted by the group. */
  async sealedFor(
    accountId: Uint8Array,
    person: Person,
    envelope: EnvelopeContent,
  ): Promise<Change[]> {
    return this.#sealedTo(accountId, person, envelope, "");
  }

  async #sealedTo(
    accountId: Uint8Array,
    person: Person,
    content: EnvelopeContent,
    text: string,
  ): Promise<Change[]> {
    const changes: Change[] = [];
    for (const address of person.addresses) {
      const sealed = create(OutgoingEnvelopeSchema, {
        secret: randomBytes(32),
        capability: address.capability,
        body: await sealEnvelope({ kind: "address", envelopeKey: address.envelopeKey }, content),
        accountId: new Uint8Array(accountId),
        text,
      });
      changes.push(put("outgoing", await this.#parts.records.nextKey("outgoing"), sealed));
    }
    return changes;
  }

  /** Delivered receipts of accepted conversations; others wait until the owner answers. */
  async #encryptReceipts(self: Self): Promise<void> {
    const { records } = this.#parts;
    const due = new Map<string, { key: string; id: string }[]>();
    for (const { key, text } of await records.pointers("receipts")) {
      const accountKey = key.slice(0, key.indexOf("/"));
      due.set(accountKey, [...(due.get(accountKey) ?? []), { key, id: text }]);
    }
    for (const [accountKey, receipts] of due) {
      const person = await records.get("people", accountKey);
      if (!person?.verified || !person.accepted) continue;
      const delivered = receipts.slice(0, receiptsPerMessage).map(({ id }) => bytesFromHex(id));
      const fields = { body: { case: "status" as const, value: { delivered } } };
      const changes = await this.encryptFor(self, bytesFromHex(accountKey), person, fields);
      if (!changes) continue;
      const settled = receipts
        .slice(0, receiptsPerMessage)
        .map(({ key }) => remove("receipts", key));
      await records.commit([...changes, ...settled]);
    }
  }

  /** Takes one text from the queue into sealed envelopes, or says why it cannot be delivered. */
  async #encryptQueued(self: Self, queueKey: string, textKey: string): Promise<void> {
    const { records } = this.#parts;
    const text = await records.get("texts", textKey);
    if (!text) return records.commit([remove("queue", queueKey)]);
    const number = text.number as PhoneNumber;
    try {
      const changes = await this.#changesFor(self, number, textKey, text);
      await records.commit([...changes, remove("queue", queueKey)]);
    } catch (error) {
      if (!(error instanceof AssentError) || isForLater(error)) throw error;
      await records.commit([
        remove("queue", queueKey),
        ...(await notDelivered(this.#parts.records, textKey, text, error.code)),
      ]);
    }
  }

  /** The text in the group it belongs to; undefined where there is none, or a lookup must tell. */
  async #changesIfKnown(
    self: Self,
    textKey: string,
    text: TextRecord,
  ): Promise<Change[] | undefined> {
    const { records } = this.#parts;
    const number = await records.get("numbers", text.number);
    const accountId = number?.acceptedAccountId;
    const person = accountId?.length
      ? await records.get("people", personKey(accountId))
      : undefined;
    if (!accountId || !person || !hasSameAccount(number)) return undefined;
    // Who is written to is known from now on.
    const known = { ...person, accepted: true };
    const content = new Uint8Array(text.contentEncoded);
    const changes = await this.encryptFor(self, accountId, known, {}, textKey, content);
    return changes && [...changes, put("texts", textKey, { ...text, accountId })];
  }

  async #changesFor(
    self: Self,
    number: PhoneNumber,
    textKey: string,
    text: TextRecord,
  ): Promise<Change[]> {
    const changes = await this.#changesIfKnown(self, textKey, text);
    if (changes) return changes;
    const { records, discovery, now } = this.#parts;
    const content = new Uint8Array(text.contentEncoded);
    const accountId = (await records.get("numbers", number))?.acceptedAccountId;
    const found = await discovery.findRecently(self, number);
    if (found.route === "sms") throw new AssentError("not_private");
    const accepted = accountId?.length ? accountId : found.accountId;
    if (!equalBytes(accepted, found.accountId)) throw new AssentError("key_changed");
    const given = await newAddress(records, self, found.accountId, now());
    const messages = given
      ? [
          { content: encodeContent({ addresses: [given.address] }, now()), text: "" },
          { content, text: textKey },
        ]
      : [{ content, text: textKey }];
    const started = await startConversation(
      this.#parts,
      self,
      number,
      found,
      messages,
      given ? now() : 0,
    );
    const record = await records.get("numbers", number);
    return [
      ...(given?.changes ?? []),
      ...started,
      put("numbers", number, {
        ...(record as NumberRecord),
        acceptedAccountId: new Uint8Array(found.accountId),
      }),
      put("texts", textKey, { ...text, accountId: new Uint8Array(found.accountId) }),
    ];
  }

  async #putOutgoing(
    self: Self,
    openOutbox: () => Promise<Outbox>,
  ): Promise<AssentError | undefined> {
    const { records } = this.#parts;
    const waiting = await records.list("outgoing");
    if (waiting.length === 0) return undefined;
    const outbox = await openOutbox();
    const answers = await outbox.put(
      waiting.map(({ record }) => ({
        capability: record.capability,
        envelopeId: envelopeIdOf(record.secret),
        body: record.body,
      })),
    );
    let stopped: AssentError | undefined;
    for (const [index, { key, record }] of waiting.entries()) {
      const error = await this.#settle(self, key, record, answers[index] as PutAnswer);
      stopped ??= error;
    }
    return stopped;
  }

  /** Stores what an answer means; returns an error where the envelope stays for later. */
  async #settle(
    self: Self,
    key: string,
    envelope: OutgoingEnvelope,
    answer: PutAnswer,
  ): Promise<AssentError | undefined> {
    const { records, now } = this.#parts;
    if (answer === "stored") {
      await records.commit([remove("outgoing", key), ...(await this.#sent(envelope, now()))]);
      return undefined;
    }
    if (answer === "gone") {
      await this.left(self, envelope.accountId);
      return undefined;
    }
    if (answer.code === "address_expired") {
      await this.#startAnew(envelope.accountId);
      return undefined;
    }
    if (answer.retry === "later") return answer;
    const text = await records.get("texts", envelope.text);
    await records.commit([
      remove("outgoing", key),
      ...(text ? await notDelivered(records, envelope.text, text, answer.code) : []),
    ]);
    return undefined;
  }

  async #sent(envelope: OutgoingEnvelope, nowMs: number): Promise<Change[]> {
    const text = envelope.text && (await this.#parts.records.get("texts", envelope.text));
    if (!text) return [];
    const awaited = create(AwaitedEnvelopeSchema, {
      secret: envelope.secret,
      capability: envelope.capability,
      accountId: envelope.accountId,
      text: envelope.text,
      storedAtMs: BigInt(nowMs),
      askedAtMs: BigInt(nowMs),
    });
    const changes = [put("awaited", hex(envelopeIdOf(envelope.secret)), awaited)];
    if (text.state === TextState.QUEUED) {
      changes.push(put("texts", envelope.text, { ...text, state: TextState.SENT }));
    }
    return changes;
  }

  /**
   * The owner of this account left: whatever is not delivered to it will not be. Its number is looked up
   * again, so that the next text goes to a new account, or by SMS.
   */
  async left(self: Self, accountId: Uint8Array): Promise<void> {
    const { records } = this.#parts;
    const key = personKey(accountId);
    const person = await records.get("people", key);
    const error = person ? await this.#whyLeft(self, person) : "gone";
    const changes: Change[] = [];
    for (const table of ["outgoing", "awaited"] as const) {
      for (const { key: envelopeKey, record } of await records.list(table)) {
        if (!equalBytes(record.accountId, accountId)) continue;
        changes.push(remove(table, envelopeKey));
        const text = record.text ? await records.get("texts", record.text) : undefined;
        if (text && !isArrived(text)) {
          changes.push(...(await notDelivered(records, record.text, text, error)));
        }
      }
    }
    if (person) {
      for (const groupId of person.groups) changes.push(remove("groups", hex(groupId)));
      changes.push(put("people", key, { ...person, groups: [], addresses: [] }));
    }
    await records.commit(changes);
  }

  /** Whether the number has a new account, with a new key, or none. */
  async #whyLeft(self: Self, person: Person): Promise<ErrorCode> {
    try {
      const found = await this.#parts.discovery.find(self, person.number as PhoneNumber);
      return found.route === "private" ? "key_changed" : "gone";
    } catch (error) {
      if (error instanceof AssentError) return "gone";
      throw error;
    }
  }

  /** Forgets a person's groups and addresses; what was not answered is queued again, in its order. */
  async #startAnew(accountId: Uint8Array): Promise<void> {
    const { records } = this.#parts;
    const key = personKey(accountId);
    const person = await records.get("people", key);
    if (!person || person.addresses.length === 0) return;
    const changes: Change[] = [put("people", key, { ...person, groups: [], addresses: [] })];
    for (const { key: envelopeKey, record } of await records.list("outgoing")) {
      if (!equalBytes(record.accountId, accountId)) continue;
      changes.push(remove("outgoing", envelopeKey));
      // Before all that is queued behind it: queue keys are those of the texts themselves.
      if (record.text) changes.push(point("queue", record.text, record.text));
    }
    await records.commit(changes);
  }
}

/** What passes by itself, or with the owner's next answer: the text stays queued. */
function isForLater({ retry }: AssentError): boolean {
  return retry === "later" || retry === "after-consent";
}

function isArrived({ state }: TextRecord): boolean {
  return state === TextState.DELIVERED || state === TextState.READ;
}

function hasSameAccount(record: NumberRecord | undefined): boolean {
  return record !== undefined && equalBytes(record.accountId, record.acceptedAccountId);
}
