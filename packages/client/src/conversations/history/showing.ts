// Hands events to whoever shows them, each once as far as anybody can know: that one is handed over is noted before, that
// it was shown after. One that a killed program had in its hands comes again, and says so.
import { put, type Records, remove } from "../../store/records.ts";
import { eventOf, type ShownEvent } from "./shown.ts";

// Handed over together, and held in memory until they are shown.
const mostTogether = 256;

export interface Handed {
  readonly events: readonly ShownEvent[];
  /** Where they stand as not shown. */
  readonly keys: readonly string[];
  /** Only so many were, and the next one may have been. */
  stopped(count: number): Promise<void>;
}

export class Showing {
  readonly #records: Records;

  constructor(records: Records) {
    this.#records = records;
  }

  /**
   * What was not shown yet, and is handed over now; undefined where there is nothing.
   * @param shown what was handed over before, if all of it was shown since: that is noted in the same commit.
   */
  next(shown?: Handed): Promise<Handed | undefined> {
    return this.#records.step(async (step) => {
      step.add((shown?.keys ?? []).map((key) => remove("unshown", key)));
      const rows = await step.list("unshown", { limit: mostTogether });
      if (rows.length === 0) return undefined;
      const handed: { readonly key: string; readonly event: ShownEvent }[] = [];
      for (const { key, record } of rows) {
        const event = await eventOf(step, record);
        if (!event) step.add([remove("unshown", key)]);
        else handed.push({ key, event: record.showing ? { ...event, again: true } : event });
        if (event && !record.showing) {
          step.add([put("unshown", key, { ...record, showing: true })]);
        }
      }
      return {
        events: handed.map(({ event }) => event),
        keys: handed.map(({ key }) => key),
        stopped: (count) => this.#stopped(handed, count),
      };
    });
  }

  #stopped(
    handed: readonly { readonly key: string; readonly event: ShownEvent }[],
    count: number,
  ): Promise<void> {
    return this.#records.step(async (step) => {
      for (const [index, { key, event }] of handed.entries()) {
        if (index < count) step.add([remove("unshown", key)]);
        // Nobody had these in their hands.
        const record = index > count && !event.again && (await step.get("unshown", key));
        if (record) step.add([put("unshown", key, { ...record, showing: false })]);
      }
    });
  }
}
