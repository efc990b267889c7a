// The counting port on SQLite: counts that outlive the process, and what they are of.
import {
  asOfNow,
  type Count,
  type CountedPart,
  type CountedThing,
  type Counters,
  countOn,
  countOnTogether,
  givenBack,
} from "../../limits/counters.ts";
import type { Operations, Workspace } from "./operations.ts";

interface CountRow {
  readonly id: number;
  readonly kind: Count["kind"];
  readonly used: number;
  readonly since: number;
  readonly last_at: number;
  readonly over_at: number;
  /** JSON: pairs of the two numbers of a part. */
  readonly parts: string;
}

export function counterOperations({ database, leavesRemains }: Workspace): Operations<Counters> {
  const select = database.prepare(
    "SELECT id, kind, used, since, last_at, over_at, parts FROM counter WHERE key = ? AND thing = ?",
  );
  const write = database.prepare(
    `INSERT INTO counter (thing, key, kind, used, since, last_at, over_at, parts)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (key, thing) DO UPDATE SET kind = excluded.kind, used = excluded.used,
     since = excluded.since, last_at = excluded.last_at, over_at = excluded.over_at,
     parts = excluded.parts`,
  );
  const update = database.prepare(
    "UPDATE counter SET since = ?, last_at = ?, over_at = ?, parts = ? WHERE id = ?",
  );
  const deleteOne = database.prepare("DELETE FROM counter WHERE key = ? AND thing = ?");
  const deletePaced = database.prepare(
    "DELETE FROM counter WHERE key = ? AND thing = ? AND kind = 'paced'",
  );
  const selectAhead = database.prepare(
    "SELECT id, kind, used, since, last_at, over_at, parts FROM counter WHERE since > ?",
  );
  const deleteOver = database.prepare("DELETE FROM counter WHERE over_at <= ?");

  function kept(thing: CountedThing, key: string): Count | undefined {
    const row = select.get(key, thing) as CountRow | undefined;
    return row && countOf(row);
  }

  function keep(thing: CountedThing, key: string, after: Count | undefined): void {
    if (!after) return;
    const { kind, used, since, lastAt, overAt, parts } = after;
    write.run(thing, key, kind, used, since, lastAt, overAt, textOf(parts));
  }

  return {
    count(thing, key, quota, times, now) {
      const { counted, after } = countOn(kept(thing, key), quota, times, now);
      keep(thing, key, after);
      return counted;
    },

    countTogether(all, now) {
      const { counted, steps } = countOnTogether(all, ({ thing, key }) => kept(thing, key), now);
      for (const [index, { after }] of steps.entries()) {
        const one = all[index];
        if (one) keep(one.thing, one.key, after);
      }
      return counted;
    },

    giveBack(all) {
      for (const { thing, key, times } of all) {
        const count = kept(thing, key);
        const left = count && givenBack(count, times);
        if (left) keep(thing, key, left);
        else if (deleteOne.run(key, thing).changes) leavesRemains();
      }
    },

    endPauses(thing, key) {
      if (deletePaced.run(key, thing).changes) leavesRemains();
    },

    forget(now) {
      for (const row of selectAhead.all(now) as unknown as CountRow[]) {
        const { since, lastAt, overAt, parts } = asOfNow(countOf(row), now);
        update.run(since, lastAt, overAt, textOf(parts), row.id);
      }
      if (deleteOver.run(now).changes) leavesRemains();
    },
  };
}

function countOf(row: CountRow): Count {
  const { kind, used, since, last_at: lastAt, over_at: overAt } = row;
  const pairs = JSON.parse(row.parts) as [number, number][];
  const parts = pairs.map(([began, usedThen]) => ({ since: began, used: usedThen }));
  return { kind, used, since, lastAt, overAt, parts };
}

function textOf(parts: readonly CountedPart[]): string {
  return JSON.stringify(parts.map(({ since, used }) => [since, used]));
}
