// How an account ends on SQLite: over the tables of all rooms, inside one transaction. What belongs to an account, a device
// or a mailbox goes with its row (cascades); what is left is in the journal.
import type { BucketPlace, EndingReason } from "../../accounts/store.ts";
import type { EndedRows } from "../account-rows.ts";
import { hourOf, type Workspace } from "./operations.ts";

export interface AccountRow {
  readonly id: number;
  readonly account_id: Uint8Array;
}

export interface Endings {
  /** For good. */
  end(account: AccountRow, reason: EndingReason, now: number): EndedRows;
  /** To be made anew under the same id: its mailboxes end, it does not. */
  makeRoom(account: AccountRow, now: number): EndedRows;
}

interface Counts {
  readonly records: number;
  readonly tags: number;
  readonly keyPackages: number;
}

interface MailboxRow {
  readonly mailbox_id: Uint8Array;
}

export function endingsOn({ database, leavesNothing }: Workspace): Endings {
  const countRows = database.prepare(
    `SELECT
     (SELECT count(*) FROM record WHERE account = ?1) AS records,
     (SELECT count(*) FROM tag WHERE account = ?1) AS tags,
     (SELECT count(*) FROM key_package JOIN device ON device.id = key_package.device
       WHERE device.account = ?1) AS keyPackages`,
  );
  const selectMailboxes = database.prepare(
    `SELECT mailbox_id FROM mailbox JOIN device ON device.id = mailbox.device
     WHERE device.account = ?`,
  );
  const selectPlace = database.prepare(
    "SELECT voprf_epoch AS voprfEpoch, bucket_bits AS bucketBits FROM tag WHERE account = ?",
  );
  const deleteAccount = database.prepare("DELETE FROM account WHERE id = ?");
  const writeEndedAccount = database.prepare(
    `INSERT INTO ended_account (account_id, reason, ended_hour) VALUES (?, ?, ?)
     ON CONFLICT (account_id) DO UPDATE SET reason = excluded.reason, ended_hour = excluded.ended_hour`,
  );
  const insertEndedMailbox = database.prepare(
    "INSERT INTO ended_mailbox (mailbox_id, ended_hour) VALUES (?, ?)",
  );

  function makeRoom({ id, account_id: accountId }: AccountRow, now: number): EndedRows {
    const { records, tags, keyPackages } = countRows.get(id) as unknown as Counts;
    const mailboxes = selectMailboxes.all(id) as unknown as MailboxRow[];
    for (const { mailbox_id: mailboxId } of mailboxes) {
      insertEndedMailbox.run(mailboxId, hourOf(now));
    }
    const place = selectPlace.get(id) as unknown as BucketPlace;
    deleteAccount.run(id);
    leavesNothing();
    return {
      kind: "ended",
      accountId,
      records,
      tags,
      devices: mailboxes.length,
      keyPackages,
      endedMailboxes: mailboxes.map((mailbox) => mailbox.mailbox_id),
      place: { ...place },
    };
  }

  return {
    makeRoom,
    end(account, reason, now) {
      writeEndedAccount.run(account.account_id, reason, hourOf(now));
      return makeRoom(account, now);
    },
  };
}
