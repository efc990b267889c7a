// Texts the service has and whose recipient has not said so: asked about until they are final.
import { AssentError, limits } from "@assent/protocol";
import type { Outbox } from "../egress/outbox.ts";
import type { Self } from "../identity/self.ts";
import { type AwaitedEnvelope, put, remove } from "../store/records.ts";
import type { ConversingParts } from "./encrypting.ts";
import type { Sending } from "./sending.ts";
import { isArrived, notDelivered } from "./texts.ts";

const askAfterMs = 60_000;
const giveUpAfterMs = (limits.envelopeDays + 1) * 86_400_000;

export class Awaiting {
  readonly #parts: ConversingParts;
  readonly #sending: Sending;

  constructor(parts: ConversingParts, sending: Sending) {
    this.#parts = parts;
    this.#sending = sending;
  }

  /** Asks what became of texts that were not asked about for a minute. */
  async ask(self: Self, openOutbox: () => Promise<Outbox>): Promise<void> {
    const { records, now } = this.#parts;
    const due = (await records.list("awaited")).filter(
      ({ record }) => Number(record.askedAtMs) <= now() - askAfterMs,
    );
    if (due.length === 0) return;
    const outbox = await openOutbox();
    const answers = await outbox.status(
      due.map(({ record }) => ({ capability: record.capability, secret: record.secret })),
    );
    for (const [index, { key, record }] of due.entries()) {
      const answer = answers[index];
      const isOver = Number(record.storedAtMs) <= now() - giveUpAfterMs;
      // An answer before this one ended the whole conversation.
      if (!(await records.get("awaited", key))) continue;
      if (answer === "gone") await this.#sending.left(self, record.accountId);
      // Their device has it; that they never answer is no reason to say that it was not delivered.
      else if (answer === "handed" && isOver) await records.commit([remove("awaited", key)]);
      else if (answer === "expired" || isOver) await this.#expire(key, record);
      else if (!(answer instanceof AssentError)) {
        await records.commit([put("awaited", key, { ...record, askedAtMs: BigInt(now()) })]);
      }
    }
  }

  async #expire(key: string, { text: textKey }: AwaitedEnvelope): Promise<void> {
    const { records } = this.#parts;
    const text = await records.get("texts", textKey);
    await records.commit([
      remove("awaited", key),
      ...(text && !isArrived(text) ? await notDelivered(records, textKey, text, "expired") : []),
    ]);
  }
}
