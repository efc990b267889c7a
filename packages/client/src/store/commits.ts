// Who is told of commits, after each. Whoever is told may fail: what is stored is stored, memory and disk stay the same, and
// others are told all the same.
import type { Change } from "./store.ts";

export type Told = (changes: readonly Change[]) => void;

/** As an EventTarget does: a fault of the program, not of the profile. */
function throwLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}

export class Commits {
  readonly #told = new Set<Told>();
  readonly #failed: (error: unknown) => void;

  /** @param failed what becomes of what somebody throws who is told. */
  constructor(failed: (error: unknown) => void = throwLater) {
    this.#failed = failed;
  }

  watch(told: Told): () => void {
    this.#told.add(told);
    return () => this.#told.delete(told);
  }

  tell(changes: readonly Change[]): void {
    for (const told of [...this.#told]) {
      try {
        told(changes);
      } catch (error) {
        this.#failed(error);
      }
    }
  }
}
