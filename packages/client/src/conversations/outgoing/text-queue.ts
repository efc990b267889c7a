// One text of the owner's: its route, its place in the queue, and what is said of it when the command returns.
import {
  AssentError,
  isErrorCode,
  limits,
  type MessageId,
  type PhoneNumber,
  smsPartsOf,
} from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import type { Self } from "../../account/self.ts";
import { type Waiting, waitingFor } from "../../clock/waiting.ts";
import { hasAtMost, randomTextId } from "../../content/content.ts";
import {
  handoffTransport,
  hasNewKey,
  plannedRoute,
  type RouteWish,
  type SendResult,
  type SmsPreview,
  type SmsWay,
} from "../../routes/routes.ts";
import {
  type Message,
  MessageSchema,
  point,
  put,
  type Records,
  type RecordsReader,
  RelayedState,
  remove,
  type Step,
  TextState,
} from "../../store/records.ts";
import type { Change } from "../../store/store.ts";
import { sentInThread, smsText } from "../history/messages.ts";
import { isUnanswered } from "../people/peer-devices.ts";
import { conversationIdWith, personKey } from "../people/person.ts";
import type { GoingOver } from "./going-over.ts";
import { encodedText, type Sealing } from "./sealing.ts";

export interface QueueParts {
  readonly records: Records;
  readonly now: () => number;
  /** How a text goes by SMS now. */
  readonly sms: (text: string) => SmsWay;
  readonly sealing: Sealing;
  readonly self: () => Self;
  readonly goingOver: GoingOver;
  /** Whether there is a connection that texts go over. */
  readonly hasLine: () => boolean;
  /** Whether private messages are; SMS works either way. */
  readonly isOn: () => boolean;
  /** The service has ended, as it said before: nothing new goes over it. */
  readonly hasEnded: () => boolean;
  /** Puts what is sealed, and seals what is queued. Returns what stopped it, if anything did. */
  readonly flush: (self: Self) => Promise<AssentError | undefined>;
}

export interface SendOptions {
  readonly route?: RouteWish;
  /** The owner saw that the number's key changed, and writes to the new one. */
  readonly acceptNewKey?: boolean;
}

/** A text that is stored: whatever happens from now on, it is not lost. */
export interface Taken {
  /** Of the text in its thread. */
  readonly key: string;
  readonly id: MessageId;
}

/** What a text is that was given to each. */
const stateBy = {
  handoff: TextState.HANDOFF,
  fake: TextState.SENT,
  service: TextState.QUEUED,
} as const satisfies Readonly<Record<SmsWay["name"], TextState>>;

const canBeSentAgain: ReadonlySet<TextState> = new Set([
  TextState.NOT_DELIVERED,
  TextState.NOT_KNOWN,
]);

export class Queue {
  readonly #parts: QueueParts;
  #isClosed = false;
  #sending: Promise<unknown> = Promise.resolve();

  /** @internal */
  constructor(parts: QueueParts) {
    this.#parts = parts;
  }

