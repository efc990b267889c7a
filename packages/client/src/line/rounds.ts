// When what may be due is looked after again while there is a connection and nothing comes: every quarter of an hour, and
// sooner where something could not be done.
import type { AssentError } from "@assent/protocol";
import type { Timers } from "../clock/timers.ts";

const everyMs = 900_000;
const firstRetryMs = 15_000;

export interface RoundsParts {
  readonly timers: Timers;
  /** At least 0, below 1. */
  readonly random: () => number;
  /** Looks after everything; ends with `done`. */
  readonly round: () => void;
}

export class Rounds {
  readonly #parts: RoundsParts;
  #retryMs = firstRetryMs;
  #cancel: () => void = () => undefined;
  #hasEnded = false;

  constructor(parts: RoundsParts) {
    this.#parts = parts;
  }

  /**
   * A round is over, whoever began it.
   * @param stopped what kept something from being done.
   */
  done(stopped: AssentError | undefined): void {
    this.#cancel();
    if (this.#hasEnded) return;
    const { timers, random, round } = this.#parts;
    const retryMs = Math.max(this.#retryMs, (stopped?.retryAfterSeconds ?? 0) * 1_000);
    const pauseMs = stopped ? Math.min(retryMs, everyMs) : everyMs;
    this.#retryMs = stopped ? Math.min(2 * this.#retryMs, everyMs) : firstRetryMs;
    // Not when all others do, whom the same thing stopped.
    this.#cancel = timers.after(Math.round(pauseMs * (1 + random() / 4)), round);
  }

  end(): void {
    this.#hasEnded = true;
    this.#cancel();
  }
}
