// Counts in the memory of this process, for what need not outlive it. Bounded: where it is full, the count that was used
// longest ago is forgotten, for forgetting is better than refusing strangers. Each thing has room of its own, so that
// nobody can have one forgotten by doing much of another.
import { setImmediate as turnOfOthers } from "node:timers/promises";
import {
  asOfNow,
  type Count,
  type CountedThing,
  type Counters,
  countOn,
  countOnTogether,
  givenBack,
} from "./counters.ts";

// What is over is looked for in so many at once, as many as take less than a millisecond: anybody may have all of them filled.
const lookedAtOnce = 2_000;

/** @param keysRemembered of each thing */
export function createMemoryCounters(keysRemembered: number): Counters {
  // Of each thing, in the order they were used last.
  const things = new Map<CountedThing, Map<string, Count>>();

  function kept(thing: CountedThing, key: string): Count | undefined {
    return things.get(thing)?.get(key);
  }

  function keep(thing: CountedThing, key: string, count: Count | undefined): void {
    const counts = things.get(thing) ?? new Map<string, Count>();
    things.set(thing, counts);
    counts.delete(key);
    if (!count) return;
    const [oldest] = counts.size < keysRemembered ? [] : counts.keys();
    if (oldest !== undefined) counts.delete(oldest);
    counts.set(key, count);
  }

  return {
    async count(thing, key, quota, times, now) {
      const { counted, after } = countOn(kept(thing, key), quota, times, now);
      keep(thing, key, after);
      return counted;
    },

    async countTogether(all, now) {
      const { counted, steps } = countOnTogether(all, ({ thing, key }) => kept(thing, key), now);
      for (const [index, { after }] of steps.entries()) {
        const one = all[index];
        if (one) keep(one.thing, one.key, after);
      }
      return counted;
    },

    async giveBack(all) {
      for (const { thing, key, times } of all) {
        const count = kept(thing, key);
        if (count) keep(thing, key, givenBack(count, times));
      }
    },

    async endPauses(thing, key) {
      if (kept(thing, key)?.kind === "paced") keep(thing, key, undefined);
    },

    async forget(now) {
      for (const counts of things.values()) {
        // What is counted meanwhile goes to the end: it is looked at another time.
        let left = counts.size;
        for (const [key, count] of counts) {
          const current = asOfNow(count, now);
          if (current.overAt <= now) counts.delete(key);
          else if (current !== count) counts.set(key, current);
          left -= 1;
          if (left <= 0) break;
          if (left % lookedAtOnce === 0) await turnOfOthers();
        }
      }
    },
  };
}
