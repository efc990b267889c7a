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

type MailboxRow = readonly [
  id: number,
  generation: number,
  lastPosition: number,
  acknowledged: number,
  handed: number,
  /** Whether any address of it is blocked. */
  blocks: number,
];

type RowForPut = readonly [
  id: number,
  generation: number,
  lastPosition: number,
  handed: number,
  waitingEnvelopes: number,
  waitingBytes: number,
  provisionalEnvelopes: number,
  provisionalBytes: number,
  isBlocked: number,
  thereAt: number | null,
];

type WaitingRow = readonly [
  position: number,
  envelopeId: Uint8Array,
  serial: Uint8Array,
  body: Uint8Array,
];

type SumRow = readonly [
  envelopes: number,
  bytes: number,
  provisionalEnvelopes: number,
  provisionalBytes: number,
];

/** What waits in a mailbox, as far as a limit is asked of it. */
interface Waiting {
  readonly mailbox: number;
  readonly envelopes: number;
  readonly bytes: number;
  readonly provisionalEnvelopes: number;
  readonly provisionalBytes: number;
}

const kinds: Readonly<Record<AddressKind, number>> = { provisional: 0, full: 1, group: 2 };
const noBytes = new Uint8Array();

export function mailboxOperations(workspace: Workspace): Operations<MailboxStore> {
  const { database, leavesRemains } = workspace;
  // Rows of the busiest statements come as arrays: an object's names cost as much again as what they name.
  const prepareForArrays = (sql: string) => {
    const statement = database.prepare(sql);
    statement.setReturnArrays(true);
    return statement;
  };
  const selectLineage = database.prepare("SELECT lineage FROM cell");
  const selectMailbox = prepareForArrays(
    `SELECT id, generation, last_position, acknowledged, handed,
     EXISTS (SELECT 1 FROM blocked_serial WHERE mailbox = box.id) AS blocks
     FROM mailbox AS box WHERE mailbox_id = ?`,
  );
  const selectEnded = database.prepare("SELECT 1 FROM ended_mailbox WHERE mailbox_id = ?");
  // All that decides a put, in one statement: each costs as much to start as what it does.
  const selectForPut = prepareForArrays(
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
  const selectWaiting = prepareForArrays(
    `SELECT position, envelope_id, serial, body FROM envelope
     WHERE mailbox = ? AND position > ? ORDER BY position`,
  );
  const selectLengths = database.prepare(
    `SELECT position, length(body) AS bytes FROM envelope
     WHERE mailbox = ? AND position > ? ORDER BY position`,
  );
  const sumUpTo = prepareForArrays(
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
    return selectMailbox.get(mailboxId) as unknown as MailboxRow | undefined;
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
    const [, generation, , acknowledged, handed] = mailbox;
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
    const row = selectForPut.get(mailboxId, serial, idStart, envelopeId) as unknown as
      | RowForPut
      | undefined;
    if (!row) return notThere(mailboxId);
    const [mailbox, generation, lastPosition, handedBefore, envelopes, bytes] = row;
    const [, , , , , , provisionalEnvelopes, provisionalBytes, isBlocked, thereAt] = row;
    if (generation !== given.generation) return { kind: "former" };
    if (thereAt !== null) {
      // Written all the same: otherwise it would be answered sooner than what is stored.
      touch.run(mailbox, lastPosition, handedBefore);
      return { kind: "duplicate", position: thereAt };
    }
    const waiting = { mailbox, envelopes, bytes, provisionalEnvelopes, provisionalBytes };
    if (isFull(waiting, given)) return { kind: "full" };
    const position = lastPosition + 1;
    const handed = given.handsOut && handedBefore === lastPosition;
    const handedNow = handed ? position : handedBefore;
    const isProvisional = given.kind === "provisional";
    // Strangers have addresses that nobody can take from them: the one mailbox's pool is what holds them off.
    const isDropped = isBlocked === 1 && !isProvisional;
    const kind = isDropped ? "dropped" : "stored";
    const body = isDropped ? noBytes : given.body;
    if (isDropped && handed && envelopes === 0) {
      touch.run(mailbox, position, handedNow);
      return { kind, position, handed };
    }
    insertEnvelope.run(
      mailbox,
      position,
      envelopeId,
      idStart,
      serial,
      kinds[given.kind],
      given.quiet ? 1 : 0,
      hourOf(given.now),
      body,
    );
    addWaiting.run(mailbox, position, handedNow, body.length, isProvisional ? 1 : 0);
    return { kind, position, handed };
  }

  function isFull(waiting: Waiting, { serial, kind, body, limit }: StoredPut): boolean {
    if (waiting.envelopes >= limit.envelopes) return true;
    if (waiting.bytes + body.length > limit.bytes) return true;
    if (kind === "provisional") {
      return (
        waiting.provisionalEnvelopes >= limit.provisionalEnvelopes ||
        waiting.provisionalBytes + body.length > limit.provisionalBytes
      );
    }
    // No share can be used up where all together do not fill it.
    if (waiting.envelopes >= limit.fullEnvelopes) {
      const { envelopes } = countOfSerial.get(waiting.mailbox, serial) as { envelopes: number };
      if (envelopes >= limit.fullEnvelopes) return true;
    }
    if (waiting.bytes + body.length <= limit.fullBytes) return false;
    const { bytes } = bytesOfSerial.get(waiting.mailbox, serial) as { bytes: number };
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
    const row = mailboxRow(mailboxId);
    if (row?.[1] !== generation) return undefined;
    const [mailbox, , lastPosition, acknowledged, handedBefore] = row;
    const envelopes: WaitingEnvelope[] = [];
    let bytes = 0;
    let more = false;
    let dropped = 0;
    let handed = lastPosition;
    const rows = after < lastPosition ? selectWaiting.iterate(mailbox, after) : [];
    for (const [position, envelopeId, serial, body] of rows as unknown as Iterable<WaitingRow>) {
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
      envelopes.push({ position, envelopeId, serial, body });
    }
    if (handed > handedBefore) setHanded.run(handed, mailbox);
    if (dropped > 0) deleteThrough(mailbox, acknowledged, true);
    return { envelopes, more, handed };
  }

  function acknowledge(mailboxId: Uint8Array, generation: number, position: number): boolean {
    const row = mailboxRow(mailboxId);
    if (row?.[1] !== generation) return false;
    const [mailbox, , , acknowledged, handed, blocks] = row;
    if (position > handed) return false;
    if (position > acknowledged) deleteThrough(mailbox, position, blocks === 1);
    return true;
  }

  /** @param mayBeDropped something may stand right behind it that was dropped: that goes with it */
  function deleteThrough(mailbox: number, acknowledged: number, mayBeDropped: boolean): void {
    let through = acknowledged;
    for (const row of mayBeDropped ? selectLengths.iterate(mailbox, acknowledged) : []) {
      if (row["bytes"] !== 0) break;
      through = row["position"] as number;
    }
    const sum = sumUpTo.get(mailbox, through) as unknown as SumRow;
    acknowledgeUpTo.run(mailbox, acknowledged, through, ...sum);
    const [envelopes] = sum;
    if (envelopes === 0) return;
    deleteUpTo.run(mailbox, through);
    leavesRemains();
  }

  function block(
    mailboxId: Uint8Array,
    change: { readonly block: readonly Uint8Array[]; readonly unblock: readonly Uint8Array[] },
    most: number,
  ): boolean {
    const [mailbox] = mailboxRow(mailboxId) ?? [];
    if (mailbox === undefined) return true;
    const { blocked } = countBlocked.get(mailbox) as { blocked: number };
    if (blocked + change.block.length > most) return false;
    for (const serial of change.block) insertBlocked.run(mailbox, serial);
    for (const serial of change.unblock) deleteBlocked.run(mailbox, serial);
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
