// Deletes texts whose time has come, by the clock that the rest uses: never before it, also after a restart, and at the opening
// before anything is shown. A clock that is ahead deletes early; one that is set back deletes late.
import { AssentError } from "@assent/protocol";
import type { Timers } from "../../clock/timers.ts";
import { type Records, remove, type Step } from "../../store/records.ts";
import type { Change } from "../../store/store.ts";
import { deleteText, threadOf } from "./deleting.ts";
import { dueMsOf } from "./expiry.ts";

// Texts that are deleted in one step, so that others can run between two.
const deletedAtOnce = 100;
// A clock may be set, and a device may sleep: what is due is looked for again after so long, however far off it seems.
const longestMs = 900_000;

export interface ExpiringParts {
  readonly records: Records;
  readonly now: () => number;
  readonly timers: Timers;
}

export class Expiring {
  readonly #parts: ExpiringParts;
  #last: Promise<void> = Promise.resolve();
  #cancel: () => void = () => undefined;
  #isStopped = false;

  constructor(parts: ExpiringParts) {
    this.#parts = parts;
  }

  /** Deletes all that is due, and from then on what becomes due. */
  run(): Promise<void> {
    this.#last = this.#last.then(() => this.#run());
    return this.#last;
  }

  /** Something was stored: another text may be the next. */
  stored(changes: readonly Change[]): void {
    if (changes.some(({ table, value }) => table === "expiring" && value)) void this.run();
  }

  /** Deletes nothing more; the next opening goes on. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancel();
    await this.#last;
  }

  async #run(): Promise<void> {
    const { timers, now } = this.#parts;
    const nextMs = await this.#deleteDue();
    this.#cancel();
    if (this.#isStopped || nextMs === undefined) return;
    const afterMs = Math.min(Math.max(nextMs - now(), 0), longestMs);
    this.#cancel = timers.after(afterMs, () => void this.run());
  }

  /** Returns when the next one is due; undefined where there is none. */
  async #deleteDue(): Promise<number | undefined> {
    const { records, now } = this.#parts;
    let nextMs: number | undefined = 0;
    try {
      while (!this.#isStopped && nextMs !== undefined && nextMs <= now())
        nextMs = await records.step((step) => this.#some(step));
      return nextMs;
    } catch (error) {
      // A store that deletes nothing now may later.
      if (error instanceof AssentError) return now() + longestMs;
      throw error;
    }
  }

  async #some(step: Step): Promise<number | undefined> {
    const nowMs = this.#parts.now();
    const rows = await step.pointers("expiring", { limit: deletedAtOnce });
    for (const { key: place, text: key } of rows) {
      if (dueMsOf(place) > nowMs) return dueMsOf(place);
      step.add([remove("expiring", place)]);
      const message = await step.get("messages", key);
      if (message) await deleteText(step, threadOf(message), key, nowMs);
    }
    return rows.length === deletedAtOnce ? nowMs : undefined;
  }
}
