// Texts that the service sends as SMS, for whoever has no SIM here. Each has the service's own name for it stored before it is
// asked to send it, is asked for again by that name where no answer came, and asked about until it is known what became of it.
// What the service says is all there is: no receipt of an SMS proves anything.
import {
  AssentError,
  type ErrorCode,
  isRelayable,
  limits,
  type PhoneNumber,
  relayedText,
} from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import type { Timers } from "../clock/timers.ts";
import type { ConsentAnswer } from "../consent/consent.ts";
import { changedText } from "../conversations/history/messages.ts";
import type { SmsByService } from "../routes/routes.ts";
import {
  type Message,
  put,
  type Records,
  type RelayedSms,
  RelayedSmsSchema,
  RelayedState,
  remove,
  type Step,
  TextState,
} from "../store/records.ts";
import type { Change } from "../store/store.ts";
import type { RelayService, RelayedState as SaidState } from "./relay-service.ts";

export interface SmsRelayParts {
  readonly records: Records;
  readonly now: () => number;
  readonly timers: Timers;
  /** The own number; undefined while private messages are off. */
  readonly number: () => PhoneNumber | undefined;
  readonly isOffered: () => boolean;
  readonly consent: () => ConsentAnswer;
  readonly service: RelayService;
}

// What became of an SMS is asked for after so long, then after three times as long, and so on. The service keeps it for 3 days.
const firstAskMs = 5_000;
const longestPauseMs = 21_600_000;

export class SmsRelay {
  readonly #parts: SmsRelayParts;
  #last: Promise<unknown> = Promise.resolve();
  #cancel: () => void = () => undefined;
  #isClosed = false;

  constructor(parts: SmsRelayParts) {
    this.#parts = parts;
  }

  /** Where a text that goes by SMS goes this way: by the owner's yes, where the service offers it, and no longer than it sends. */
  wayOf(text: string): SmsByService | undefined {
    const from = this.#parts.number();
    const isChosen = from !== undefined && this.#isAllowed && this.#parts.isOffered();
    if (!isChosen || !isRelayable({ from, text })) return undefined;
    return { ...byService, reads: relayedText({ from, text }) };
  }

  /**
   * Has the service send what waits, and asks what became of what it has, where that is due; then again by itself, as long as
   * it can be reached.
   * @returns what kept it from being done.
   */
  run(): Promise<AssentError | undefined> {
    const run = this.#last.then(() => this.#run());
    this.#last = run.catch(() => undefined);
    return run;
  }

