-- The tables of assent.db as the service made them before its first release. Such a file is refused at start.
PRAGMA user_version = 1;

CREATE TABLE cell (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  cell_id BLOB NOT NULL
);

CREATE TABLE account (
  id INTEGER PRIMARY KEY,
  account_id BLOB NOT NULL UNIQUE,
  lookup_hash BLOB NOT NULL UNIQUE,
  sealed_record BLOB NOT NULL,
  bucket_bits INTEGER NOT NULL,
  tag INTEGER NOT NULL,
  manifest BLOB NOT NULL,
  manifest_signature BLOB NOT NULL,
  claim_serial BLOB NOT NULL UNIQUE,
  evaluations_left INTEGER NOT NULL,
  evaluations_refilled_at INTEGER NOT NULL
);

CREATE TABLE device (
  id INTEGER PRIMARY KEY,
  account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
  device_id BLOB NOT NULL UNIQUE,
  signature_key BLOB NOT NULL
);
CREATE INDEX device_account ON device (account);

CREATE TABLE key_package (
  id INTEGER PRIMARY KEY,
  device INTEGER NOT NULL REFERENCES device ON DELETE CASCADE,
  last_resort INTEGER NOT NULL,
  key_package BLOB NOT NULL
);
CREATE INDEX key_package_device ON key_package (device, last_resort);

CREATE TABLE mailbox (
  id INTEGER PRIMARY KEY,
  device INTEGER NOT NULL UNIQUE REFERENCES device ON DELETE CASCADE,
  mailbox_id BLOB NOT NULL UNIQUE,
  last_position INTEGER NOT NULL DEFAULT 0,
  waiting_envelopes INTEGER NOT NULL DEFAULT 0,
  waiting_bytes INTEGER NOT NULL DEFAULT 0
);

-- stored_hour is in hours since 1970: expiry needs no finer time, so none is kept. envelope_id_start is the first
-- six bytes of envelope_id, which tell nearly all apart: indexing all of it, or an expression, makes a put dearer.
CREATE TABLE envelope (
  id INTEGER PRIMARY KEY,
  mailbox INTEGER NOT NULL REFERENCES mailbox ON DELETE CASCADE,
  position INTEGER NOT NULL,
  envelope_id BLOB NOT NULL,
  envelope_id_start INTEGER NOT NULL,
  serial BLOB NOT NULL,
  provisional INTEGER NOT NULL,
  stored_hour INTEGER NOT NULL,
  body BLOB NOT NULL
);
CREATE UNIQUE INDEX envelope_position ON envelope (mailbox, position);
CREATE INDEX envelope_envelope_id ON envelope (mailbox, envelope_id_start);
CREATE INDEX envelope_provisional ON envelope (mailbox, serial) WHERE provisional = 1;

CREATE TABLE expired_envelope (
  id INTEGER PRIMARY KEY,
  mailbox INTEGER NOT NULL REFERENCES mailbox ON DELETE CASCADE,
  envelope_id BLOB NOT NULL,
  expired_hour INTEGER NOT NULL
);
CREATE UNIQUE INDEX expired_envelope_id ON expired_envelope (mailbox, envelope_id);

CREATE TABLE blocked_serial (
  id INTEGER PRIMARY KEY,
  mailbox INTEGER NOT NULL REFERENCES mailbox ON DELETE CASCADE,
  serial BLOB NOT NULL
);
CREATE UNIQUE INDEX blocked_serial_serial ON blocked_serial (mailbox, serial);

CREATE TABLE registration_session (
  id INTEGER PRIMARY KEY,
  session_hash BLOB NOT NULL UNIQUE,
  lookup_hash BLOB NOT NULL,
  bucket_bits INTEGER NOT NULL,
  tag INTEGER NOT NULL,
  voprf_epoch INTEGER NOT NULL,
  evaluated_element BLOB NOT NULL,
  proof BLOB NOT NULL,
  root_key BLOB NOT NULL,
  policy_version INTEGER NOT NULL,
  code_mac BLOB NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0,
  expires_at INTEGER NOT NULL,
  claim BLOB,
  claim_signature BLOB
);
CREATE INDEX registration_session_lookup_hash ON registration_session (lookup_hash);

CREATE TABLE code_sending (
  id INTEGER PRIMARY KEY,
  send_key BLOB NOT NULL UNIQUE,
  window_started_at INTEGER NOT NULL,
  last_sent_at INTEGER NOT NULL,
  sent INTEGER NOT NULL
);

CREATE TABLE spent_claim (
  id INTEGER PRIMARY KEY,
  serial BLOB NOT NULL UNIQUE,
  expires_at INTEGER NOT NULL
);
