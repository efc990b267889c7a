// One text of the owner's: its route, its place in the queue, and what is said of it when the command returns.
import {
  AssentError,
  equalBytes,
  isErrorCode,
  limits,
  type MessageId,
  type PhoneNumber,
} from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import type { Self } from "../../account/self.ts";
import { hasAtMost, randomTextId } from "../../content/content.ts";
import type { Discovery } from "../../discovery/discovery.ts";
import {
  plannedRoute,
  type RouteWish,
  type SendResult,
  type SmsTransport,
} from "../../routes/routes.ts";
import {
  type NumberRecord,
  point,
  put,
  type Records,
  TextRecordSchema,
  TextState,
} from "../../store/records.ts";
import type { Change } from "../../store/store.ts";
import { inThread, smsText } from "../history/messages.ts";
import { conversationIdWith, isUnanswered, personKey } from "../people/people.ts";
import { encodedText } from "./sealing.ts";

/** What moves the queue on: seals what is known where it goes, and puts what is sealed. */
export interface QueueMoving {
  encryptQueued(self: Self): Promise<void>;
  flush(self: Self): Promise<AssentError | undefined>;
}

export interface QueueingParts {
  readonly records: Records;
  readonly now: () => number;
  readonly discovery: Discovery;
  readonly mailboxes: QueueMoving;
  readonly sms: SmsTransport;
}

export interface SendOptions {
  readonly route?: RouteWish;
  /** The owner saw that the number's key changed, and writes to the new one. */
  readonly acceptNewKey?: boolean;
}

const canBeSentAgain: ReadonlySet<TextState> = new Set([
  TextState.NOT_DELIVERED,
  TextState.NOT_KNOWN,
]);

export class Queueing {
  readonly #parts: QueueingParts;

  constructor(parts: QueueingParts) {
    this.#parts = parts;
  }

  /**
   * Sends a text, or keeps it for the next connection.
   * @param isOn whether private messages are; SMS works either way.
   */
  async send(
    selfOf: () => Self,
    isOn: boolean,
    number: PhoneNumber,
    text: string,
    { route: wish = "auto", acceptNewKey = false }: SendOptions,
  ): Promise<SendResult> {
    checkText(text);
    const { records, mailboxes } = this.#parts;
    if (wish === "sms" || (wish === "auto" && !isOn)) return this.#sendSms(number, text);
    const self = selfOf();
    if (number === self.number) throw new AssentError("own_number");
    if (acceptNewKey) await this.acceptNewKey(self, number);
    const route = await this.#routeTo(self, number, wish);
    if (route === "sms") return this.#sendSms(number, text);
    if (!hasAtMost(text, limits.unansweredTextBytes)) await this.#checkAnswered(number);
    const queued = await queueText(records, self, number, text, this.#parts.now());
    await records.together(async () => {
      await records.commit(queued.changes);
      await mailboxes.encryptQueued(self);
    });
    return this.#flushed(self, queued.key, queued.id);
  }

  /**
   * Sends a text again that was not delivered, as far as is known, as the same message: whoever has it already shows it once.
   * @param key of the text.
   */
  async sendAgain(selfOf: () => Self, key: string): Promise<SendResult> {
    const { records, mailboxes } = this.#parts;
    const text = await records.get("texts", key);
    if (!text?.outgoing || text.route !== "private") throw new AssentError("text_empty");
    const self = selfOf();
    const id = text.id as MessageId;
    // It arrived after all, or is on its way already.
    if (!canBeSentAgain.has(text.state)) return this.#flushed(self, key, id);
    await this.#plan(text.number as PhoneNumber, "private");
    await records.together(async () => {
      const queued = { ...text, state: TextState.QUEUED, error: "" };
      await records.commit([put("texts", key, queued), point("queue", key, key)]);
      await mailboxes.encryptQueued(self);
    });
    return this.#flushed(self, key, id);
  }

  /** Sends what is queued, and says what became of one text of it. */
  async #flushed(self: Self, key: string, id: MessageId): Promise<SendResult> {
    const { records, mailboxes } = this.#parts;
    await mailboxes.flush(self);
    const record = await records.get("texts", key);
    switch (record?.state) {
      case TextState.QUEUED:
        return { id, state: "queued" };
      case TextState.NOT_DELIVERED:
        throw new AssentError(isErrorCode(record.error) ? record.error : "internal");
      case TextState.DELIVERED:
      case TextState.READ:
        return { id, state: "delivered" };
      default:
        return { id, state: "sent" };
    }
  }

