// When what may be due is looked after again while there is a connection: after what came, every quarter of an hour where
// nothing comes, and sooner where something could not be done. One round at a time, and nobody waits for it.
import type { AssentError } from "@assent/protocol";
import type { Timers } from "../clock/timers.ts";

const everyMs = 900_000;
const firstRetryMs = 15_000;

export interface RoundsParts {
  readonly timers: Timers;
  /** At least 0, below 1. */
  readonly random: () => number;
  /** Looks after everything. @returns what kept something from being done. */
  readonly round: () => Promise<AssentError | undefined>;
  /** What no other round would mend. */
  readonly failed: (error: unknown) => void;
}

export class Rounds {
  readonly #parts: RoundsParts;
  #retryMs = firstRetryMs;
  #cancel: () => void = () => undefined;
  #isUnderWay = false;
  #isDue = false;
  #hasEnded = false;

  constructor(parts: RoundsParts) {
    this.#parts = parts;
  }

  /** Begins one; behind the one that is under way, and then once, however often it was asked for. */
  begin(): void {
    this.#isDue = true;
    if (!this.#isUnderWay) void this.#run();
  }

  async #run(): Promise<void> {
    this.#isUnderWay = true;
    this.#cancel();
    try {
      let stopped: AssentError | undefined;
      while (this.#isDue && !this.#hasEnded) {
        this.#isDue = false;
        stopped = await this.#parts.round();
      }
      this.done(stopped);
    } catch (error) {
      this.#parts.failed(error);
    } finally {
      this.#isUnderWay = false;
    }
  }

  /**
   * Everything was looked after, whoever did it.
   * @param stopped what kept something from being done.
   */
  done(stopped: AssentError | undefined): void {
    this.#cancel();
    if (this.#hasEnded) return;
    const { timers, random } = this.#parts;
    const retryMs = Math.max(this.#retryMs, (stopped?.retryAfterSeconds ?? 0) * 1_000);
    const pauseMs = stopped ? Math.min(retryMs, everyMs) : everyMs;
    this.#retryMs = stopped ? Math.min(2 * this.#retryMs, everyMs) : firstRetryMs;
    // Not when all others do, whom the same thing stopped.
    this.#cancel = timers.after(Math.round(pauseMs * (1 + random() / 4)), () => this.begin());
  }

  end(): void {
    this.#hasEnded = true;
    this.#cancel();
  }
}
