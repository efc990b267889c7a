// What SQLite keeps of mailboxes, since it changes in one transaction with accounts: that they are there, their
// generations, which addresses are blocked, and the journal of those that ended. Envelopes are the log's.
import type { BlockChange } from "../../mailbox/store.ts";
import type { MailboxRows, MailboxRowsPage } from "../mailbox-rows.ts";
import type { Operations, Workspace } from "./operations.ts";

/** Of many mailboxes: an object for each would be most of what it costs to read them. */
interface PageRow {
  readonly last: number | null;
  readonly ids: string | null;
  readonly mailbox_ids: string | null;
  readonly generations: string | null;
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
    `SELECT max(id) AS last, group_concat(id, ' ') AS ids,
       group_concat(hex(mailbox_id), '') AS mailbox_ids,
       group_concat(generation, ' ') AS generations
     FROM (SELECT id, mailbox_id, generation FROM mailbox WHERE id > ? ORDER BY id LIMIT ?)`,
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
    const row = selectPage.get(after, most) as unknown as PageRow;
    const last = row.last ?? after;
    const mailboxIds = Uint8Array.from(Buffer.from(row.mailbox_ids ?? "", "hex"));
    const generations = Uint32Array.from(numbersIn(row.generations));
    const blockedRows = selectBlocked.all(after, last) as unknown as BlockedRow[];
    const ids = blockedRows.length > 0 ? numbersIn(row.ids) : [];
    const places = new Map(ids.map((id, index) => [id, index]));
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

function numbersIn(text: string | null): number[] {
  return text === null ? [] : text.split(" ").map(Number);
}
