// How envelopes that waited too long end on SQLite: what was not handed out is remembered as ranges of positions, next
// to each other in one row, so that a mailbox nobody opens costs one row however much is put into it.
import { hourOf, type Workspace } from "./operations.ts";

interface OldRow {
  readonly id: number;
  readonly mailbox: number;
  readonly position: number;
  readonly kind: number;
  readonly stored_hour: number;
  readonly bytes: number;
}

const expiredAtOnce = 1_000;
const provisional = 0;

/** `expire` of the port. */
export function mailboxExpiry({ database, leavesRemains }: Workspace) {
  const selectOldest = database.prepare(
    `SELECT id, mailbox, position, kind, stored_hour, length(body) AS bytes FROM envelope
     ORDER BY id LIMIT ${expiredAtOnce}`,
  );
  const selectMailbox = database.prepare("SELECT handed FROM mailbox WHERE id = ?");
  const deleteEnvelope = database.prepare("DELETE FROM envelope WHERE id = ?");
  const removeWaiting = database.prepare(
    `UPDATE mailbox SET waiting_envelopes = waiting_envelopes - 1,
     waiting_bytes = waiting_bytes - ?2, provisional_envelopes = provisional_envelopes - ?3,
     provisional_bytes = provisional_bytes - ?2 * ?3 WHERE id = ?1`,
  );
  const handOutToNext = database.prepare(
    `UPDATE mailbox SET handed = coalesce((SELECT min(position) - 1 FROM envelope
       WHERE mailbox = mailbox.id AND position > mailbox.handed), last_position) WHERE id = ?`,
  );
  const extendRange = database.prepare(
    `UPDATE expired_range SET last_position = ?2, expired_hour = ?3
     WHERE mailbox = ?1 AND last_position = ?2 - 1`,
  );
  const insertRange = database.prepare(
    `INSERT INTO expired_range (mailbox, first_position, last_position, expired_hour)
     VALUES (?1, ?2, ?2, ?3)`,
  );
  const forgetRanges = database.prepare("DELETE FROM expired_range WHERE expired_hour < ?");

  return function expire(now: number, before: number, forgetBefore: number): boolean {
    forgetRanges.run(hourOf(forgetBefore));
    // Rowids ascend in the order of arrival, so the oldest rows hold all there is to expire.
    const oldest = selectOldest.all() as unknown as OldRow[];
    const over = oldest.filter((row) => row.stored_hour < hourOf(before));
    const handedBefore = new Map<number, number>();
    for (const { id, mailbox, position, kind, bytes } of over) {
      const known = handedBefore.get(mailbox);
      const handed = known ?? (selectMailbox.get(mailbox) as { handed: number }).handed;
      handedBefore.set(mailbox, handed);
      if (position > handed) remember(mailbox, position, hourOf(now));
      deleteEnvelope.run(id);
      removeWaiting.run(mailbox, bytes, kind === provisional ? 1 : 0);
    }
    for (const mailbox of handedBefore.keys()) handOutToNext.run(mailbox);
    if (over.length > 0) leavesRemains();
    return over.length === expiredAtOnce;
  };

  function remember(mailbox: number, position: number, hour: number): void {
    const { changes } = extendRange.run(mailbox, position, hour);
    if (changes === 0) insertRange.run(mailbox, position, hour);
  }
}
