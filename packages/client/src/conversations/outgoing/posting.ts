// The way out: what is queued is encrypted, what is sealed is put, as the same bytes until it is answered, and what an
// answer means is stored. One person's envelopes go in a chain, so that many are on their way and none overtakes another.
import {
  AssentError,
  accountIdOf,
  type ErrorCode,
  envelopeIdOf,
  equalBytes,
  hex,
  isPurpose,
  limits,
  type PhoneNumber,
  type Purpose,
} from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import type { Self } from "../../account/self.ts";
import type { Outbox, OutgoingPut, PutAnswer, StoredAnswer } from "../../egress/outbox.ts";
import {
  AwaitedEnvelopeSchema,
  type OutgoingEnvelope,
  type Person,
  put,
  remove,
  TextState,
} from "../../store/records.ts";
import type { Change } from "../../store/store.ts";
import { isArrived, notDelivered } from "../history/messages.ts";
import { givenUp } from "../history/owed-receipts.ts";
import { personKey } from "../people/people.ts";
import { type ConversingParts, isForLater, type Sealing } from "./sealing.ts";

// Texts that are encrypted before the first of them is sent.
const batchSize = 64;
// Envelopes that are on their way at once, and bytes of their bodies.
const putsAtOnce = limits.itemsPerFrame;
const bytesAtOnce = limits.frameBytes;
const day = 86_400_000;
// Of what looking somebody up may be answered, what stops their texts alone; anything else for later stops them all.
const stopsOnePerson: ReadonlySet<ErrorCode> = new Set([
  "mailbox_full",
  "lookups_used_up",
  "rate_limited",
]);

interface Waiting {
  readonly key: string;
  readonly record: OutgoingEnvelope;
}

export class Posting {
  readonly #parts: ConversingParts;
  readonly #sealing: Sealing;

  constructor(parts: ConversingParts, sealing: Sealing) {
    this.#parts = parts;
    this.#sealing = sealing;
  }

  /**
   * Sends what waits, each person's texts in order, until all is sent or nothing more can be.
   * Returns the error that stopped something, if one did; what was not sent stays queued.
   */
  async flush(self: Self, openOutbox: () => Promise<Outbox>): Promise<AssentError | undefined> {
    // Whose texts wait for another time: account ids of envelopes, numbers of texts.
    const stopped = new Map<string, AssentError>();
    // Who was started anew with, since their address ran out: once, whatever the service goes on answering.
    const renewed = new Set<string>();
    try {
      do await this.#putOutgoing(self, openOutbox, stopped, renewed);
      while (await this.#encryptMore(self, stopped));
      return stopped.values().next().value;
    } catch (error) {
      if (error instanceof AssentError && isForLater(error)) return error;
      throw error;
    }
  }

  /** Sends the delivery receipts that are owed, and nothing else. What does not go out now never does: it is the last. */
  async postReceipts(self: Self, openOutbox: () => Promise<Outbox>): Promise<void> {
    await this.#sealing.encryptReceipts(self);
    const owed = (await this.#notWithheld()).filter(
      ({ record }) => record.receipts.length > 0 && purposeOf(record) === "service",
    );
    const batch = firstOf(owed);
    if (batch.length > 0) await (await openOutbox()).put(chained(batch));
  }

  /** Whether there is something new to put. */
  async #encryptMore(self: Self, stopped: Map<string, AssentError>): Promise<boolean> {
    const { records } = this.#parts;
    const before = (await records.list("outgoing")).length;
    await this.#sealing.encryptReceipts(self);
    let encrypted = 0;
    for (const { key, text: textKey } of await records.pointers("queue")) {
      if (encrypted === batchSize) break;
      const text = await records.get("texts", textKey);
      if (text && (stopped.has(text.number) || stopped.has(personKey(text.accountId)))) continue;
      try {
        await this.#sealing.encryptQueued(self, key, textKey);
        encrypted += 1;
      } catch (error) {
        if (!(error instanceof AssentError) || !stopsOnePerson.has(error.code)) throw error;
        if (text) stopped.set(text.number, error);
      }
    }
    return encrypted > 0 || (await records.list("outgoing")).length > before;
  }

