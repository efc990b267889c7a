// The mailbox port on SQLite. Envelopes are rows in the order they came; what a blocked address dropped is a row without
// bytes until what stands before it is acknowledged. The mailbox's row counts what waits, so that a limit costs no count.
// From one past `handed` on, every position that was given out has its row.
import type {
  AddressKind,
  MailboxState,
  MailboxStore,
  StoredPut,
  StoredPutOutcome,
  TakeLimit,
  Taken,
  WaitingEnvelope,
} from "../../mailbox/store.ts";
import { mailboxExpiry } from "./mailbox-expiry.ts";
import { hourOf, type Operations, type Workspace } from "./operations.ts";

interface MailboxRow {
  readonly id: number;
  readonly generation: number;
  readonly last_position: number;
  readonly acknowledged: number;
  readonly handed: number;
  /** Whether any address of it is blocked. */
  readonly blocks: number;
}

interface RowForPut extends Pick<MailboxRow, "id" | "generation" | "last_position" | "handed"> {
  readonly waiting_envelopes: number;
  readonly waiting_bytes: number;
  readonly provisional_envelopes: number;
  readonly provisional_bytes: number;
  readonly is_blocked: number;
  readonly there_at: number | null;
}

interface Sum {
  readonly envelopes: number;
  readonly bytes: number;
  readonly provisional_envelopes: number;
  readonly provisional_bytes: number;
}

const kinds: Readonly<Record<AddressKind, number>> = { provisional: 0, full: 1, group: 2 };
const noBytes = new Uint8Array();