  /**
   * Takes a text, in one commit: it is queued, and no draft any more. Where it is to go by SMS, it went, or is queued for the
   * service to send it.
   * @throws AssentError text_empty, text_too_long, own_number, blocked, key_changed, unanswered_text_too_long,
   *   consent_required, not_private (the service has ended), sms_failed; then nothing was taken.
   */
  async send(number: PhoneNumber, text: string, options: SendOptions = {}): Promise<Taken> {
    checkText(text);
    const { route: wish = "auto", acceptNewKey = false } = options;
    const { isOn, hasEnded, records } = this.#parts;
    if (wish === "private" && hasEnded()) throw new AssentError("not_private");
    const isPrivate = isOn() && !hasEnded();
    if (wish === "sms" || (wish === "auto" && !isPrivate)) return this.#sendSms(number, text);
    const taken = await records.step((step) => this.#queue(step, number, text, wish, acceptNewKey));
    this.kick();
    return taken;
  }

  /**
   * Queues a text again that was not delivered, as far as is known, as the same message: whoever has it already shows it
   * once. Nothing where it arrived after all, or is on its way. Of one that is not known to have arrived since this device was
   * set back, its owner may have had it go by SMS meanwhile: then it is shown a second time.
   * @param key of the text in its thread.
   * @throws AssentError text_unknown where it is none of the owner's that goes privately; blocked, key_changed, consent_required
   */
  async sendAgain(key: string): Promise<Taken> {
    const taken = await this.#parts.records.step((step) => this.#queueAgain(step, key));
    this.kick();
    return taken;
  }

  /**
   * Has a text that was to go privately go by SMS instead, as the same message. One that the service may have is taken back
   * first; where it may have arrived already it stays private, and that is said. Where the service cannot be asked now, it is
   * with the next connection.
   * @param key of the text in its thread.
   * @throws AssentError text_unknown where it is none of the owner's
   */
  async sendAsSms(key: string, waiting?: Waiting): Promise<SendResult> {
    const { records, goingOver } = this.#parts;
    await records.step(async (step) => {
      if (!(await step.get("messages", key))?.outgoing) throw new AssentError("text_unknown");
      await goingOver.begin(step, key);
    });
    return waitingFor(this.#gone(key), waiting);
  }

  /** What a text would be as an SMS, and who would send it. Asks nobody. */
  previewSms(written: string): SmsPreview {
    const sms = this.#parts.sms(written);
    const text = sms.name === "service" ? sms.reads : written;
    const by = sms.name === "service" ? "service" : "device";
    return { by, text, parts: smsPartsOf(text).parts.length };
  }

  /** The key of a text by its message id; undefined where there is none. */
  keyOf(id: string): Promise<string | undefined> {
    return this.#parts.records.pointer("messageIds", id);
  }

  /**
   * What became of a text, once that is decided or nothing more can be done now. One that was to go by any way, and
   * cannot go privately, goes by SMS.
   * @param key of the text in its thread.
   * @throws AssentError text_unknown
   */
  outcome(key: string, waiting?: Waiting): Promise<SendResult> {
    return waitingFor(this.#outcome(key), waiting);
  }

  /** Sends what waits to be sent, receipts too; what cannot be sent now waits on. Nothing where it is off. */
  flush(waiting?: Waiting): Promise<void> {
    return waitingFor(this.#flush(), waiting);
  }

  /** @internal The same, waited for by nobody: whatever keeps it from being sent is met again by whoever asks. */
  kick(): void {
    this.#flush().catch(() => undefined);
  }

  /** @internal Sends nothing more; resolves when what is being sent was, or cannot be. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#sending;
  }

  async #flush(): Promise<void> {
    const { isOn, flush, self, goingOver } = this.#parts;
    if (this.#isClosed) return;
    const sent = isOn() ? flush(self()) : goingOver.run();
    this.#sending = sent.catch(() => undefined);
    await sent;
  }

  async #queue(
    step: Step,
    number: PhoneNumber,
    text: string,
    wish: RouteWish,
    acceptNewKey: boolean,
  ): Promise<Taken> {
    const { now } = this.#parts;
    const self = this.#parts.self();
    if (number === self.number) throw new AssentError("own_number");
    if (acceptNewKey) await acceptKnownKey(step, number);
    const { isKnown, isUnanswered } = await plan(step, number, wish);
    // Whoever is not known yet may turn out to be reached by SMS alone, which takes longer texts.
    const mayBeLong = !isUnanswered || (wish === "auto" && !isKnown);
    if (!mayBeLong && !hasAtMost(text, limits.unansweredTextBytes)) {
      throw new AssentError("unanswered_text_too_long");
    }
    const { key, id, changes } = await queueText(step, self, number, text, wish, now());
    step.add(changes);
    await this.#sealNow(step, self);
    return { key, id };
  }

  async #queueAgain(step: Step, key: string): Promise<Taken> {
    const text = await step.get("messages", key);
    if (!text?.outgoing || text.route === "sms") throw new AssentError("text_unknown");
    const self = this.#parts.self();
    const taken = { key, id: text.id as MessageId };
    if (!canBeSentAgain.has(text.state)) return taken;
    await plan(step, text.number as PhoneNumber, "private");
    const queued = { ...text, route: "private", state: TextState.QUEUED, error: "" };
    step.add([put("messages", key, queued), point("queue", key, key), remove("undelivered", key)]);
    await this.#sealNow(step, self);
    return taken;
  }

  /** With it, where there is a line: what is sealed may be out, and cannot go another way unasked. */
  async #sealNow(step: Step, self: Self): Promise<void> {
    if (this.#parts.hasLine()) await this.#parts.sealing.sealKnown(step, self);
  }

  /** What became of one that was to go by SMS instead. */
  async #gone(key: string): Promise<SendResult> {
    await this.#flush();
    const result = await this.#outcome(key);
    const { route } = (await this.#parts.records.get("messages", key)) ?? {};
    const isKept = route !== "sms" && (result.state === "queued" || result.state === "sent");
    return isKept ? { id: result.id, state: "kept-private" } : result;
  }

  async #outcome(key: string): Promise<SendResult> {
    const { records } = this.#parts;
    const before = await records.get("messages", key);
    if (before?.state === TextState.QUEUED || before?.state === TextState.TAKING_BACK)
      await this.#flush();
    const record = await records.get("messages", key);
    if (!record) throw new AssentError("text_unknown");
    const id = record.id as MessageId;
    const bySms = record.byService ? { byService: true as const } : {};
    switch (record.state) {
      case TextState.QUEUED:
      case TextState.SUBMITTING: {
        const why = isErrorCode(record.error) ? { error: record.error } : {};
        return { id, state: "queued", ...why, ...bySms };
      }
      case TextState.TAKING_BACK:
        return { id, state: "taking-back" };
      case TextState.TAKEN:
        return { id, state: "taken" };
      case TextState.NOT_KNOWN:
        return { id, state: "not-known", ...bySms };
      case TextState.NOT_DELIVERED:
        if (await this.#mayGoBySms(record)) return this.#bySms(key);
        return {
          id,
          state: "not-delivered",
          error: isErrorCode(record.error) ? record.error : "internal",
        };
      case TextState.HANDOFF: {
        const { number, text } = record;
        return {
          id,
          state: "handoff",
          link: linkOf(this.#parts.sms(text), number as PhoneNumber, text),
        };
      }
      case TextState.DELIVERED:
      case TextState.READ:
        return { id, state: "delivered", ...bySms };
      default:
        return { id, state: "sent", ...bySms };
    }
  }

  /**
   * Whether a text goes by SMS unasked: it could go either way, and nobody is there to read it privately. That nobody is, the
   * service says alone: of somebody who was there before it is not believed where it would read the text for it.
   */
  async #mayGoBySms({ route, error, number, text }: Message): Promise<boolean> {
    if (route !== "auto" || error !== "not_private") return false;
    const known = await this.#parts.records.get("numbers", number);
    const wasPrivate = known !== undefined && known.acceptedAccountId.length > 0;
    return !wasPrivate || this.#parts.sms(text).name !== "service";
  }

  /** A text that could go either way, and found nobody there to read it privately. */
  async #bySms(key: string): Promise<SendResult> {
    const { records, goingOver } = this.#parts;
    await records.step((step) => goingOver.begin(step, key));
    await goingOver.run();
    return this.#outcome(key);
  }

  async #sendSms(number: PhoneNumber, text: string): Promise<Taken> {
    const { records, now } = this.#parts;
    const sms = this.#parts.sms(text);
    if (sms.name === "fake") await sms.send(number, text);
    const taken = await records.step(async (step) => {
      const { key, id, changes } = await smsText(step, number, text, now(), stateBy[sms.name]);
      step.add(changes);
      const stored = sms.name === "service" && (await step.get("messages", key));
      if (stored) step.add(sms.take(key, stored));
      return { key, id };
    });
    if (sms.name === "service") this.kick();
    return taken;
  }
}

/** What is known of the route without asking anybody. @throws AssentError blocked, key_changed */
async function plan(step: Step, number: PhoneNumber, wish: RouteWish) {
  const record = await step.get("numbers", number);
  const person = record && (await step.get("people", personKey(record.acceptedAccountId)));
  const planned = plannedRoute(wish, record, person);
  const isKnown = planned.route === "private" && planned.known;
  return { isKnown, isUnanswered: isUnanswered(person) };
}

/** Texts go to the account that the number's record named last. */
async function acceptKnownKey(step: Step, number: PhoneNumber): Promise<void> {
  const record = await step.get("numbers", number);
  if (!record || !hasNewKey(record)) return;
  step.add([put("numbers", number, { ...record, acceptedAccountId: record.accountId })]);
}

function checkText(text: string): void {
  if (text.length === 0) throw new AssentError("text_empty");
  if (!hasAtMost(text, limits.textBytes)) throw new AssentError("text_too_long");
}

function linkOf(sms: SmsWay, number: PhoneNumber, text: string): string {
  return (sms.name === "handoff" ? sms : handoffTransport).link(number, text);
}

/** A text of the owner's, queued: it is sent with the next connection, whatever happens until then. */
export async function queueText(
  step: Step,
  self: Self,
  number: PhoneNumber,
  text: string,
  route: RouteWish,
  nowMs: number,
): Promise<{ readonly key: string; readonly id: MessageId; readonly changes: Change[] }> {
  const known = await step.get("numbers", number);
  const accountId = known?.acceptedAccountId.length ? known.acceptedAccountId : known?.accountId;
  const key = await step.nextKey("messages");
  const record = create(MessageSchema, {
    number,
    outgoing: true,
    text,
    sentAtMs: BigInt(nowMs),
    state: TextState.QUEUED,
    route,
  });
  const encoded = accountId?.length
    ? encodedText(self, record, conversationIdWith(self, accountId))
    : { id: randomTextId(), contentEncoded: new Uint8Array() };
  const changes = [
    point("messageIds", encoded.id, key),
    ...(await sentInThread(step, key, { ...record, ...encoded })),
    point("queue", key, key),
  ];
  return { key, id: encoded.id, changes };
}

/** Texts that wait for a connection: not encrypted yet, or not at the service, be it encrypted or for an SMS. */
export async function countQueued(records: RecordsReader): Promise<number> {
  const waiting = new Set((await records.pointers("queue")).map(({ text }) => text));
  for (const { record } of await records.list("outgoing")) {
    if (record.text) waiting.add(record.text);
  }
  for (const { key, record } of await records.list("relayed"))
    if (record.state !== RelayedState.AWAITED) waiting.add(key);
  return waiting.size;
}
