// Two friends who text all the while, and a page that asks whether the service is there: by them it is seen what others notice
// of an attack.
import { setTimeout as delay } from "node:timers/promises";
import { openOutbox, openTakingInbox, type TakingInbox, type TestOutbox } from "@assent/bare-phone";
import { hex, PutOutcome, randomBytes } from "@assent/protocol";
import type { AttackedService } from "./attacked-service.ts";
import { median, ms } from "./row.ts";

const everyMs = 40;
const arrivesWithinMs = 120_000;

export interface Noticed {
  readonly texts: number;
  readonly refused: number;
  /** From sent to stored. */
  readonly medianMs: number;
  readonly worstMs: number;
}

export class Friends {
  readonly #outbox: TestOutbox;
  readonly #capability: Uint8Array;
  readonly #inbox: TakingInbox;
  readonly #arrived: Set<string>;

  private constructor(
    outbox: TestOutbox,
    capability: Uint8Array,
    inbox: TakingInbox,
    arrived: Set<string>,
  ) {
    this.#outbox = outbox;
    this.#capability = capability;
    this.#inbox = inbox;
    this.#arrived = arrived;
  }

  static async meet(service: AttackedService, number: string): Promise<Friends> {
    const phone = await service.member(number);
    const arrived = new Set<string>();
    const inbox = await openTakingInbox(phone, phone, (envelopes) => {
      for (const { envelopeId } of envelopes) arrived.add(hex(envelopeId));
    });
    const capability = await inbox.mint();
    const outbox = await openOutbox({ origin: service.origin, from: service.newNetwork() });
    return new Friends(outbox, capability, inbox, arrived);
  }

  /** What they notice while something is done. */
  async during(work: () => Promise<unknown>): Promise<Noticed> {
    let isDone = false;
    const done = work().finally(() => {
      isDone = true;
    });
    const stored: number[] = [];
    const expected: string[] = [];
    let refused = 0;
    do {
      const envelopeId = randomBytes(32);
      const sentAt = performance.now();
      const request = this.#outbox.put({ capability: this.#capability, envelopeId });
      const result = await this.#outbox.resultOf(request);
      if (result.kind === "put" && result.outcome === PutOutcome.STORED) {
        stored.push(performance.now() - sentAt);
        expected.push(hex(envelopeId));
      } else {
        refused += 1;
      }
      await delay(everyMs);
    } while (!isDone);
    await done;
    const missing = () => expected.filter((id) => !this.#arrived.has(id)).length;
    const patience = performance.now() + arrivesWithinMs;
    while (missing() > 0) {
      if (performance.now() > patience) throw new Error(`${missing()} texts did not arrive`);
      await delay(everyMs);
    }
    return {
      texts: stored.length,
      refused,
      medianMs: median(stored),
      worstMs: Math.max(...stored),
    };
  }

  part(): void {
    this.#outbox.webSocket.terminate();
    this.#inbox.close();
  }
}

export function describeNoticed({ texts, refused, medianMs, worstMs }: Noticed): string {
  return `friends sent ${texts} texts, ${refused} refused, all arrived; stored after ${ms(medianMs)} in the middle, ${ms(worstMs)} at worst`;
}