export function mailboxOperations(workspace: Workspace): Operations<MailboxStore> {
  const { database, leavesRemains } = workspace;
  const selectLineage = database.prepare("SELECT lineage FROM cell");
  const selectMailbox = database.prepare(
    `SELECT id, generation, last_position, acknowledged, handed,
     EXISTS (SELECT 1 FROM blocked_serial WHERE mailbox = box.id) AS blocks
     FROM mailbox AS box WHERE mailbox_id = ?`,
  );
  const selectEnded = database.prepare("SELECT 1 FROM ended_mailbox WHERE mailbox_id = ?");
  // All that decides a put, in one statement: each costs as much to start as what it does.
  const selectForPut = database.prepare(
    `SELECT id, generation, last_position, handed, waiting_envelopes, waiting_bytes,
     provisional_envelopes, provisional_bytes,
     EXISTS (SELECT 1 FROM blocked_serial WHERE mailbox = box.id AND serial = ?2) AS is_blocked,
     (SELECT position FROM envelope
       WHERE mailbox = box.id AND envelope_id_start = ?3 AND envelope_id = ?4) AS there_at
     FROM mailbox AS box WHERE mailbox_id = ?1`,
  );
  const countOfSerial = database.prepare(
    "SELECT count(*) AS envelopes FROM envelope WHERE mailbox = ? AND serial = ?",
  );
  const bytesOfSerial = database.prepare(
    `SELECT coalesce(sum(length(body)), 0) AS bytes FROM envelope
     WHERE mailbox = ? AND serial = ?`,
  );
  const insertEnvelope = database.prepare(
    `INSERT INTO envelope (mailbox, position, envelope_id, envelope_id_start, serial, kind, quiet,
     stored_hour, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const addWaiting = database.prepare(
    `UPDATE mailbox SET last_position = ?2, handed = ?3,
     waiting_envelopes = waiting_envelopes + 1, waiting_bytes = waiting_bytes + ?4,
     provisional_envelopes = provisional_envelopes + ?5,
     provisional_bytes = provisional_bytes + ?4 * ?5 WHERE id = ?1`,
  );
  const touch = database.prepare(
    "UPDATE mailbox SET last_position = ?2, handed = ?3 WHERE id = ?1",
  );
  const setHanded = database.prepare("UPDATE mailbox SET handed = ? WHERE id = ?");
  const selectExpired = database.prepare(
    `SELECT 1 FROM expired_range JOIN mailbox ON mailbox.id = expired_range.mailbox
     WHERE mailbox_id = ?1 AND first_position <= ?2 AND expired_range.last_position >= ?2`,
  );
  const selectWaiting = database.prepare(
    `SELECT position, envelope_id, serial, body FROM envelope
     WHERE mailbox = ? AND position > ? ORDER BY position`,
  );
  const selectLengths = database.prepare(
    `SELECT position, length(body) AS bytes FROM envelope
     WHERE mailbox = ? AND position > ? ORDER BY position`,
  );
  const sumUpTo = database.prepare(
    `SELECT count(*) AS envelopes, coalesce(sum(length(body)), 0) AS bytes,
     count(*) FILTER (WHERE kind = 0) AS provisional_envelopes,
     coalesce(sum(length(body)) FILTER (WHERE kind = 0), 0) AS provisional_bytes
     FROM envelope WHERE mailbox = ? AND position <= ?`,
  );
  const deleteUpTo = database.prepare("DELETE FROM envelope WHERE mailbox = ? AND position <= ?");
  const acknowledgeUpTo = database.prepare(
    `UPDATE mailbox SET acknowledged = max(acknowledged, ?2), handed = max(handed, ?3),
     waiting_envelopes = waiting_envelopes - ?4, waiting_bytes = waiting_bytes - ?5,
     provisional_envelopes = provisional_envelopes - ?6,
     provisional_bytes = provisional_bytes - ?7 WHERE id = ?1`,
  );
  const insertBlocked = database.prepare(
    "INSERT OR IGNORE INTO blocked_serial (mailbox, serial) VALUES (?, ?)",
  );
  const deleteBlocked = database.prepare(
    "DELETE FROM blocked_serial WHERE mailbox = ? AND serial = ?",
  );
  const countBlocked = database.prepare(
    "SELECT count(*) AS blocked FROM blocked_serial WHERE mailbox = ?",
  );

  function mailboxRow(mailboxId: Uint8Array): MailboxRow | undefined {
    return selectMailbox.get(mailboxId) as MailboxRow | undefined;
  }

  function lineage(): number {
    return (selectLineage.get() as { lineage: number }).lineage;
  }

  function notThere(mailboxId: Uint8Array): { readonly kind: "gone" | "unknown" } {
    return { kind: selectEnded.get(mailboxId) ? "gone" : "unknown" };
  }

  function state(mailboxId: Uint8Array): MailboxState {
    const mailbox = mailboxRow(mailboxId);
    if (!mailbox) return notThere(mailboxId);
    const { generation, acknowledged, handed } = mailbox;
    return { kind: "there", generation, acknowledged, handed };
  }

  function put(puts: readonly StoredPut[]): StoredPutOutcome[] {
    const outcomes: StoredPutOutcome[] = [];
    for (const given of puts) {
      const before = outcomes[given.after];
      const mayBe = !before || "position" in before;
      outcomes.push(mayBe ? putOne(given) : { kind: "after-refused" });
    }
    return outcomes;
  }

  function putOne(given: StoredPut): StoredPutOutcome {
    const { mailboxId, serial, envelopeId } = given;
    const idStart = startOf(envelopeId);
    const mailbox = selectForPut.get(mailboxId, serial, idStart, envelopeId) as
      | RowForPut
      | undefined;
    if (!mailbox) return notThere(mailboxId);
    if (mailbox.generation !== given.generation) return { kind: "former" };
    if (mailbox.there_at !== null) {
      // Written all the same: otherwise it would be answered sooner than what is stored.
      touch.run(mailbox.id, mailbox.last_position, mailbox.handed);
      return { kind: "duplicate", position: mailbox.there_at };
    }
    if (isFull(mailbox, given)) return { kind: "full" };
    const position = mailbox.last_position + 1;
    const body = mailbox.is_blocked ? noBytes : given.body;
    const hasAllBefore = given.handsOut && mailbox.handed === mailbox.last_position;
    const handed = hasAllBefore ? position : mailbox.handed;
    const kind = mailbox.is_blocked ? "dropped" : "stored";
    if (mailbox.is_blocked && hasAllBefore && mailbox.waiting_envelopes === 0) {
      touch.run(mailbox.id, position, handed);
      return { kind, position, handed: true };
    }
    insertEnvelope.run(
      mailbox.id,
      position,
      envelopeId,
      idStart,
      serial,
      kinds[given.kind],
      given.quiet ? 1 : 0,
      hourOf(given.now),
      body,
    );
    const isProvisional = given.kind === "provisional" ? 1 : 0;
    addWaiting.run(mailbox.id, position, handed, body.length, isProvisional);
    return { kind, position, handed: hasAllBefore };
  }

  function isFull(mailbox: RowForPut, { serial, kind, body, limit }: StoredPut): boolean {
    if (mailbox.waiting_envelopes >= limit.envelopes) return true;
    if (mailbox.waiting_bytes + body.length > limit.bytes) return true;
    if (kind === "provisional") {
      return (
        mailbox.provisional_envelopes >= limit.provisionalEnvelopes ||
        mailbox.provisional_bytes + body.length > limit.provisionalBytes
      );
    }
    // No share can be used up where all together do not fill it.
    if (mailbox.waiting_envelopes >= limit.fullEnvelopes) {
      const { envelopes } = countOfSerial.get(mailbox.id, serial) as { envelopes: number };
      if (envelopes >= limit.fullEnvelopes) return true;
    }
    if (mailbox.waiting_bytes + body.length <= limit.fullBytes) return false;
    const { bytes } = bytesOfSerial.get(mailbox.id, serial) as { bytes: number };
    return bytes + body.length > limit.fullBytes;
  }

  function expired(mailboxId: Uint8Array, position: number): boolean {
    return selectExpired.get(mailboxId, position) !== undefined;
  }

  function take(
    mailboxId: Uint8Array,
    generation: number,
    after: number,
    limit: TakeLimit,
  ): Taken | undefined {
    const mailbox = mailboxRow(mailboxId);
    if (mailbox?.generation !== generation) return undefined;
    const envelopes: WaitingEnvelope[] = [];
    let bytes = 0;
    let more = false;
    let dropped = 0;
    let handed = mailbox.last_position;
    const rows = after < mailbox.last_position ? selectWaiting.iterate(mailbox.id, after) : [];
    for (const row of rows) {
      const body = row["body"] as Uint8Array;
      const position = row["position"] as number;
      if (body.length === 0) {
        dropped += 1;
        continue;
      }
      bytes += body.length;
      const fits = bytes <= limit.bytes || envelopes.length === 0;
      more = envelopes.length >= limit.envelopes || !fits;
      if (more) {
        handed = position - 1;
        break;
      }
      envelopes.push({
        position,
        envelopeId: row["envelope_id"] as Uint8Array,
        serial: row["serial"] as Uint8Array,
        body,
      });
    }
    if (handed > mailbox.handed) setHanded.run(handed, mailbox.id);
    if (dropped > 0) deleteThrough(mailbox, mailbox.acknowledged, true);
    return { envelopes, more, handed };
  }

  function acknowledge(mailboxId: Uint8Array, generation: number, position: number): boolean {
    const mailbox = mailboxRow(mailboxId);
    if (mailbox?.generation !== generation || position > mailbox.handed) return false;
    if (position <= mailbox.acknowledged) return true;
    deleteThrough(mailbox, position, mailbox.blocks === 1);
    return true;
  }

  /** @param mayBeDropped something may stand right behind it that was dropped: that goes with it */
  function deleteThrough(mailbox: MailboxRow, acknowledged: number, mayBeDropped: boolean): void {
    let through = acknowledged;
    for (const row of mayBeDropped ? selectLengths.iterate(mailbox.id, acknowledged) : []) {
      if (row["bytes"] !== 0) break;
      through = row["position"] as number;
    }
    const sum = sumUpTo.get(mailbox.id, through) as unknown as Sum;
    acknowledgeUpTo.run(
      mailbox.id,
      acknowledged,
      through,
      sum.envelopes,
      sum.bytes,
      sum.provisional_envelopes,
      sum.provisional_bytes,
    );
    if (sum.envelopes === 0) return;
    deleteUpTo.run(mailbox.id, through);
    leavesRemains();
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

  return {
    lineage,
    state,
    put,
    expired,
    take,
    acknowledge,
    block,
    expire: mailboxExpiry(workspace),
  };
}

function startOf(envelopeId: Uint8Array): number {
  return Buffer.from(envelopeId.buffer, envelopeId.byteOffset, 6).readUIntBE(0, 6);
}
