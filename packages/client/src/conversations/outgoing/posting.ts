// The way out: what is queued is sealed, what is sealed is put, as the same bytes until it is answered, and what the
// answers mean is stored. While some are on their way the next are sealed: a line is not waited for and then left idle.
import { AssentError, type PhoneNumber } from "@assent/protocol";
import type { Self } from "../../account/self.ts";
import type { Timers } from "../../clock/timers.ts";
import type { Outbox, PutAnswer, StoredAnswer } from "../../egress/outbox.ts";
import {
  DeliveryState,
  type Message,
  type OutgoingEnvelope,
  put,
  remove,
  type Step,
} from "../../store/records.ts";
import type { Change } from "../../store/store.ts";
import {
  awaitedDelivery,
  isArrived,
  lateTicket,
  refusedDelivery,
  repeatedDelivery,
  settleText,
  takenBackDelivery,
} from "../history/deliveries.ts";
import { settleCommit } from "../people/groups.ts";
import { personKey } from "../people/person.ts";
import { isMissing, noteMissing, setMissingSince, startAnew } from "./later.ts";
import { chained, firstOf, purposeOf, putsAtOnce, type Waiting } from "./on-its-way.ts";
import { type ConversingParts, isForLater, type Sealing } from "./sealing.ts";
import type { Starting } from "./starting.ts";
import { personLeft } from "./who-left.ts";
import { noteWhyWaiting, stopsOnePerson } from "./why-waiting.ts";

// Texts that are sealed in one step: others wait for it a moment only.
const batchSize = 64;
const day = 86_400_000;
const noNumbers: ReadonlyMap<PhoneNumber, string> = new Map();

export interface PostingParts extends ConversingParts {
  readonly timers: Timers;
}

/** What one run of sending has met. */
interface Run {
  readonly self: Self;
  readonly openOutbox: () => Promise<Outbox>;
  /** Whose texts wait for another time: account ids of envelopes, numbers of texts. */
  readonly stopped: Map<string, AssentError>;
  /** Who was started anew with, as their address ran out or their mailbox is missing: once, whatever is answered then. */
  readonly renewed: Set<string>;
}

/** What an answer asks for, beyond what was stored of it. */
type Settled = "over" | "left" | BegunAnew | AssentError;

interface BegunAnew {
  readonly because: AssentError;
}

export class Posting {
  readonly #parts: PostingParts;
  readonly #sealing: Sealing;
  readonly #starting: Starting;
  /** Keys of envelopes that left and were not answered. */
  readonly #unanswered = new Set<string>();
  #isFirstRun = true;
  #running: Promise<AssentError | undefined> | undefined;
  #next: Promise<AssentError | undefined> | undefined;

  constructor(parts: PostingParts, sealing: Sealing, starting: Starting) {
    this.#parts = parts;
    this.#sealing = sealing;
    this.#starting = starting;
  }

