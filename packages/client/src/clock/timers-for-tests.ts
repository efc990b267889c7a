// For tests only: clocks that ring when the test says how much time went by.
import type { Timers } from "./timers.ts";

export class TimersForTests implements Timers {
  #nowMs = 0;
  #rings: { readonly atMs: number; readonly step: () => void }[] = [];

  after(milliseconds: number, step: () => void): () => void {
    const ring = { atMs: this.#nowMs + milliseconds, step };
    this.#rings.push(ring);
    return () => {
      this.#rings = this.#rings.filter((other) => other !== ring);
    };
  }

  /** How many are set and have not rung. */
  get set(): number {
    return this.#rings.length;
  }

  /** Rings all that is due until then, in order. */
  pass(milliseconds: number): void {
    const end = this.#nowMs + milliseconds;
    for (;;) {
      const [next] = this.#rings.filter(({ atMs }) => atMs <= end).sort((a, b) => a.atMs - b.atMs);
      if (!next) break;
      this.#rings = this.#rings.filter((other) => other !== next);
      this.#nowMs = next.atMs;
      next.step();
    }
    this.#nowMs = end;
  }
}
