// Hands events to whoever shows them, each once as far as anybody can know: that one is handed over is noted before, that
// it was shown after. One that a killed program had in its hands comes again, and says so.
import { put, type Records, remove } from "../../store/records.ts";
import type { Change } from "../../store/store.ts";
import { eventOf, type ShownEvent } from "./shown.ts";

export interface Handed {
  readonly events: readonly ShownEvent[];
  /** All of them were shown: they are not handed over again. */
  shown(): Promise<void>;
  /** Only so many were, and the next one may have been. */
  stopped(count: number): Promise<void>;
}

export class Showing {
  readonly #records: Records;
  readonly #exclusively: <T>(step: () => Promise<T>) => Promise<T>;

  /** @param exclusively runs a step when no other does. */
  constructor(records: Records, exclusively: <T>(step: () => Promise<T>) => Promise<T>) {
    this.#records = records;
    this.#exclusively = exclusively;
  }

  /** What was not shown yet, and is handed over now; undefined where there is nothing. */
  next(): Promise<Handed | undefined> {
    return this.#exclusively(async () => {
      const records = this.#records;
      const rows = await records.list("unshown");
      if (rows.length === 0) return undefined;
      const events: ShownEvent[] = [];
      const keys: string[] = [];
      const over: Change[] = [];
      for (const { key, record } of rows) {
        const event = await eventOf(records, record);
        if (!event) over.push(remove("unshown", key));
        else {
          events.push(record.showing ? { ...event, again: true } : event);
          keys.push(key);
        }
      }
      const fresh = rows.filter(({ key, record }) => !record.showing && keys.includes(key));
      await records.commit([
        ...over,
        ...fresh.map(({ key, record }) => put("unshown", key, { ...record, showing: true })),
      ]);
      const end = (changes: readonly Change[]) => this.#exclusively(() => records.commit(changes));
      return {
        events,
        shown: () => end(keys.map((key) => remove("unshown", key))),
        stopped: (count) =>
          end([
            ...keys.slice(0, count).map((key) => remove("unshown", key)),
            // Nobody had these in their hands.
            ...fresh
              .filter(({ key }) => keys.indexOf(key) > count)
              .map(({ key, record }) => put("unshown", key, { ...record, showing: false })),
          ]),
      };
    });
  }
}
