// A profile store that breaks on purpose: for tests that stop a phone between two steps.
import type { Change, Range, Store, TableName } from "@assent/client";

/** The phone stopped: what a kill looks like from inside. Nothing catches it. */
class Stopped extends Error {
  override readonly name = "Stopped";
}

/** Counts the steps of a phone and stops it at one of them: no step after that has any effect. */
export class StopAt {
  readonly #step: number;
  steps = 0;

  constructor(step: number) {
    this.#step = step;
  }

  get stopped(): boolean {
    return this.steps >= this.#step;
  }

  /** Passes one point at which a phone may be killed. */
  pass(): void {
    if (this.stopped) throw new Stopped();
    this.steps += 1;
    if (this.stopped) throw new Stopped();
  }
}

/** Two points for each commit: just before it, and just after it is durable. */
export class StoppableStore implements Store {
  readonly #store: Store;
  readonly #stop: StopAt;

  constructor(store: Store, stop: StopAt) {
    this.#store = store;
    this.#stop = stop;
  }

  get(table: TableName, key: string) {
    return this.#store.get(table, key);
  }

  list(table: TableName, range?: Range) {
    return this.#store.list(table, range);
  }

  async commit(changes: readonly Change[]): Promise<void> {
    this.#stop.pass();
    await this.#store.commit(changes);
    this.#stop.pass();
  }

  async close(): Promise<void> {
    // Nothing to let go of.
  }
}
