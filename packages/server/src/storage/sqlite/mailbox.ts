// The mailbox port on SQLite. Envelopes are rows in the order they came; the mailbox's row counts what waits,
// so that a limit costs no count.
import type {
  MailboxStore,
  StoredPut,
  StoredPutOutcome,
  StoredStatus,
  TakeLimit,
  Taken,
  WaitingEnvelope,
} from "../../mailbox/store.ts";
import type { Operations, Workspace } from "./operations.ts";

interface MailboxRow {
  readonly id: number;
  readonly last_position: number;
  readonly waiting_envelopes: number;
  readonly waiting_bytes: number;
}

interface RowForPut extends MailboxRow {
  readonly is_blocked: number;
  readonly is_there: number;
}

interface Sum {
  readonly envelopes: number;
  readonly bytes: number;
}

const hourMs = 3_600_000;
const expiredAtOnce = 1_000;

export function mailboxOperations({
  database,
  leavesRemains,
}: Workspace): Operations<MailboxStore> {
  const selectMailbox = database.prepare(
    "SELECT id, last_position, waiting_envelopes, waiting_bytes FROM mailbox WHERE mailbox_id = ?",
  );
  // All that decides a put, in one statement: each costs as much to start as what it does.
  const selectForPut = database.prepare(
    `SELECT id, last_position, waiting_envelopes, waiting_bytes,
     EXISTS (SELECT 1 FROM blocked_serial WHERE mailbox = box.id AND serial = ?2) AS is_blocked,
     EXISTS (SELECT 1 FROM envelope
       WHERE mailbox = box.id AND envelope_id_start = ?3 AND envelope_id = ?4) AS is_there
     FROM mailbox AS box WHERE mailbox_id = ?1`,
  );
  const selectPosition = database.prepare(
    `SELECT position FROM envelope
     WHERE mailbox = ? AND envelope_id_start = ? AND envelope_id = ?`,
  );
  const countProvisional = database.prepare(
    "SELECT count(*) AS waiting FROM envelope WHERE mailbox = ? AND serial = ? AND provisional = 1",
  );
  const insertEnvelope = database.prepare(
    `INSERT INTO envelope (mailbox, position, envelope_id, envelope_id_start, serial, provisional,
     stored_hour, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const addWaiting = database.prepare(
    `UPDATE mailbox SET last_position = ?, waiting_envelopes = waiting_envelopes + 1,
     waiting_bytes = waiting_bytes + ? WHERE id = ?`,
  );
  const removeWaiting = database.prepare(
    `UPDATE mailbox SET waiting_envelopes = waiting_envelopes - ?,
     waiting_bytes = waiting_bytes - ? WHERE id = ?`,
  );
  const selectExpired = database.prepare(
    "SELECT 1 FROM expired_envelope WHERE mailbox = ? AND envelope_id = ?",
  );
  const selectWaiting = database.prepare(
    `SELECT position, envelope_id, serial, body FROM envelope
     WHERE mailbox = ? AND position > ? ORDER BY position`,
  );
  const selectBetween = database.prepare(
    "SELECT 1 FROM envelope WHERE mailbox = ? AND position > ? AND position <= ? LIMIT 1",
  );
  const sumUpTo = database.prepare(
    `SELECT count(*) AS envelopes, sum(length(body)) AS bytes FROM envelope
     WHERE mailbox = ? AND position <= ?`,
  );
  const deleteUpTo = database.prepare("DELETE FROM envelope WHERE mailbox = ? AND position <= ?");
  const insertBlocked = database.prepare(
    "INSERT OR IGNORE INTO blocked_serial (mailbox, serial) VALUES (?, ?)",
  );
  const deleteBlocked = database.prepare(
    "DELETE FROM blocked_serial WHERE mailbox = ? AND serial = ?",
  );
  const countBlocked = database.prepare(
    "SELECT count(*) AS blocked FROM blocked_serial WHERE mailbox = ?",
  );
  const selectOldest = database.prepare(
    `SELECT id, mailbox, envelope_id, stored_hour, length(body) AS bytes FROM envelope
     ORDER BY id LIMIT ${expiredAtOnce}`,
  );
  const deleteEnvelope = database.prepare("DELETE FROM envelope WHERE id = ?");
  const insertExpired = database.prepare(
    "INSERT OR IGNORE INTO expired_envelope (mailbox, envelope_id, expired_hour) VALUES (?, ?, ?)",
  );
  const forgetExpired = database.prepare("DELETE FROM expired_envelope WHERE expired_hour < ?");

  function mailboxRow(mailboxId: Uint8Array): MailboxRow | undefined {
    return selectMailbox.get(mailboxId) as MailboxRow | undefined;
  }

  function put(given: StoredPut): StoredPutOutcome {
    const { mailboxId, serial, envelopeId } = given;
    const idStart = startOf(envelopeId);
    const mailbox = selectForPut.get(mailboxId, serial, idStart, envelopeId) as
      | RowForPut
      | undefined;
    if (!mailbox) return { kind: "gone" };
    if (mailbox.is_blocked) return { kind: "dropped" };
    if (mailbox.is_there) return { kind: "duplicate" };
    if (isFull(mailbox, given)) return { kind: "full" };
    const position = mailbox.last_position + 1;
    insertEnvelope.run(
      mailbox.id,
      position,
      envelopeId,
      idStart,
      serial,
      given.provisional ? 1 : 0,
      hourOf(given.now),
      given.body,
    );
    addWaiting.run(position, given.body.length, mailbox.id);
    return { kind: "stored", position };
  }

  function isFull(mailbox: MailboxRow, { serial, provisional, body, limit }: StoredPut): boolean {
    if (mailbox.waiting_envelopes >= limit.envelopes) return true;
    if (mailbox.waiting_bytes + body.length > limit.bytes) return true;
    if (!provisional) return false;
    const { waiting } = countProvisional.get(mailbox.id, serial) as { waiting: number };
    return waiting >= limit.provisionalEnvelopes;
  }

  function status(mailboxId: Uint8Array, envelopeId: Uint8Array): StoredStatus {
    const mailbox = mailboxRow(mailboxId);
    if (!mailbox) return { kind: "gone" };
    const row = selectPosition.get(mailbox.id, startOf(envelopeId), envelopeId) as
      | { position: number }
      | undefined;
    if (row) return { kind: "waiting", position: row.position };
    return { kind: selectExpired.get(mailbox.id, envelopeId) ? "expired" : "not-there" };
  }

  function take(mailboxId: Uint8Array, after: number, limit: TakeLimit): Taken | undefined {
    const mailbox = mailboxRow(mailboxId);
    if (!mailbox) return undefined;
    const envelopes: WaitingEnvelope[] = [];
    let bytes = 0;
    for (const row of selectWaiting.iterate(mailbox.id, after)) {
      const body = row["body"] as Uint8Array;
      bytes += body.length;
      const fits = bytes <= limit.bytes || envelopes.length === 0;
      if (envelopes.length >= limit.envelopes || !fits) return { envelopes, more: true };
      envelopes.push({
        position: row["position"] as number,
        envelopeId: row["envelope_id"] as Uint8Array,
        serial: row["serial"] as Uint8Array,
        body,
      });
    }
    return { envelopes, more: false };
  }

  function acknowledge(mailboxId: Uint8Array, position: number, handed: number): boolean {
    const mailbox = mailboxRow(mailboxId);
    if (!mailbox) return true;
    if (position > mailbox.last_position) return false;
    if (position > handed && selectBetween.get(mailbox.id, handed, position)) return false;
    const { envelopes, bytes } = sumUpTo.get(mailbox.id, position) as unknown as Sum;
    if (envelopes === 0) return true;
    deleteUpTo.run(mailbox.id, position);
    removeWaiting.run(envelopes, bytes, mailbox.id);
    leavesRemains();
    return true;
  }

  function block(
    mailboxId: Uint8Array,
    change: { readonly block: readonly Uint8Array[]; readonly unblock: readonly Uint8Array[] },
    most: number,
  ): boolean {
    const mailbox = mailboxRow(mailboxId);
    if (!mailbox) return true;
    const { blocked } = countBlocked.get(mailbox.id) as { blocked: number };
    if (blocked + change.block.length > most) return false;
    for (const serial of change.block) insertBlocked.run(mailbox.id, serial);
    for (const serial of change.unblock) deleteBlocked.run(mailbox.id, serial);
    return true;
  }

  function expire(now: number, before: number, forgetBefore: number): boolean {
    forgetExpired.run(hourOf(forgetBefore));
    // Rowids ascend in the order of arrival, so the oldest rows hold all there is to expire.
    const oldest = selectOldest.all() as {
      id: number;
      mailbox: number;
      envelope_id: Uint8Array;
      stored_hour: number;
      bytes: number;
    }[];
    const over = oldest.filter((row) => row.stored_hour < hourOf(before));
    for (const row of over) {
      insertExpired.run(row.mailbox, row.envelope_id, hourOf(now));
      deleteEnvelope.run(row.id);
      removeWaiting.run(1, row.bytes, row.mailbox);
    }
    if (over.length > 0) leavesRemains();
    return over.length === expiredAtOnce;
  }

  return { put, status, take, acknowledge, block, expire };
}

function startOf(envelopeId: Uint8Array): number {
  return Buffer.from(envelopeId.buffer, envelopeId.byteOffset, 6).readUIntBE(0, 6);
}

function hourOf(time: number): number {
  return Math.floor(time / hourMs);
}
