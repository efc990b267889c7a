// What SQLite keeps of mailboxes, since it changes in one transaction with accounts: that they are there, their
// generations, which addresses are blocked, and the journal of those that ended. Envelopes are the log's.
import type { BlockChange } from "../../mailbox/store.ts";
import type { MailboxRows, MailboxRowsPage } from "../mailbox-rows.ts";
import type { Operations, Workspace } from "./operations.ts";

const idBytes = 16;

interface Row {
  readonly id: number;
  readonly mailbox_id: Uint8Array;
  readonly generation: number;
}

interface BlockedRow {
  readonly mailbox: number;
  readonly serial: Uint8Array;
}

export function mailboxRowOperations({ database }: Workspace): Operations<MailboxRows> {
  const selectLineage = database.prepare("SELECT lineage FROM cell");
  const selectMailbox = database.prepare("SELECT id FROM mailbox WHERE mailbox_id = ?");
  const selectEnded = database.prepare("SELECT 1 FROM ended_mailbox WHERE mailbox_id = ?");
  const insertBlocked = database.prepare(
    "INSERT OR IGNORE INTO blocked_serial (mailbox, serial) VALUES (?, ?)",
  );
  const deleteBlocked = database.prepare(
    "DELETE FROM blocked_serial WHERE mailbox = ? AND serial = ?",
  );
  const countBlocked = database.prepare(
    "SELECT count(*) AS blocked FROM blocked_serial WHERE mailbox = ?",
  );
  const selectPage = database.prepare(
    "SELECT id, mailbox_id, generation FROM mailbox WHERE id > ? ORDER BY id LIMIT ?",
  );
  const selectBlocked = database.prepare(
    `SELECT mailbox, serial FROM blocked_serial WHERE mailbox > ? AND mailbox <= ?
     ORDER BY mailbox`,
  );

  function block(mailboxId: Uint8Array, change: BlockChange, most: number): boolean {
    const mailbox = selectMailbox.get(mailboxId)?.["id"] as number | undefined;
    if (mailbox === undefined) return true;
    const { blocked } = countBlocked.get(mailbox) as { blocked: number };
    if (blocked + change.block.length > most) return false;
    for (const serial of change.block) insertBlocked.run(mailbox, serial);
    for (const serial of change.unblock) deleteBlocked.run(mailbox, serial);
    return true;
  }

  function page(after: number, most: number): MailboxRowsPage {
    const rows = selectPage.all(after, most) as unknown as Row[];
    const last = rows.at(-1)?.id ?? after;
    const mailboxIds = new Uint8Array(rows.length * idBytes);
    const generations = new Uint32Array(rows.length);
    const places = new Map<number, number>();
    for (const [index, row] of rows.entries()) {
      mailboxIds.set(row.mailbox_id, index * idBytes);
      generations[index] = row.generation;
      places.set(row.id, index);
    }
    const blockedRows = selectBlocked.all(after, last) as unknown as BlockedRow[];
    const blocked = blockedRows.map(({ mailbox, serial }) => {
      return { index: places.get(mailbox) as number, serial };
    });
    return { last, mailboxIds, generations, blocked };
  }

  return {
    lineage: () => (selectLineage.get() as { lineage: number }).lineage,
    hasEnded: (mailboxId) => selectEnded.get(mailboxId) !== undefined,
    block,
    page,
  };
}
