// The counting port on SQLite: counts that outlive the process, and what they are of.
import { asOfNow, type Count, type Counters, countOn } from "../../limits/counters.ts";
import type { Operations, Workspace } from "./operations.ts";

interface CountRow {
  readonly id: number;
  readonly kind: Count["kind"];
  readonly used: number;
  readonly since: number;
  readonly last_at: number;
  readonly over_at: number;
}

export function counterOperations({ database, leavesRemains }: Workspace): Operations<Counters> {
  const select = database.prepare(
    "SELECT id, kind, used, since, last_at, over_at FROM counter WHERE key = ? AND thing = ?",
  );
  const write = database.prepare(
    `INSERT INTO counter (thing, key, kind, used, since, last_at, over_at) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (key, thing) DO UPDATE SET kind = excluded.kind, used = excluded.used,
     since = excluded.since, last_at = excluded.last_at, over_at = excluded.over_at`,
  );
  const update = database.prepare(
    "UPDATE counter SET since = ?, last_at = ?, over_at = ? WHERE id = ?",
  );
  const deletePaced = database.prepare(
    "DELETE FROM counter WHERE key = ? AND thing = ? AND kind = 'paced'",
  );
  const selectAhead = database.prepare(
    "SELECT id, kind, used, since, last_at, over_at FROM counter WHERE since > ?",
  );
  const deleteOver = database.prepare("DELETE FROM counter WHERE over_at <= ?");

  return {
    count(thing, key, quota, times, now) {
      const row = select.get(key, thing) as CountRow | undefined;
      const { counted, after } = countOn(row && countOf(row), quota, times, now);
      if (after) {
        const { kind, used, since, lastAt, overAt } = after;
        write.run(thing, key, kind, used, since, lastAt, overAt);
      }
      return counted;
    },

    endPauses(thing, key) {
      if (deletePaced.run(key, thing).changes) leavesRemains();
    },

    forget(now) {
      for (const row of selectAhead.all(now) as unknown as CountRow[]) {
        const { since, lastAt, overAt } = asOfNow(countOf(row), now);
        update.run(since, lastAt, overAt, row.id);
      }
      if (deleteOver.run(now).changes) leavesRemains();
    },
  };
}

function countOf({ kind, used, since, last_at: lastAt, over_at: overAt }: CountRow): Count {
  return { kind, used, since, lastAt, overAt };
}
