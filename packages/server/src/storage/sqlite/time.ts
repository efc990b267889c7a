// The port of time on SQLite: one row, where there is one.
import type { KeptTime, TimeStore } from "../../time/store.ts";
import type { Operations, Workspace } from "./operations.ts";

interface TimeRow {
  readonly wall_ms: number;
  readonly uptime_ms: number;
  readonly agree_since_ms: number | null;
}

export function timeOperations({ database }: Workspace): Operations<TimeStore> {
  const select = database.prepare("SELECT wall_ms, uptime_ms, agree_since_ms FROM kept_time");
  const write = database.prepare(
    "INSERT OR REPLACE INTO kept_time (id, wall_ms, uptime_ms, agree_since_ms) VALUES (1, ?, ?, ?)",
  );

  return {
    keptTime(): KeptTime | undefined {
      const row = select.get() as TimeRow | undefined;
      return (
        row && {
          believed: { wallMs: row.wall_ms, uptimeMs: row.uptime_ms },
          agreeSinceMs: row.agree_since_ms ?? undefined,
        }
      );
    },

    keepTime({ believed, agreeSinceMs }) {
      const wallMs = Math.round(believed.wallMs);
      const since = agreeSinceMs === undefined ? null : Math.round(agreeSinceMs);
      write.run(wallMs, Math.round(believed.uptimeMs), since);
    },
  };
}
