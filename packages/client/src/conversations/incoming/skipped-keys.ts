// How many keys of messages that did not come are made for somebody. To read what is behind a gap, the keys of all that is missing
// are made and kept: whoever sends decides how large it is, and what comes of it costs the time of many texts. In memory:
// begun anew with each start.
import { isOver } from "../../clock/elapsed.ts";
import { mostSkipped } from "../../encryption/encryption.ts";

const day = 86_400_000;
/** Two gaps of the largest kind: somebody who was blocked, or away for long, makes one. */
const mostADay = 2 * mostSkipped;

export class SkippedKeys {
  readonly #now: () => number;
  readonly #made = new Map<string, { readonly sinceMs: number; readonly count: number }>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** How many may be made now for a message of this account. */
  mostFor(account: string): number {
    return Math.max(0, Math.min(mostSkipped, mostADay - this.#of(account).count));
  }

  /** So many were, also where the message turned out to be false. */
  made(account: string, count: number): void {
    if (count <= 0) return;
    const known = this.#of(account);
    this.#made.set(account, { ...known, count: known.count + count });
  }

  #of(account: string) {
    const known = this.#made.get(account);
    return known && !isOver(known.sinceMs, day, this.#now())
      ? known
      : { sinceMs: this.#now(), count: 0 };
  }
}
