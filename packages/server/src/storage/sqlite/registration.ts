// The registration port on SQLite.
import type { RegistrationStore, StoredSession } from "../../registration/store.ts";
import { invitationOperations } from "./invitations.ts";
import type { Operations, Workspace } from "./operations.ts";

interface SessionRow {
  readonly session_hash: Uint8Array;
  readonly sealed: Uint8Array;
  readonly code_mac: Uint8Array;
  readonly tries: number;
  readonly expires_at: number;
  readonly sealed_claim: Uint8Array | null;
}

export function registrationOperations(workspace: Workspace): Operations<RegistrationStore> {
  const { database, leavesRemains } = workspace;
  const insertSession = database.prepare(
    `INSERT INTO registration_session (session_hash, sealed, code_mac, expires_at, sealed_claim)
     VALUES (?, ?, ?, ?, ?)`,
  );
  const selectSession = database.prepare(
    `SELECT session_hash, sealed, code_mac, tries, expires_at, sealed_claim
     FROM registration_session WHERE session_hash = ? AND expires_at > ?`,
  );
  const addTry = database.prepare(
    "UPDATE registration_session SET tries = tries + 1 WHERE session_hash = ?",
  );
  const writeClaim = database.prepare(
    `UPDATE registration_session SET sealed_claim = ?, expires_at = ?
     WHERE session_hash = ? AND sealed_claim IS NULL`,
  );
  const selectClaim = database.prepare(
    "SELECT sealed_claim FROM registration_session WHERE session_hash = ?",
  );
  const forgetSessions = database.prepare(
    "DELETE FROM registration_session WHERE expires_at <= ? OR expires_at > ?",
  );
  const selectNever = database.prepare("SELECT 1 FROM never_number WHERE number_mac = ?");
  const insertNever = database.prepare(
    "INSERT OR IGNORE INTO never_number (number_mac) VALUES (?)",
  );

  const deleteNever = database.prepare("DELETE FROM never_number WHERE number_mac = ?");
  const countNever = database.prepare("SELECT count(*) AS numbers FROM never_number");

  function countTry(
    sessionHash: Uint8Array,
    tries: number,
    now: number,
  ): StoredSession | undefined {
    const row = selectSession.get(sessionHash, now) as SessionRow | undefined;
    if (!row) return undefined;
    if (!row.sealed_claim) {
      if (row.tries >= tries) return undefined;
      addTry.run(sessionHash);
    }
    return {
      sessionHash: row.session_hash,
      sealed: row.sealed,
      codeMac: row.code_mac,
      expiresAt: row.expires_at,
      sealedClaim: row.sealed_claim ?? undefined,
    };
  }

  return {
    ...invitationOperations(workspace),
    openSession({ sessionHash, sealed, codeMac, expiresAt, sealedClaim }) {
      insertSession.run(sessionHash, sealed, codeMac, expiresAt, sealedClaim ?? null);
    },
    countTry,
    keepClaim(sessionHash, sealedClaim, expiresAt) {
      writeClaim.run(sealedClaim, expiresAt, sessionHash);
      return selectClaim.get(sessionHash)?.["sealed_claim"] as Uint8Array | undefined;
    },
    isNever: (numberMac) => selectNever.get(numberMac) !== undefined,
    addNever: (numberMac) => insertNever.run(numberMac).changes > 0,
    removeNever(numberMac) {
      const isRemoved = deleteNever.run(numberMac).changes > 0;
      if (isRemoved) leavesRemains();
      return isRemoved;
    },
    countNever: () => (countNever.get() as { numbers: number }).numbers,
    forget(now, noneAfter) {
      if (forgetSessions.run(now, noneAfter).changes) leavesRemains();
    },
  };
}
