// Texts the service has and whose recipient has not said so: asked about until they are final, by the tickets they were
// answered with. Each person's at most once a day, at a random time, over a connection that is for nothing else: what is
// asked over one shows who writes to whom no better than their texts do.

import type { Self } from "../../account/self.ts";
import type { Outbox, StatusAnswer } from "../../egress/outbox.ts";
import { type AwaitedEnvelope, point, put, remove, TextState } from "../../store/records.ts";
import type { Change } from "../../store/store.ts";
import { changedText, isArrived, notDelivered } from "../history/messages.ts";
import { personKey } from "../people/people.ts";
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
    let isQueued = false;
    for (const [index, { key: envelopeKey, record }] of all.entries()) {
      // An answer before this one ended the whole conversation.
      if (!(await records.get("awaited", envelopeKey))) continue;
      const answer = answers[index];
      if (answer === "gone") await this.#posting.left(self, record.accountId);
      else await records.commit(await this.#changesFor(envelopeKey, record, answer));
      if (answer === "lost") isQueued = true;
    }
    return isQueued;
  }

  async #changesFor(
    key: string,
    { text: textKey }: AwaitedEnvelope,
    answer: StatusAnswer | undefined,
  ): Promise<Change[]> {
    const { records } = this.#parts;
    const text = await records.get("texts", textKey);
    const isOpen = text !== undefined && !isArrived(text);
    switch (answer) {
      // The store or the mailbox began anew: the same message, in another envelope.
      case "lost":
        return [remove("awaited", key), ...(isOpen ? [point("queue", textKey, textKey)] : [])];
      // Their device took it; that they never answered is no reason to say that it was not delivered.
      case "handed":
        return [
          remove("awaited", key),
          ...(isOpen ? await changedText(records, textKey, text, TextState.NOT_KNOWN) : []),
        ];
      case "expired":
        return [
          remove("awaited", key),
          ...(isOpen ? await notDelivered(records, textKey, text, "expired") : []),
        ];
      default:
        return [];
    }
  }

  async #awaitedOf(person: string) {
    const all = await this.#parts.records.list("awaited");
    return all.filter(({ record }) => personKey(record.accountId) === person);
  }

  async #askNext(key: string, atMs: number): Promise<void> {
    const { records } = this.#parts;
    const person = await records.get("people", key);
    if (person) await records.commit([put("people", key, { ...person, askAtMs: BigInt(atMs) })]);
  }
}

/** One further off than any is set was set by a clock that was wrong. */
function isDue(askAtMs: number, nowMs: number): boolean {
  return askAtMs > 0 && (askAtMs <= nowMs || askAtMs > nowMs + day + spread);
}
