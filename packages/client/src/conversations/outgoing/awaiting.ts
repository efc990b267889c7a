// Texts the service has and whose recipient has not said so: asked about until they are final, by the tickets they were
// answered with. Each person's at most once a day, at a random time, over a connection that is for nothing else: what is
// asked over one shows who writes to whom no better than their texts do.

import { AssentError, bytesFromHex } from "@assent/protocol";
import type { Self } from "../../account/self.ts";
import type { Outbox, StatusAnswer } from "../../egress/outbox.ts";
import {
  type AwaitedEnvelope,
  point,
  put,
  remove,
  type Step,
  TextState,
} from "../../store/records.ts";
import type { Change } from "../../store/store.ts";
import { changedText, isArrived, notDelivered } from "../history/messages.ts";
import { personKey } from "../people/people.ts";
import { isMissing, noteMissing, setMissingSince, startAnew } from "./later.ts";
import type { Posting } from "./posting.ts";
import type { ConversingParts } from "./sealing.ts";

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
      await this.#posting.left(self, gone.record.accountId);
      return false;
    }
    return records.step(async (step) => {
      const isLongMissing = await this.#noteWhetherMissing(step, bytesFromHex(key), answers);
      for (const [index, { key: envelopeKey, record }] of all.entries()) {
        // Their answer came meanwhile.
        if (!(await step.get("awaited", envelopeKey))) continue;
        const answer = isLongMissing ? "lost" : answers[index];
        step.add(await changesFor(step, envelopeKey, record, answer));
      }
      return isLongMissing || answers.includes("lost");
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
    if (isLongMissing) await startAnew(step, accountId);
    return isLongMissing;
  }

  async #awaitedOf(person: string) {
    const all = await this.#parts.records.list("awaited");
    return all.filter(({ record }) => personKey(record.accountId) === person);
  }

  async #askNext(key: string, atMs: number): Promise<void> {
    await this.#parts.records.step(async (step) => {
      const person = await step.get("people", key);
      if (person) step.add([put("people", key, { ...person, askAtMs: BigInt(atMs) })]);
    });
  }
}

/** Whether another device may still take the text. */
async function isElsewhere(step: Step, key: string, text: string): Promise<boolean> {
  const awaited = await step.list("awaited");
  return awaited.some((other) => other.key !== key && other.record.text === text);
}

async function changesFor(
  step: Step,
  key: string,
  { text: textKey }: AwaitedEnvelope,
  answer: StatusAnswer | undefined,
): Promise<Change[]> {
  const text = await step.get("messages", textKey);
  const isOpen = text !== undefined && !isArrived(text);
  switch (answer) {
    // The store or the mailbox began anew: the same message, in another envelope.
    case "lost":
      return [remove("awaited", key), ...(isOpen ? [point("queue", textKey, textKey)] : [])];
    // Their device took it; that they never answered is no reason to say that it was not delivered.
    case "handed":
      return [
        remove("awaited", key),
        ...(isOpen ? await changedText(step, textKey, text, TextState.NOT_KNOWN) : []),
      ];
    // Not delivered is what none of their devices took.
    case "expired": {
      const isOver = isOpen && text.state !== TextState.NOT_KNOWN;
      const isLast = isOver && !(await isElsewhere(step, key, textKey));
      return [
        remove("awaited", key),
        ...(isLast ? await notDelivered(step, textKey, text, "expired") : []),
      ];
    }
    default:
      return [];
  }
}

/** One further off than any is set was set by a clock that was wrong. */
function isDue(askAtMs: number, nowMs: number): boolean {
  return askAtMs > 0 && (askAtMs <= nowMs || askAtMs > nowMs + day + spread);
}
