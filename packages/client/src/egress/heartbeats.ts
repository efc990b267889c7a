// Answers to a service that asks whether this device is there. Each is noted in the ledger before it goes out, so that a service
// that asks without end would fill it: at once, then one a second at most, to the last that was asked meanwhile.
import type { Timers } from "../clock/timers.ts";

const everyMs = 1_000;

export class HeartbeatAnswers {
  readonly #timers: Timers;
  readonly #answer: (number: number) => void;
  #cancel: (() => void) | undefined;
  #asked: number | undefined;

  /** @param answer to what was asked by this number. */
  constructor(timers: Timers, answer: (number: number) => void) {
    this.#timers = timers;
    this.#answer = answer;
  }

  asked(number: number): void {
    if (this.#cancel) {
      this.#asked = number;
      return;
    }
    this.#answer(number);
    this.#cancel = this.#timers.after(everyMs, () => {
      this.#cancel = undefined;
      const last = this.#asked;
      this.#asked = undefined;
      if (last !== undefined) this.asked(last);
    });
  }

  /** Nothing more is answered. */
  end(): void {
    this.#cancel?.();
    this.#cancel = () => undefined;
  }
}