  /** Asks only where nothing is known yet; while the service cannot be reached, private is taken for granted. */
  async #routeTo(self: Self, number: PhoneNumber, wish: RouteWish): Promise<"private" | "sms"> {
    const planned = await this.#plan(number, wish);
    if (planned.route === "sms" || planned.known) return planned.route;
    try {
      const found = await this.#parts.discovery.findRecently(self, number);
      if (found.route === "sms" && wish === "private") throw new AssentError("not_private");
      await this.#plan(number, wish);
      return found.route;
    } catch (error) {
      if (error instanceof AssentError && error.code === "unreachable") return "private";
      throw error;
    }
  }

  async #plan(number: PhoneNumber, wish: RouteWish) {
    const { records } = this.#parts;
    const record = await records.get("numbers", number);
    const person = record && (await records.get("people", personKey(record.acceptedAccountId)));
    return plannedRoute(wish, record, person);
  }

  /** Nobody is sent long texts before they answered. */
  async #checkAnswered(number: PhoneNumber): Promise<void> {
    const { records } = this.#parts;
    const record = await records.get("numbers", number);
    const person = record && (await records.get("people", personKey(record.acceptedAccountId)));
    if (isUnanswered(person)) throw new AssentError("unanswered_text_too_long");
  }

  /** Texts go to the account that the number's record names now. */
  async acceptNewKey(self: Self, number: PhoneNumber): Promise<void> {
    const { records, discovery } = this.#parts;
    const found = await discovery.find(self, number);
    const record: NumberRecord | undefined = await records.get("numbers", number);
    if (found.route === "sms" || !record || equalBytes(record.acceptedAccountId, found.accountId))
      return;
    const accepted = { ...record, acceptedAccountId: new Uint8Array(found.accountId) };
    await records.commit([put("numbers", number, accepted)]);
  }

  async #sendSms(number: PhoneNumber, text: string): Promise<SendResult> {
    const { records, now, sms } = this.#parts;
    if (sms.name === "fake") await sms.send(number, text);
    const state = sms.name === "fake" ? TextState.SENT : TextState.HANDOFF;
    const { id, changes } = await smsText(records, number, text, now(), state);
    await records.commit(changes);
    return sms.name === "fake"
      ? { id, state: "sent" }
      : { id, state: "handoff", link: sms.link(number, text) };
  }
}

function checkText(text: string): void {
  if (text.length === 0) throw new AssentError("text_empty");
  if (!hasAtMost(text, limits.textBytes)) throw new AssentError("text_too_long");
}

/** A text of the owner's, queued: it is sent with the next connection, whatever happens until then. */
export async function queueText(
  records: Records,
  self: Self,
  number: PhoneNumber,
  text: string,
  nowMs: number,
): Promise<{ readonly key: string; readonly id: MessageId; readonly changes: Change[] }> {
  const known = await records.get("numbers", number);
  const accountId = known?.acceptedAccountId.length ? known.acceptedAccountId : known?.accountId;
  const key = await records.nextKey("texts");
  const record = create(TextRecordSchema, {
    number,
    outgoing: true,
    text,
    sentAtMs: BigInt(nowMs),
    state: TextState.QUEUED,
    route: "private",
  });
  const encoded = accountId?.length
    ? encodedText(self, record, conversationIdWith(self, accountId))
    : { id: randomTextId(), contentEncoded: new Uint8Array() };
  const changes = [
    put("texts", key, { ...record, ...encoded }),
    point("textIds", encoded.id, key),
    ...(await inThread(records, number, key)),
    point("queue", key, key),
  ];
  return { key, id: encoded.id, changes };
}

/** Texts that wait for a connection: not encrypted yet, or encrypted and not at the service. */
export async function countQueued(records: Records): Promise<number> {
  const waiting = new Set((await records.pointers("queue")).map(({ text }) => text));
  for (const { record } of await records.list("outgoing")) {
    if (record.text) waiting.add(record.text);
  }
  return waiting.size;
}
