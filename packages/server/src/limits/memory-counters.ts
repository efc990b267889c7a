// Counts in the memory of this process, for what need not outlive it. Bounded: where it is full, the count that was used
// longest ago is forgotten, for forgetting is better than refusing strangers.
import { asOfNow, type Count, type Counters, countOn, countOnTogether } from "./counters.ts";

export function createMemoryCounters(keysRemembered: number): Counters {
  // In the order they were used last.
  const counts = new Map<string, Count>();

  function keep(name: string, count: Count | undefined): void {
    counts.delete(name);
    if (!count) return;
    const [oldest] = counts.size < keysRemembered ? [] : counts.keys();
    if (oldest !== undefined) counts.delete(oldest);
    counts.set(name, count);
  }

  return {
    async count(thing, key, quota, times, now) {
      const name = nameOf(thing, key);
      const { counted, after } = countOn(counts.get(name), quota, times, now);
      keep(name, after);
      return counted;
    },

    async countTogether(all, now) {
      const before = ({ thing, key }: { thing: string; key: string }) =>
        counts.get(nameOf(thing, key));
      const { counted, steps } = countOnTogether(all, before, now);
      for (const [index, { after }] of steps.entries()) {
        const { thing, key } = all[index] as { thing: string; key: string };
        keep(nameOf(thing, key), after);
      }
      return counted;
    },

    async endPauses(thing, key) {
      const name = nameOf(thing, key);
      if (counts.get(name)?.kind === "paced") counts.delete(name);
    },

    async forget(now) {
      for (const [name, count] of counts) {
        const current = asOfNow(count, now);
        if (current.overAt <= now) counts.delete(name);
        else counts.set(name, current);
      }
    },
  };
}

function nameOf(thing: string, key: string): string {
  return `${thing}:${key}`;
}
