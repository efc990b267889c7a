// A connection that says nothing: after a while the other side is asked whether it is there, and one that does not
// answer is given up. Sends nothing itself.
import type { Timers } from "../clock/timers.ts";

/** Without a frame for this long, a connection is asked. */
export const quietMs = 45_000;
/** Without one for this long after that, it is dead. */
const answerMs = 30_000;

export interface SilenceSteps {
  ask(): void;
  dead(): void;
}

export class Silence {
  readonly #timers: Timers;
  readonly #steps: SilenceSteps;
  #cancel: () => void = () => undefined;
  #hasEnded = false;

  /** Begins with the first `heard`. */
  constructor(timers: Timers, steps: SilenceSteps) {
    this.#timers = timers;
    this.#steps = steps;
  }

  /** A frame came, whatever it says. */
  heard(): void {
    this.#cancel();
    // What ends a connection says something too: its last bytes come when nobody watches any more.
    if (this.#hasEnded) return;
    this.#cancel = this.#timers.after(quietMs, () => {
      this.#cancel = this.#timers.after(answerMs, () => this.#steps.dead());
      this.#steps.ask();
    });
  }

  end(): void {
    this.#hasEnded = true;
    this.#cancel();
  }
}