  /**
   * Sends what waits, each person's texts in order, until all is sent or nothing more can be. One run at a time: whoever
   * asks while another runs shares the one that begins behind it.
   * Returns the error that stopped something, if one did; what was not sent stays queued.
   */
  flush(self: Self, openOutbox: () => Promise<Outbox>): Promise<AssentError | undefined> {
    if (!this.#running) {
      this.#running = this.#run(self, openOutbox).finally(() => {
        this.#running = undefined;
      });
      return this.#running;
    }
    const again = () => {
      this.#next = undefined;
      return this.flush(self, openOutbox);
    };
    this.#next ??= this.#running.then(again, again);
    return this.#next;
  }

  /** Sends the delivery receipts that are owed, and nothing else. What does not go out now never does: it is the last. */
  async postReceipts(self: Self, openOutbox: () => Promise<Outbox>): Promise<void> {
    await this.#parts.records.step((step) => this.#sealing.sealReceipts(step, self));
    const owed = (await this.#notWithheld()).filter(
      ({ record }) => record.receipts.length > 0 && purposeOf(record) === "service",
    );
    const batch = firstOf(owed);
    if (batch.length > 0) await (await openOutbox()).put(chained(batch));
  }

  async #run(self: Self, openOutbox: () => Promise<Outbox>): Promise<AssentError | undefined> {
    const run: Run = { self, openOutbox, stopped: new Map(), renewed: new Set() };
    if (this.#isFirstRun) {
      this.#isFirstRun = false;
      // What the program had sealed when it ended it had a line for.
      for (const key of await this.#parts.records.keys("outgoing")) this.#unanswered.add(key);
    }
    try {
      do await this.#putOutgoing(run);
      while (await this.#sealMore(run));
      await noteWhyWaiting(this.#parts.records, run.stopped);
      return run.stopped.values().next().value;
    } catch (error) {
      if (error instanceof AssentError && isForLater(error)) return error;
      throw error;
    }
  }

  /** Whether there is something new to put. Whoever must be asked for is, once nothing else can be sealed. */
  async #sealMore(run: Run): Promise<boolean> {
    const { self, stopped, openOutbox } = run;
    const [queued] = await this.#parts.records.pointers("queue", { limit: 1 });
    const outbox = queued ? await openOutbox() : undefined;
    const { texts, receipts, unknown } = await this.#sealStep(run, outbox);
    if (texts + receipts > 0) return true;
    if (outbox?.ended) throw new AssentError("unreachable");
    let isStarted = false;
    for (const [number, textKey] of unknown) {
      try {
        await this.#starting.start(self, textKey);
        isStarted = true;
      } catch (error) {
        if (!(error instanceof AssentError) || !stopsOnePerson.has(error.code)) throw error;
        stopped.set(number, error);
      }
    }
    return isStarted;
  }

  /**
   * Seals what may go next, while others are on their way: as much as may be at once, and no more once these are answered.
   * @param answered what ends it, whatever it says.
   */
  async #sealAhead(run: Run, outbox: Outbox, answered: Promise<unknown>): Promise<void> {
    let isAnswered = false;
    const end = () => {
      isAnswered = true;
    };
    answered.then(end, end);
    for (let sealed = 0; sealed < putsAtOnce; ) {
      await this.#turn(answered);
      if (isAnswered) return;
      const { texts, receipts } = await this.#sealStep(run, outbox);
      if (texts + receipts === 0) return;
      sealed += texts + receipts;
    }
  }

  /** Others get one, so that what is to leave leaves and what came is heard. None is waited for where that was the answer. */
  #turn(answered: Promise<unknown>): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = this.#parts.timers.after(0, resolve);
    const end = () => resolve();
    answered.then(end, end);
    return promise.finally(cancel);
  }

  /**
   * What is sealed may be out: without a line texts stay as they are, and can go another way.
   * @param outbox the line that texts are to go over; receipts wait for none.
   */
  #sealStep({ self, stopped }: Run, outbox: Outbox | undefined) {
    const mayGo = ({ number, recipientAccountId }: Message) =>
      !stopped.has(number) && !stopped.has(personKey(recipientAccountId));
    return this.#parts.records.step(async (step) => {
      const receipts = await this.#sealing.sealReceipts(step, self);
      if (!outbox || outbox.ended) return { texts: 0, receipts, unknown: noNumbers };
      const { sealed, unknown } = await this.#sealing.sealKnown(step, self, mayGo, batchSize);
      return { texts: sealed, receipts, unknown };
    });
  }

  /** Puts what is sealed, as much at once as may be on its way. */
  async #putOutgoing(run: Run): Promise<void> {
    const { stopped, renewed } = run;
    for (;;) {
      const waiting = (await this.#notWithheld()).filter(
        ({ record }) => !stopped.has(personKey(record.accountId)),
      );
      const batch = firstOf(waiting);
      if (batch.length === 0) return;
      const outbox = await run.openOutbox();
      await this.#noteRepeated(batch);
      const answers = await this.#putAndSealAhead(run, outbox, batch);
      for (const [index, { key }] of batch.entries())
        if (!isUnreachable(answers[index])) this.#unanswered.delete(key);
      const answered = await this.#settleAll(batch, answers);
      let lost: AssentError | undefined;
      // Who was answered something that ends a wait: what is behind it may go now.
      const settled = new Set<string>();
      for (const [index, { record }] of batch.entries()) {
        const person = personKey(record.accountId);
        const outcome = answered[index] as Settled;
        if (outcome === "left") await personLeft(this.#parts, run.self, record.accountId);
        if (outcome === "left" || outcome === "over") settled.add(person);
        else if ("because" in outcome) {
          if (renewed.has(person)) stopped.set(person, outcome.because);
          renewed.add(person);
        } else if (outcome.code === "unreachable") lost ??= outcome;
        else if (outcome.code === "after_refused" && settled.has(person)) continue;
        else if (!stopped.has(person)) stopped.set(person, outcome);
      }
      if (lost) throw lost;
    }
  }

  async #putAndSealAhead(
    run: Run,
    outbox: Outbox,
    batch: readonly Waiting[],
  ): Promise<PutAnswer[]> {
    const answering = outbox.put(chained(batch));
    const sealing = this.#sealAhead(run, outbox, answering);
    // Both end before anything else is begun, and before either's fault is told.
    await Promise.allSettled([answering, sealing]);
    await sealing;
    return answering;
  }

  /** A put that was not answered may have been handed over: noted before it is repeated, for good. */
  async #noteRepeated(batch: readonly Waiting[]): Promise<void> {
    const repeated = batch.filter(({ key, record }) => record.text && this.#unanswered.has(key));
    for (const { key } of batch) this.#unanswered.add(key);
    if (repeated.length === 0) return;
    await this.#parts.records.step(async (step) => {
      for (const { record } of repeated) step.add(await repeatedDelivery(step, record));
    });
  }

  /** Whether an envelope that is not answered may have gone out. */
  isOut(key: string): boolean {
    return this.#unanswered.has(key);
  }

  /** What is sealed. What its owner says no to any more is dropped, and not kept for another yes. */
  async #notWithheld(): Promise<Waiting[]> {
    const { records, consentTo } = this.#parts;
    const sealed = await records.list("outgoing");
    const withheld = sealed.filter(({ record }) => consentTo(purposeOf(record)) === "no");
    if (withheld.length > 0) {
      await records.commit(withheld.map(({ key }) => remove("outgoing", key)));
    }
    return sealed.filter((waiting) => !withheld.includes(waiting));
  }

  /** Stores what the answers mean, in one commit. */
  #settleAll(batch: readonly Waiting[], answers: readonly PutAnswer[]): Promise<Settled[]> {
    return this.#parts.records.step(async (step) => {
      const settled: Settled[] = [];
      for (const [index, { key, record }] of batch.entries())
        settled.push(await this.#settle(step, key, record, answers[index] as PutAnswer));
      return settled;
    });
  }

  async #settle(
    step: Step,
    key: string,
    envelope: OutgoingEnvelope,
    answer: PutAnswer,
  ): Promise<Settled> {
    // An answer before this one ended the whole conversation, or its owner wants it back.
    if (!(await step.get("outgoing", key))) {
      const isStored = typeof answer === "object" && "ticket" in answer;
      if (isStored) step.add(await lateTicket(step, envelope, answer.ticket));
      return "over";
    }
    if (answer === "gone") return "left";
    if (answer === "revoked") {
      step.add([remove("outgoing", key), ...(await takenBackDelivery(step, envelope))]);
      await settleText(step, envelope.text);
      return "over";
    }
    if (!(answer instanceof AssentError)) {
      await setMissingSince(step, envelope.accountId, 0);
      step.add([remove("outgoing", key)]);
      await settleCommit(step, this.#parts.encryption, envelope, true);
      await this.#stored(step, envelope, answer);
      return "over";
    }
    const isLongMissing =
      isMissing(answer) && (await noteMissing(step, envelope.accountId, this.#parts.now()));
    if (isLongMissing || answer.code === "address_expired") {
      await startAnew(step, envelope.accountId, (envelopeKey) => this.isOut(envelopeKey));
      return { because: answer };
    }
    if (isForLater(answer)) return answer;
    step.add([remove("outgoing", key), ...(await refusedDelivery(step, envelope))]);
    await settleCommit(step, this.#parts.encryption, envelope, false);
    await settleText(step, envelope.text, answer.code);
    return "over";
  }

  /** @param answer what the service gave for it. */
  async #stored(step: Step, envelope: OutgoingEnvelope, { ticket }: StoredAnswer): Promise<void> {
    const text = envelope.text ? await step.get("messages", envelope.text) : undefined;
    // Their word that it came was quicker, or its owner deleted it here.
    if (!text || isArrived(text.state) || text.deletedAtMs > 0n) return;
    step.add([
      ...(await awaitedDelivery(step, envelope, DeliveryState.HELD, ticket)),
      ...(await this.#toBeAsked(step, envelope.accountId)),
    ]);
    await settleText(step, envelope.text);
  }

  /** What became of a person's texts is asked at a random time of the day to come, unless a time is set already. */
  async #toBeAsked(step: Step, accountId: Uint8Array): Promise<Change[]> {
    const { now, random } = this.#parts;
    const key = personKey(accountId);
    const person = await step.get("people", key);
    if (!person || person.askAtMs > 0n) return [];
    const askAtMs = BigInt(Math.floor(now() + random() * day));
    return [put("people", key, { ...person, askAtMs })];
  }
}

function isUnreachable(answer: PutAnswer | undefined): boolean {
  return answer instanceof AssentError && answer.code === "unreachable";
}