  /** Puts what is sealed, as much at once as may be on its way. */
  async #putOutgoing(
    self: Self,
    openOutbox: () => Promise<Outbox>,
    stopped: Map<string, AssentError>,
    renewed: Set<string>,
  ): Promise<void> {
    for (;;) {
      const waiting = (await this.#notWithheld()).filter(
        ({ record }) => !stopped.has(personKey(record.accountId)),
      );
      const batch = firstOf(waiting);
      if (batch.length === 0) return;
      const outbox = await openOutbox();
      const answers = await outbox.put(chained(batch));
      let lost: AssentError | undefined;
      // Who was answered something that ends a wait: what is behind it may go now.
      const settled = new Set<string>();
      for (const [index, { key, record }] of batch.entries()) {
        const person = personKey(record.accountId);
        const error = await this.#settle(self, key, record, answers[index] as PutAnswer);
        if (!error) settled.add(person);
        else if (error.code === "unreachable") lost ??= error;
        else if (error.code === "after_refused" && settled.has(person)) continue;
        else if (error.code === "address_expired" && !renewed.has(person)) renewed.add(person);
        else if (!stopped.has(person)) stopped.set(person, error);
      }
      if (lost) throw lost;
    }
  }

  /** What is sealed. What its owner says no to any more is dropped, and not kept for another yes. */
  async #notWithheld(): Promise<Waiting[]> {
    const { records, consentTo } = this.#parts;
    const sealed = await records.list("outgoing");
    const withheld = sealed.filter(({ record }) => consentTo(purposeOf(record)) === "no");
    await records.commit(withheld.map(({ key }) => remove("outgoing", key)));
    return sealed.filter((waiting) => !withheld.includes(waiting));
  }

  /** Stores what an answer means; returns an error where the envelope stays for later. */
  async #settle(
    self: Self,
    key: string,
    envelope: OutgoingEnvelope,
    answer: PutAnswer,
  ): Promise<AssentError | undefined> {
    const { records } = this.#parts;
    // An answer before this one ended the whole conversation.
    if (!(await records.get("outgoing", key))) return undefined;
    if (answer === "gone") {
      await this.left(self, envelope.accountId);
      return undefined;
    }
    if (!(answer instanceof AssentError)) {
      await records.commit([remove("outgoing", key), ...(await this.#sent(envelope, answer))]);
      return undefined;
    }
    if (answer.code === "address_expired") {
      await this.#startAnew(envelope.accountId);
      return answer;
    }
    if (isForLater(answer)) return answer;
    const text = await records.get("texts", envelope.text);
    await records.commit([
      remove("outgoing", key),
      ...(text ? await notDelivered(records, envelope.text, text, answer.code) : []),
    ]);
    return undefined;
  }

  async #sent(envelope: OutgoingEnvelope, { ticket }: StoredAnswer): Promise<Change[]> {
    const { records, now } = this.#parts;
    const text = envelope.text && (await records.get("texts", envelope.text));
    if (!text || isArrived(text)) return [];
    const awaited = create(AwaitedEnvelopeSchema, {
      secret: envelope.secret,
      capability: envelope.capability,
      accountId: envelope.accountId,
      text: envelope.text,
      storedAtMs: BigInt(now()),
      ticket: new Uint8Array(ticket),
    });
    const changes = [
      put("awaited", hex(envelopeIdOf(envelope.secret)), awaited),
      ...(await this.#toBeAsked(envelope.accountId)),
    ];
    if (text.state === TextState.QUEUED) {
      changes.push(put("texts", envelope.text, { ...text, state: TextState.SENT }));
    }
    return changes;
  }

  /** What became of a person's texts is asked at a random time of the day to come, unless a time is set already. */
  async #toBeAsked(accountId: Uint8Array): Promise<Change[]> {
    const { records, now, random } = this.#parts;
    const key = personKey(accountId);
    const person = await records.get("people", key);
    if (!person || person.askAtMs > 0n) return [];
    const askAtMs = BigInt(Math.floor(now() + random() * day));
    return [put("people", key, { ...person, askAtMs })];
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
      changes.push(put("people", key, { ...person, groups: [], addresses: [], askAtMs: 0n }));
    }
    await records.commit(changes);
  }

  /** Whether the number has a new account, with a new key, or none. */
  async #whyLeft(self: Self, person: Person): Promise<ErrorCode> {
    try {
      const found = await this.#parts.discovery.find(self, person.number as PhoneNumber);
      const isAnother =
        found.route === "private" && !equalBytes(found.accountId, accountIdOf(person.rootKey));
      return isAnother ? "key_changed" : "gone";
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
    const changes: Change[] = person
      ? [put("people", key, { ...person, groups: [], addresses: [] })]
      : [];
    for (const { key: envelopeKey, record } of await records.list("outgoing")) {
      if (!equalBytes(record.accountId, accountId)) continue;
      changes.push(...givenUp(envelopeKey, record));
    }
    await records.commit(changes);
  }
}

function purposeOf({ purpose }: OutgoingEnvelope): Purpose {
  if (!isPurpose(purpose)) throw new AssentError("profile_unreadable");
  return purpose;
}

/** Of all that waits, in its order, what may be on its way at once: at least one. */
function firstOf(waiting: readonly Waiting[]): Waiting[] {
  let bytes = 0;
  const end = waiting.findIndex(({ record }, index) => {
    bytes += record.body.length;
    return index >= putsAtOnce || (index > 0 && bytes > bytesAtOnce);
  });
  return waiting.slice(0, end < 0 ? waiting.length : end);
}

/** Each person's envelopes in a chain: a full mailbox may refuse a long text and have room for a short one behind it. */
function chained(batch: readonly Waiting[]): OutgoingPut[] {
  const lastOf = new Map<string, number>();
  return batch.map(({ record }, index) => {
    const { capability, secret, body, accountId, text } = record;
    const purpose = purposeOf(record);
    const after = lastOf.get(personKey(accountId));
    lastOf.set(personKey(accountId), index);
    return {
      capability,
      envelopeId: envelopeIdOf(secret),
      body,
      quiet: text === "",
      purpose,
      ...(after === undefined ? {} : { after }),
    };
  });
}
