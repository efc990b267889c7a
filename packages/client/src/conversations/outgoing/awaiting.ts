// Texts the service has and whose recipient has not said so: asked about until they are final, by the tickets they were
// answered with. Each person's at most once a day, at a random time, over a connection that is for nothing else: what is
// asked over one shows who writes to whom no better than their texts do.

import { AssentError, bytesFromHex, equalBytes } from "@assent/protocol";
import type { Self } from "../../account/self.ts";
import type { Outbox, StatusAnswer } from "../../egress/outbox.ts";
import { type Delivery, DeliveryState, put, type Step } from "../../store/records.ts";
import type { Change } from "../../store/store.ts";
import {
  awaitedDeliveries,
  endedDelivery,
  type KeptDelivery,
  nameOfDelivery,
  queuedAgain,
  settleText,
} from "../history/deliveries.ts";
import { isMissing, noteMissing, setMissingSince, startAnew } from "./later.ts";
import type { Posting } from "./posting.ts";
import type { ConversingParts } from "./sealing.ts";
import { personLeft } from "./who-left.ts";

const day = 86_400_000;
// Asked later than a day after the last time, by up to a quarter of one.
const spread = day / 4;

export class Awaiting {
  readonly #parts: ConversingParts;
  readonly #posting: Posting;

  constructor(parts: ConversingParts, sending: Posting) {
    this.#parts = parts;
    this.#posting = sending;
  }

  /**
   * Asks what became of the texts to everybody whose time has come.
   * @param openOutbox opens one that nothing else uses.
   * @returns whether texts were queued again.
   */
  async ask(self: Self, openOutbox: () => Promise<Outbox>): Promise<boolean> {
    const { records, now } = this.#parts;
    let isQueued = false;
    for (const { key, record } of await records.list("people")) {
      if (isDue(Number(record.askAtMs), now()) && (await this.#askFor(self, key, openOutbox)))
        isQueued = true;
    }
    return isQueued;
  }

  async #askFor(self: Self, key: string, openOutbox: () => Promise<Outbox>): Promise<boolean> {
    const { records, now, random } = this.#parts;
    const all = await this.#awaitedOf(key);
    // Noted before: whatever becomes of the question, it is not asked again today.
    await this.#askNext(key, all.length > 0 ? now() + day + Math.floor(random() * spread) : 0);
    if (all.length === 0) return false;
    const outbox = await openOutbox();
    let answers: StatusAnswer[];
    try {
      answers = await outbox.status(
        all.map(({ record: { capability, ticket } }) => ({ capability, ticket })),
      );
    } finally {
      outbox.close();
    }
    const gone = all.find((_, index) => answers[index] === "gone");
    if (gone) {
      await personLeft(this.#parts, self, bytesFromHex(key));
      return false;
    }
    return records.step(async (step) => {
      const isLongMissing = await this.#noteWhetherMissing(step, bytesFromHex(key), answers);
      for (const [index, { key: deliveryKey, record: asked }] of all.entries()) {
        const record = await step.get("deliveries", deliveryKey);
        // Their own answer came meanwhile, or its owner wants it back.
        if (!record || !isAskedAbout(record) || !equalBytes(record.secret, asked.secret)) continue;
        step.add(changesFor({ key: deliveryKey, record }, isLongMissing ? "lost" : answers[index]));
        await settleText(step, nameOfDelivery(deliveryKey).text);
      }
      const queued = await Promise.all(
        all.map(({ key: deliveryKey }) => step.pointer("queue", nameOfDelivery(deliveryKey).text)),
      );
      return queued.some((text) => text !== undefined);
    });
  }

  /** Whether their mailbox has been missing for a day: what waits in it is as lost, and the conversation begins anew. */
  async #noteWhetherMissing(
    step: Step,
    accountId: Uint8Array,
    answers: readonly StatusAnswer[],
  ): Promise<boolean> {
    const known = answers.some((answer) => !(answer instanceof AssentError));
    if (known) await setMissingSince(step, accountId, 0);
    if (known || !answers.every(isMissing)) return false;
    const isLongMissing = await noteMissing(step, accountId, this.#parts.now());
    if (isLongMissing)
      await startAnew(step, accountId, (envelopeKey) => this.#posting.isOut(envelopeKey));
    return isLongMissing;
  }

  async #awaitedOf(person: string) {
    const all = await awaitedDeliveries(this.#parts.records, person);
    return all.filter(({ record }) => isAskedAbout(record));
  }

  async #askNext(key: string, atMs: number): Promise<void> {
    await this.#parts.records.step(async (step) => {
      const person = await step.get("people", key);
      if (person) step.add([put("people", key, { ...person, askAtMs: BigInt(atMs) })]);
    });
  }
}

function changesFor(delivery: KeptDelivery, answer: StatusAnswer | undefined): Change[] {
  switch (answer) {
    // The store or the mailbox began anew: the same message, in another envelope. Nobody can say any more whether it was taken
    // back before this device was set back.
    case "lost":
      return delivery.record.setBack
        ? endedDelivery(delivery, DeliveryState.LOST)
        : queuedAgain(delivery);
    // Their device took it; that they never answered is no reason to say that it was not delivered.
    case "handed":
      return endedDelivery(delivery, DeliveryState.HANDED);
    // Not delivered is what none of their devices took.
    case "expired":
      return endedDelivery(delivery, DeliveryState.NOT_TAKEN);
    case "revoked":
      return endedDelivery(delivery, DeliveryState.TAKEN_BACK);
    case "held":
      return delivery.record.setBack ? queuedAgain(delivery) : [];
    default:
      return [];
  }
}

/** One that is to be taken back is asked for, not about. */
function isAskedAbout({ state, ticket }: Delivery): boolean {
  return ticket.length > 0 && (state === DeliveryState.HELD || state === DeliveryState.TAKEN);
}

/** One further off than any is set was set by a clock that was wrong. */
function isDue(askAtMs: number, nowMs: number): boolean {
  return askAtMs > 0 && (askAtMs <= nowMs || askAtMs > nowMs + day + spread);
}
