// The push port on SQLite: a row beside a mailbox's, which goes with it.
import type { PushStore } from "../../push/store.ts";
import type { Operations, Workspace } from "./operations.ts";

interface Row {
  readonly id: number;
  readonly mailbox_id: Uint8Array;
}

export function pushOperations({ database, leavesRemains }: Workspace): Operations<PushStore> {
  const write = database.prepare(
    `INSERT INTO push_subscription (mailbox, epoch, sealed)
     SELECT id, ?2, ?3 FROM mailbox WHERE mailbox_id = ?1
     ON CONFLICT (mailbox) DO UPDATE SET epoch = excluded.epoch, sealed = excluded.sealed`,
  );
  const select = database.prepare(
    `SELECT epoch, sealed FROM push_subscription
     JOIN mailbox ON mailbox.id = push_subscription.mailbox WHERE mailbox_id = ?`,
  );
  const end = database.prepare(
    `DELETE FROM push_subscription
     WHERE mailbox = (SELECT id FROM mailbox WHERE mailbox_id = ?1) AND (?2 IS NULL OR sealed = ?2)`,
  );
  const selectPage = database.prepare(
    `SELECT push_subscription.id, mailbox_id FROM push_subscription
     JOIN mailbox ON mailbox.id = push_subscription.mailbox
     WHERE push_subscription.id > ? ORDER BY push_subscription.id LIMIT ?`,
  );

  return {
    set(mailboxId, { epoch, sealed }) {
      write.run(mailboxId, epoch, sealed);
      leavesRemains();
    },
    subscription(mailboxId) {
      const row = select.get(mailboxId) as { epoch: number; sealed: Uint8Array } | undefined;
      return row && { epoch: row.epoch, sealed: row.sealed };
    },
    end(mailboxId, sealed) {
      if (end.run(mailboxId, sealed ?? null).changes > 0) leavesRemains();
    },
    mailboxes(after, most) {
      const rows = selectPage.all(after, most) as unknown as Row[];
      const mailboxIds = rows.map(({ mailbox_id: mailboxId }) => mailboxId);
      return { mailboxIds, last: rows.at(-1)?.id ?? after };
    },
  };
}
