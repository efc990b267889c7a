// For tests only: time that goes by when a test says so.
import { setImmediate as nextTurn } from "node:timers/promises";
import type { After } from "../after.ts";

export class TimeForTests {
  nowMs = 0;
  readonly #waiting = new Set<{ readonly atMs: number; readonly then: () => void }>();

  readonly elapsedMs = (): number => this.nowMs;

  readonly after: After = (ms, then) => {
    const one = { atMs: this.nowMs + ms, then };
    this.#waiting.add(one);
    return () => void this.#waiting.delete(one);
  };

  get waiting(): number {
    return this.#waiting.size;
  }

  /** What is due by then is done, in its order. */
  async pass(ms: number): Promise<void> {
    const untilMs = this.nowMs + ms;
    for (;;) {
      const due = [...this.#waiting].filter(({ atMs }) => atMs <= untilMs);
      const [first] = due.sort((a, b) => a.atMs - b.atMs);
      if (!first) break;
      this.#waiting.delete(first);
      this.nowMs = first.atMs;
      first.then();
      await nextTurn();
    }
    this.nowMs = untilMs;
  }
}
