// What backups need of SQLite: what ended, before and after one was made, and that a store which was put back is another.
import type { EndedFact, EndingReason } from "../../accounts/store.ts";
import { steeringTable } from "../backup-mark.ts";
import type { RestoringRows } from "../restoring.ts";
import { type AccountRow, endingsOn } from "./endings.ts";
import { type Operations, startOfHour, type Workspace } from "./operations.ts";

interface EndedAccountRow {
  readonly account_id: Uint8Array;
  readonly reason: EndingReason;
  readonly ended_hour: number;
}

interface EndedMailboxRow {
  readonly mailbox_id: Uint8Array;
  readonly ended_hour: number;
}

const minuteMs = 60_000;
// Each of them changes a page and a half. More than these do not fit into the half of the write-ahead log's room that is left
// before a checkpoint (engine.ts).
const droppedAtOnce = 150;

export function restoringOperations(workspace: Workspace): Operations<RestoringRows> {
  const { database, leavesRemains, leavesNothing } = workspace;
  const endings = endingsOn(workspace);
  const quickCheck = database.prepare("PRAGMA quick_check(1)");
  const selectAccounts = database.prepare(
    "SELECT account_id, reason, ended_hour FROM ended_account WHERE ended_hour >= ?",
  );
  const selectMailboxes = database.prepare(
    "SELECT mailbox_id, ended_hour FROM ended_mailbox WHERE ended_hour >= ?",
  );
  const selectHolder = database.prepare(
    `SELECT account.id, account_id FROM mailbox JOIN device ON device.id = mailbox.device
     JOIN account ON account.id = device.account WHERE mailbox_id = ?`,
  );
  const selectAccount = database.prepare("SELECT 1 FROM account WHERE account_id = ?");
  const selectDropped = database.prepare(
    `SELECT max(id) AS last FROM
     (SELECT id FROM key_package WHERE id > ? AND last_resort = 0 ORDER BY id LIMIT ${droppedAtOnce})`,
  );
  const drop = database.prepare(
    "DELETE FROM key_package WHERE id > ? AND id <= ? AND last_resort = 0",
  );
  const insertMailbox = database.prepare(
    "INSERT OR IGNORE INTO ended_mailbox (mailbox_id, ended_hour) VALUES (?, ?)",
  );
  const insertAccount = database.prepare(
    "INSERT OR IGNORE INTO ended_account (account_id, reason, ended_hour) VALUES (?, ?, ?)",
  );

  return {
    isSound: () => quickCheck.get()?.["quick_check"] === "ok",

    steering() {
      const isThere = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = ?");
      if (!isThere.get(steeringTable)) return undefined;
      const row = database.prepare(`SELECT written FROM ${steeringTable}`).get();
      return row?.["written"] as string | undefined;
    },

    endedSince(hour): EndedFact[] {
      const accounts = selectAccounts.all(hour) as unknown as EndedAccountRow[];
      const mailboxes = selectMailboxes.all(hour) as unknown as EndedMailboxRow[];
      return [
        ...accounts.map((row) => ({
          kind: "account" as const,
          id: row.account_id,
          reason: row.reason,
          hour: row.ended_hour,
        })),
        ...mailboxes.map((row) => ({
          kind: "mailbox" as const,
          id: row.mailbox_id,
          hour: row.ended_hour,
        })),
      ];
    },

    replay(facts) {
      for (const fact of facts) {
        if (fact.kind !== "mailbox") continue;
        const holder = selectHolder.get(fact.id) as unknown as AccountRow | undefined;
        if (holder) endings.makeRoom(holder, startOfHour(fact.hour));
        insertMailbox.run(fact.id, fact.hour);
      }
      // Then those that are still here were made anew.
      for (const fact of facts) {
        if (fact.kind !== "account" || selectAccount.get(fact.id)) continue;
        insertAccount.run(fact.id, fact.reason, fact.hour);
      }
    },

    dropSingleUse(after) {
      const { last } = selectDropped.get(after) as { last: number | null };
      if (last === null) return undefined;
      drop.run(after, last);
      leavesRemains();
      return last;
    },

    beginLineage(now) {
      const minute = Math.floor(now / minuteMs);
      // Without the hash of what was published, the next start publishes anew, under a higher sequence.
      database
        .prepare("UPDATE cell SET lineage = max(lineage + 1, ?), parameters_hash = x''")
        .run(minute);
      database.exec(`
        DELETE FROM invitation;
        DELETE FROM registration_session;
        DROP TABLE IF EXISTS ${steeringTable};
        PRAGMA application_id = 0;
      `);
      leavesNothing();
    },

    isInFile: () => workspace.isInFile(),
  };
}
