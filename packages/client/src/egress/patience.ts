// How long an answer is waited for over a line that may be slow: for as long as it comes, and not at all slowly enough to
// keep anybody waiting for ever.
import type { Timers } from "../clock/timers.ts";

/** A line that carries less than this is as good as dead. */
export const slowestBytesPerSecond = 4_096;

const windowMs = 15_000;
const leastInWindow = (windowMs / 1_000) * slowestBytesPerSecond;

export class Patience {
  readonly #timers: Timers;
  readonly #giveUp: () => void;
  #cameBytes = 0;
  #cancel: () => void = () => undefined;

  /**
   * @param sentBytes what has to go out before anything can come.
   * @param giveUp called once, unless it is ended before.
   */
  constructor(timers: Timers, sentBytes: number, giveUp: () => void) {
    this.#timers = timers;
    this.#giveUp = giveUp;
    this.#wait(windowMs + (sentBytes / slowestBytesPerSecond) * 1_000, 1);
  }

  came(bytes: number): void {
    this.#cameBytes += bytes;
  }

  end(): void {
    this.#cancel();
  }

  #wait(milliseconds: number, leastBytes: number): void {
    this.#cancel = this.#timers.after(milliseconds, () => {
      if (this.#cameBytes < leastBytes) return this.#giveUp();
      this.#cameBytes = 0;
      this.#wait(windowMs, leastInWindow);
    });
  }
}
