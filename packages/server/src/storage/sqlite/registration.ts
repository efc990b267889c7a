// The registration port on SQLite.
import type {
  RegistrationStore,
  SendLimit,
  SendOutcome,
  StoredClaim,
  StoredSession,
} from "../../registration/store.ts";
import type { Operations, Workspace } from "./operations.ts";

interface SendingRow {
  readonly window_started_at: number;
  readonly last_sent_at: number;
  readonly sent: number;
}

interface SessionRow {
  readonly session_hash: Uint8Array;
  readonly lookup_hash: Uint8Array;
  readonly bucket_bits: number;
  readonly tag: number;
  readonly voprf_epoch: number;
  readonly evaluated_element: Uint8Array;
  readonly proof: Uint8Array;
  readonly root_key: Uint8Array;
  readonly policy_version: number;
  readonly code_mac: Uint8Array;
  readonly tries: number;
  readonly expires_at: number;
  readonly claim: Uint8Array | null;
  readonly claim_signature: Uint8Array | null;
}

export function registrationOperations({
  database,
  leavesRemains,
}: Workspace): Operations<RegistrationStore> {
  const selectSending = database.prepare(
    "SELECT window_started_at, last_sent_at, sent FROM code_sending WHERE send_key = ?",
  );
  const writeSending = database.prepare(
    `INSERT INTO code_sending (send_key, window_started_at, last_sent_at, sent) VALUES (?, ?, ?, ?)
     ON CONFLICT (send_key) DO UPDATE SET window_started_at = excluded.window_started_at,
     last_sent_at = excluded.last_sent_at, sent = excluded.sent`,
  );
  const deleteSending = database.prepare("DELETE FROM code_sending WHERE send_key = ?");
  const deleteSameSession = database.prepare(
    "DELETE FROM registration_session WHERE lookup_hash = ? AND root_key = ?",
  );
  const insertSession = database.prepare(
    `INSERT INTO registration_session (session_hash, lookup_hash, bucket_bits, tag, voprf_epoch,
     evaluated_element, proof, root_key, policy_version, code_mac, expires_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const selectSession = database.prepare(
    "SELECT * FROM registration_session WHERE session_hash = ? AND expires_at > ?",
  );
  const addTry = database.prepare(
    "UPDATE registration_session SET tries = tries + 1 WHERE session_hash = ?",
  );
  const writeClaim = database.prepare(
    `UPDATE registration_session SET claim = ?, claim_signature = ?, expires_at = ?
     WHERE session_hash = ? AND claim IS NULL`,
  );
  const selectClaim = database.prepare(
    "SELECT claim, claim_signature FROM registration_session WHERE session_hash = ?",
  );
  const forgetSessions = database.prepare("DELETE FROM registration_session WHERE expires_at <= ?");
  const forgetSending = database.prepare("DELETE FROM code_sending WHERE last_sent_at < ?");

  function countSend(sendKey: Uint8Array, limit: SendLimit, now: number): SendOutcome {
    const row = selectSending.get(sendKey) as SendingRow | undefined;
    const sentBefore = row && now - row.window_started_at < limit.windowMs ? row.sent : 0;
    const waitMs = row && sentBefore > 0 ? nextSendAt(row, limit) - now : 0;
    if (waitMs > 0) return { kind: "wait", waitMs };
    const started = row && sentBefore > 0 ? row.window_started_at : now;
    const written = { window_started_at: started, last_sent_at: now, sent: sentBefore + 1 };
    writeSending.run(sendKey, written.window_started_at, written.last_sent_at, written.sent);
    return { kind: "counted", pauseMs: nextSendAt(written, limit) - now };
  }

  function openSession(session: StoredSession): void {
    if (deleteSameSession.run(session.lookupHash, session.rootKey).changes) leavesRemains();
    insertSession.run(
      session.sessionHash,
      session.lookupHash,
      session.bucketBits,
      session.tag,
      session.voprfEpoch,
      session.evaluatedElement,
      session.proof,
      session.rootKey,
      session.policyVersion,
      session.codeMac,
      session.expiresAt,
    );
  }

  function countTry(
    sessionHash: Uint8Array,
    tries: number,
    now: number,
  ): StoredSession | undefined {
    const row = selectSession.get(sessionHash, now) as SessionRow | undefined;
    if (!row) return undefined;
    if (!row.claim) {
      if (row.tries >= tries) return undefined;
      addTry.run(sessionHash);
    }
    return sessionOf(row);
  }

  function keepClaim(
    sessionHash: Uint8Array,
    { claim, signature }: StoredClaim,
    expiresAt: number,
    sendKey: Uint8Array,
  ): StoredClaim | undefined {
    deleteSending.run(sendKey);
    writeClaim.run(claim, signature, expiresAt, sessionHash);
    const row = selectClaim.get(sessionHash) as
      | { claim: Uint8Array; claim_signature: Uint8Array }
      | undefined;
    return row && { claim: row.claim, signature: row.claim_signature };
  }

  function forget(now: number, countsBefore: number): void {
    if (forgetSessions.run(now).changes) leavesRemains();
    forgetSending.run(countsBefore);
  }

  return { countSend, openSession, countTry, keepClaim, forget };
}

function nextSendAt(row: SendingRow, { pausesMs, windowMs }: SendLimit): number {
  const pause = pausesMs[row.sent - 1];
  return pause === undefined ? row.window_started_at + windowMs : row.last_sent_at + pause;
}

function sessionOf(row: SessionRow): StoredSession {
  return {
    sessionHash: row.session_hash,
    lookupHash: row.lookup_hash,
    bucketBits: row.bucket_bits,
    tag: row.tag,
    voprfEpoch: row.voprf_epoch,
    evaluatedElement: row.evaluated_element,
    proof: row.proof,
    rootKey: row.root_key,
    policyVersion: row.policy_version,
    codeMac: row.code_mac,
    expiresAt: row.expires_at,
    claim:
      row.claim && row.claim_signature
        ? { claim: row.claim, signature: row.claim_signature }
        : undefined,
  };
}
