// The tables, as steps from one version of the file to the next. A step that was released is never changed. Each room has
// its own tables; what belongs to an account goes with its row, whichever room keeps it.
import type { DatabaseSync } from "node:sqlite";
import { StartRefused } from "../../start-refused.ts";

// Above the versions of all files that were made before the first release.
const firstVersion = 102;

// Every table has an integer rowid: a WITHOUT ROWID table is slow where rows are long. What ends in _at is in
// milliseconds since 1970, what ends in _hour in hours since then.
const steps: readonly string[] = [
  `
  -- cell/: one row. The lineage is a Unix minute, made with the file; the rest is not there until the cell is.
  CREATE TABLE cell (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    lineage INTEGER NOT NULL,
    cell_id BLOB,
    parameters_sequence INTEGER,
    parameters_hash BLOB
  );
  INSERT INTO cell (id, lineage) VALUES (1, unixepoch() / 60);

  -- accounts/
  CREATE TABLE account (
    id INTEGER PRIMARY KEY,
    account_id BLOB NOT NULL UNIQUE,
    manifest BLOB NOT NULL,
    manifest_signature BLOB NOT NULL,
    manifest_version INTEGER NOT NULL,
    claim_serial BLOB NOT NULL UNIQUE
  );

  -- The last request that the device signed stands in its row: a counter of 0 is of none.
  CREATE TABLE device (
    id INTEGER PRIMARY KEY,
    account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
    device_id BLOB NOT NULL UNIQUE,
    signature_key BLOB NOT NULL,
    counter INTEGER NOT NULL DEFAULT 0,
    last_procedure TEXT,
    last_body_hash BLOB,
    last_signature BLOB
  );
  CREATE INDEX device_account ON device (account);

  CREATE TABLE spent_claim (
    id INTEGER PRIMARY KEY,
    serial BLOB NOT NULL UNIQUE,
    expires_at INTEGER NOT NULL
  );

  -- The journal. An account that was made anew is not in it, its former mailboxes are.
  CREATE TABLE ended_account (
    id INTEGER PRIMARY KEY,
    account_id BLOB NOT NULL UNIQUE,
    reason TEXT NOT NULL,
    ended_hour INTEGER NOT NULL
  );
  CREATE INDEX ended_account_hour ON ended_account (ended_hour);

  CREATE TABLE ended_mailbox (
    id INTEGER PRIMARY KEY,
    mailbox_id BLOB NOT NULL UNIQUE,
    ended_hour INTEGER NOT NULL
  );
  CREATE INDEX ended_mailbox_hour ON ended_mailbox (ended_hour);

  -- directory/
  CREATE TABLE record (
    id INTEGER PRIMARY KEY,
    account INTEGER NOT NULL UNIQUE REFERENCES account ON DELETE CASCADE,
    lookup_hash BLOB NOT NULL UNIQUE,
    sequence INTEGER NOT NULL,
    sealed_record BLOB NOT NULL
  );

  -- taken: of a last resort, whether it was given out.
  CREATE TABLE key_package (
    id INTEGER PRIMARY KEY,
    device INTEGER NOT NULL REFERENCES device ON DELETE CASCADE,
    last_resort INTEGER NOT NULL,
    taken INTEGER NOT NULL DEFAULT 0,
    added_at INTEGER NOT NULL,
    key_package BLOB NOT NULL
  );
  -- Each phone that comes is told how many are left: to read that of the packages themselves would be 300 KB.
  CREATE INDEX key_package_device ON key_package (device, last_resort, taken);
  CREATE INDEX key_package_added_at ON key_package (added_at) WHERE last_resort = 0;

  -- Of each that came, also when it is not there any more.
  CREATE TABLE key_package_seen (
    id INTEGER PRIMARY KEY,
    device INTEGER NOT NULL REFERENCES device ON DELETE CASCADE,
    hash BLOB NOT NULL,
    added_at INTEGER NOT NULL
  );
  CREATE UNIQUE INDEX key_package_seen_hash ON key_package_seen (device, hash);
  CREATE INDEX key_package_seen_added_at ON key_package_seen (added_at);

  -- discovery/
  CREATE TABLE tag (
    id INTEGER PRIMARY KEY,
    account INTEGER NOT NULL UNIQUE REFERENCES account ON DELETE CASCADE,
    voprf_epoch INTEGER NOT NULL,
    bucket_bits INTEGER NOT NULL,
    tag INTEGER NOT NULL
  );
  -- A bucket is read from it alone.
  CREATE INDEX tag_bucket ON tag (voprf_epoch, bucket_bits, tag);

  -- registration/
  CREATE TABLE registration_session (
    id INTEGER PRIMARY KEY,
    session_hash BLOB NOT NULL UNIQUE,
    sealed BLOB NOT NULL,
    code_mac BLOB NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    expires_at INTEGER NOT NULL,
    sealed_claim BLOB
  );

  CREATE TABLE never_number (
    id INTEGER PRIMARY KEY,
    number_mac BLOB NOT NULL UNIQUE
  );

  -- The one that was spent goes with the transaction that makes the account.
  CREATE TABLE invitation (
    id INTEGER PRIMARY KEY,
    mac BLOB NOT NULL UNIQUE,
    expires_at INTEGER NOT NULL
  );
  CREATE INDEX invitation_expires_at ON invitation (expires_at);

  -- mailbox/: what waits in one is in the envelope log.
  CREATE TABLE mailbox (
    id INTEGER PRIMARY KEY,
    device INTEGER NOT NULL UNIQUE REFERENCES device ON DELETE CASCADE,
    mailbox_id BLOB NOT NULL UNIQUE,
    generation INTEGER NOT NULL DEFAULT 1
  );

  CREATE TABLE blocked_serial (
    id INTEGER PRIMARY KEY,
    mailbox INTEGER NOT NULL REFERENCES mailbox ON DELETE CASCADE,
    serial BLOB NOT NULL
  );
  CREATE UNIQUE INDEX blocked_serial_serial ON blocked_serial (mailbox, serial);

  -- push/: sealed, with the epoch of the key that opens it.
  CREATE TABLE push_subscription (
    id INTEGER PRIMARY KEY,
    mailbox INTEGER NOT NULL UNIQUE REFERENCES mailbox ON DELETE CASCADE,
    epoch INTEGER NOT NULL,
    sealed BLOB NOT NULL
  );

  -- sms-relay/: what was sent for a device, by MACs of its name and of what the transport knows it by.
  CREATE TABLE relayed_sms (
    id INTEGER PRIMARY KEY,
    device INTEGER NOT NULL REFERENCES device ON DELETE CASCADE,
    name_mac BLOB NOT NULL UNIQUE,
    key_mac BLOB NOT NULL UNIQUE,
    state TEXT NOT NULL,
    noted_at INTEGER NOT NULL
  );
  CREATE INDEX relayed_sms_device ON relayed_sms (device);
  CREATE INDEX relayed_sms_noted_at ON relayed_sms (noted_at);

  -- limits/: what each column means is in limits/counters.ts.
  CREATE TABLE counter (
    id INTEGER PRIMARY KEY,
    thing TEXT NOT NULL,
    key TEXT NOT NULL,
    kind TEXT NOT NULL,
    used INTEGER NOT NULL,
    since INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    over_at INTEGER NOT NULL,
    parts TEXT NOT NULL
  );
  CREATE UNIQUE INDEX counter_key ON counter (key, thing);
  CREATE INDEX counter_since ON counter (since);
  CREATE INDEX counter_over_at ON counter (over_at);

  -- time/: one row, once time was kept. What ends in _ms is in milliseconds, of which clock is in time/store.ts.
  CREATE TABLE kept_time (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    wall_ms INTEGER NOT NULL,
    uptime_ms INTEGER NOT NULL,
    agree_since_ms INTEGER
  );
  `,
];

/** Whether the file is of the time before the first release. */
export function isEarlierFormat(database: DatabaseSync): boolean {
  const version = versionOf(database);
  return version > 0 && version < firstVersion;
}

/** @throws StartRefused where a newer version of this service wrote the file */
export function migrate(database: DatabaseSync): void {
  const lastVersion = firstVersion + steps.length - 1;
  const version = versionOf(database);
  if (version > lastVersion) {
    throw new StartRefused(
      `The database has version ${version}; this program knows versions up to ${lastVersion}. Update it.`,
    );
  }
  for (const [index, step] of steps.entries()) {
    const madeBy = firstVersion + index;
    if (madeBy <= version) continue;
    database.exec(`BEGIN IMMEDIATE; ${step}; PRAGMA user_version = ${madeBy}; COMMIT;`);
  }
}

function versionOf(database: DatabaseSync): number {
  const row = database.prepare("PRAGMA user_version").get() as { user_version: number };
  return row.user_version;
}