  /** Asks nothing more by itself; resolves when what is being asked was. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancel();
    await this.#last;
  }

  get #isAllowed(): boolean {
    const { number, consent } = this.#parts;
    return number() !== undefined && consent() === "yes";
  }

  async #run(): Promise<AssentError | undefined> {
    this.#cancel();
    if (this.#isClosed || !this.#isAllowed) return;
    const { records, now } = this.#parts;
    try {
      for (const { key, record } of await records.list("relayed")) {
        const isToSend = record.state !== RelayedState.AWAITED;
        if (isToSend && dueInMs(record, now()) === 0) await this.#send(key);
      }
      await this.#askWhatBecame();
    } catch (error) {
      if (error instanceof AssentError) return error;
      throw error;
    }
    await this.#askLater();
    return;
  }

  async #send(key: string): Promise<void> {
    const { records, service } = this.#parts;
    const wasAsked = (await records.get("relayed", key))?.state === RelayedState.ASKED;
    const name = wasAsked ? undefined : await this.#refused(key, () => service.name());
    const asked = await records.step((step) => this.#begin(step, key, name));
    if (!asked) return;
    const { number, text } = asked;
    const ask = () => service.send(asked.name, number as PhoneNumber, text);
    const said = await this.#refused(key, ask, wasAsked);
    if (said === undefined) return;
    await records.step(async (step) => {
      if (said !== "none") await this.#became(step, key, said);
      // Its name is over. Whether the asking before this one came in time, nobody knows.
      else if (wasAsked) await this.#ended(step, key, TextState.NOT_KNOWN);
      else step.add(await namedAnew(step, key));
    });
  }

  /**
   * Asks; undefined where it is refused for good, which is stored: nothing was sent for this asking.
   * @param wasAsked and not heard to have answered: where this one is not about the SMS, nothing is known of that one.
   */
  async #refused<T>(key: string, ask: () => Promise<T>, wasAsked = false): Promise<T | undefined> {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof AssentError) || passes(error)) throw error;
      const { code } = error;
      const isKnown = !wasAsked || saidOfOne.has(code);
      await this.#parts.records.step((step) =>
        isKnown
          ? this.#ended(step, key, TextState.NOT_DELIVERED, code)
          : this.#ended(step, key, TextState.NOT_KNOWN),
      );
      return undefined;
    }
  }

  /**
   * Noted before it is asked to send it.
   * @param name for one that has none yet. Undefined where that is not to be sent any more.
   */
  async #begin(step: Step, key: string, name?: Uint8Array) {
    const [text, record] = [await step.get("messages", key), await step.get("relayed", key)];
    if (!text || !record || record.state === RelayedState.AWAITED) return undefined;
    if (text.route !== "sms") {
      // Their own word that it came, by the way that it was taken back from.
      step.add([remove("relayed", key)]);
      return undefined;
    }
    const { number, text: words } = text;
    if (record.state === RelayedState.ASKED) return { number, text: words, name: record.name };
    if (!name) return undefined;
    const asked = { ...record, state: RelayedState.ASKED, name: new Uint8Array(name) };
    step.add([put("relayed", key, asked)]);
    return { number, text: words, name };
  }

  async #askWhatBecame(): Promise<void> {
    const { records, now, service } = this.#parts;
    const due = (await records.list("relayed")).filter(
      ({ record }) => record.state === RelayedState.AWAITED && dueInMs(record, now()) === 0,
    );
    for (let from = 0; from < due.length; from += limits.smsStates) {
      const asked = due.slice(from, from + limits.smsStates);
      const said = await service.ask(asked.map(({ record }) => record.name));
      await records.step(async (step) => {
        for (const [index, { key }] of asked.entries())
          await this.#became(step, key, said[index] ?? "none");
      });
    }
  }

  async #became(step: Step, key: string, said: SaidState): Promise<void> {
    switch (said) {
      case "delivered":
        return this.#ended(step, key, TextState.DELIVERED);
      case "failed":
        return this.#ended(step, key, TextState.NOT_DELIVERED, "sms_failed");
      case "none": {
        const text = await step.get("messages", key);
        // What was known last stays. Of what it was never heard to have had, nothing is.
        return this.#ended(step, key, stateWithoutWord(text));
      }
      default: {
        const record = await step.get("relayed", key);
        // Its owner deleted it meanwhile, or took the yes back.
        if (!record) return;
        const { asked } = record;
        const askAtMs = BigInt(this.#parts.now() + pauseMs(asked));
        // Until it is handed over it may turn out that it was not: then it is sent when it is asked for again.
        const state = said === "accepted" ? record.state : RelayedState.AWAITED;
        step.add([put("relayed", key, { ...record, state, askAtMs, asked: asked + 1 })]);
        await this.#turn(step, key, stateOnTheWay[said]);
      }
    }
  }

  async #ended(step: Step, key: string, state: TextState, error?: ErrorCode): Promise<void> {
    if (!(await step.get("relayed", key))) return;
    step.add([remove("relayed", key)]);
    await this.#turn(step, key, state, error);
  }

  async #turn(step: Step, key: string, state: TextState, error?: ErrorCode): Promise<void> {
    const text = await step.get("messages", key);
    // A receipt of theirs, for what was thought to be taken back, says more than any SMS could.
    if (text?.route !== "sms" || text.state === state) return;
    step.add(await changedText(step, key, text, state, error));
  }

  async #askLater(): Promise<void> {
    const { records, now, timers } = this.#parts;
    const all = await records.list("relayed");
    if (this.#isClosed || all.length === 0) return;
    const nextMs = all.reduce(
      (least, { record }) => Math.min(least, dueInMs(record, now())),
      longestPauseMs,
    );
    const afterMs = Math.max(nextMs, firstAskMs);
    this.#cancel = timers.after(afterMs, () => void this.run().catch(() => undefined));
  }
}

const byService: Omit<SmsByService, "reads"> = {
  name: "service",
  take: (key, text) => {
    const queued = { route: "sms", state: TextState.QUEUED, error: "", byService: true };
    const waiting = create(RelayedSmsSchema, { state: RelayedState.WAITING });
    return [put("messages", key, { ...text, ...queued }), put("relayed", key, waiting)];
  },
};

const stateOnTheWay = {
  accepted: TextState.QUEUED,
  handed: TextState.SENT,
  // A report may still come.
  "not-known": TextState.NOT_KNOWN,
} as const satisfies Partial<Readonly<Record<SaidState, TextState>>>;

function stateWithoutWord(text: Message | undefined): TextState {
  return text === undefined || text.state === TextState.QUEUED ? TextState.NOT_KNOWN : text.state;
}

/** Of one that was surely not sent, and whose name is over. */
async function namedAnew(step: Step, key: string): Promise<Change[]> {
  if (!(await step.get("relayed", key))) return [];
  return [put("relayed", key, create(RelayedSmsSchema, { state: RelayedState.WAITING }))];
}

/** 0 where it is due; also by a clock that was wrong, then or now: nobody waits for longer than the longest pause. */
function dueInMs({ askAtMs }: RelayedSms, nowMs: number): number {
  const inMs = Number(askAtMs) - nowMs;
  return inMs > longestPauseMs ? 0 : Math.max(inMs, 0);
}

function pauseMs(asked: number): number {
  return Math.min(firstAskMs * 3 ** asked, longestPauseMs);
}

// What the service says once it has looked whether it knows the name.
const saidOfOne: ReadonlySet<ErrorCode> = new Set([
  "not_offered",
  "rate_limited",
  "sms_failed",
  "number_invalid",
  "number_refused",
  "request_invalid",
  "request_too_large",
]);

/** Whether what was refused may be done when it is asked for again. */
function passes({ code, retry }: AssentError): boolean {
  // What is not sent today is its owner's to send another way: it does not go out tomorrow by itself.
  if (code === "rate_limited" || code === "sms_failed") return false;
  return retry === "later" || retry === "after-consent";
}
