// The accounts port on SQLite, but for devices. An account's record, tag, device and mailbox are made in the transaction
// that makes the account, whichever rooms they belong to.
import type {
  AccountChange,
  AccountPlace,
  ChangeOutcome,
  NewAccount,
  SpentClaim,
  StoredAccount,
  StoredEnding,
} from "../../accounts/store.ts";
import type { AccountRows, CreateRowsOutcome, EndRowsOutcome } from "../account-rows.ts";
import { type AccountRow, endingsOn } from "./endings.ts";
import { hourOf, isSame, type Operations, startOfHour, type Workspace } from "./operations.ts";

interface WholeAccountRow extends AccountRow {
  readonly manifest: Uint8Array;
  readonly manifest_signature: Uint8Array;
  readonly manifest_version: number;
  readonly lookup_hash: Uint8Array;
  readonly sequence: number;
  readonly sealed_record: Uint8Array;
  readonly voprf_epoch: number;
  readonly bucket_bits: number;
}

interface DeviceRow {
  readonly account: number;
  readonly counter: number;
  readonly last_procedure: string | null;
  readonly last_body_hash: Uint8Array | null;
  readonly last_signature: Uint8Array | null;
}

export type AccountOperations = Omit<Operations<AccountRows>, "admit" | "restart">;

export function accountOperations(workspace: Workspace): AccountOperations {
  const { database, leavesRemains } = workspace;
  const endings = endingsOn(workspace);
  const countAccounts = database.prepare("SELECT count(*) AS accounts FROM account");
  const selectAccountOfClaim = database.prepare(
    "SELECT account_id FROM account WHERE claim_serial = ?",
  );
  const selectAccount = database.prepare(
    `SELECT account.id, account_id, manifest, manifest_signature, manifest_version, lookup_hash, sequence,
     sealed_record, voprf_epoch, bucket_bits FROM account JOIN record ON record.account = account.id
     JOIN tag ON tag.account = account.id WHERE account_id = ?`,
  );
  const selectAtPlace = database.prepare(
    `SELECT account.id, account_id FROM record JOIN account ON account.id = record.account
     WHERE lookup_hash = ?`,
  );
  const selectDevice = database.prepare(
    "SELECT account, counter, last_procedure, last_body_hash, last_signature FROM device WHERE device_id = ?",
  );
  const selectInvitation = database.prepare("SELECT 1 FROM invitation WHERE mac = ?");
  const spendInvitation = database.prepare("DELETE FROM invitation WHERE mac = ?");
  const selectSpent = database.prepare("SELECT 1 FROM spent_claim WHERE serial = ?");
  const insertSpent = database.prepare(
    "INSERT INTO spent_claim (serial, expires_at) VALUES (?, ?)",
  );
  const insertAccount = database.prepare(
    `INSERT INTO account (account_id, manifest, manifest_signature, manifest_version, claim_serial)
     VALUES (?, ?, ?, ?, ?)`,
  );
  const insertDevice = database.prepare(
    `INSERT INTO device (account, device_id, signature_key, counter, last_procedure, last_body_hash,
     last_signature) VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const insertMailbox = database.prepare("INSERT INTO mailbox (device, mailbox_id) VALUES (?, ?)");
  const insertRecord = database.prepare(
    "INSERT INTO record (account, lookup_hash, sequence, sealed_record) VALUES (?, ?, 1, ?)",
  );
  const insertTag = database.prepare(
    "INSERT INTO tag (account, voprf_epoch, bucket_bits, tag) VALUES (?, ?, ?, ?)",
  );
  const updateManifest = database.prepare(
    "UPDATE account SET manifest = ?, manifest_signature = ?, manifest_version = ? WHERE id = ?",
  );
  const updateRecord = database.prepare(
    "UPDATE record SET sequence = ?, sealed_record = ? WHERE account = ?",
  );
  const moveRecord = database.prepare("UPDATE record SET lookup_hash = ? WHERE account = ?");
  const moveTag = database.prepare(
    "UPDATE tag SET voprf_epoch = ?, bucket_bits = ?, tag = ? WHERE account = ?",
  );
  const selectEnding = database.prepare(
    "SELECT reason, ended_hour FROM ended_account WHERE account_id = ?",
  );
  const deleteEnding = database.prepare("DELETE FROM ended_account WHERE account_id = ?");
  const forgetSpent = database.prepare("DELETE FROM spent_claim WHERE expires_at <= ?");
  const forgetEndings = database.prepare("DELETE FROM ended_account WHERE ended_hour < ?");
  const forgetMailboxes = database.prepare("DELETE FROM ended_mailbox WHERE ended_hour < ?");

  function wholeAccount(accountId: Uint8Array): WholeAccountRow | undefined {
    return selectAccount.get(accountId) as WholeAccountRow | undefined;
  }

  function accountsAt(lookupHashes: readonly Uint8Array[]): AccountRow[] {
    return lookupHashes.flatMap((hash) => selectAtPlace.all(hash) as unknown as AccountRow[]);
  }

  function isSpent({ serial }: SpentClaim): boolean {
    return selectSpent.get(serial) !== undefined;
  }

  function create(account: NewAccount): CreateRowsOutcome {
    if (isSpent(account.claim)) return { kind: "claim-spent" };
    const { invitation } = account;
    if (invitation && !selectInvitation.get(invitation)) return { kind: "invitation-spent" };
    const own = wholeAccount(account.accountId);
    if (own && own.manifest_version >= account.manifestVersion) {
      return { kind: "manifest-outdated" };
    }
    const others = accountsAt([account.place.lookupHash, ...account.formerLookupHashes]).filter(
      ({ id }) => id !== own?.id,
    );
    const device = selectDevice.get(account.device.deviceId) as DeviceRow | undefined;
    if (device && ![own, ...others].some((ending) => ending?.id === device.account)) {
      return { kind: "device-taken" };
    }
    const ended = [
      ...(own ? [endings.makeRoom(own, account.now)] : []),
      ...others.map((other) => endings.end(other, "taken-over", account.now)),
    ];
    deleteEnding.run(account.accountId);
    if (invitation) spendInvitation.run(invitation);
    insertSpent.run(account.claim.serial, account.claim.expiresAt);
    insertWhole(account, device);
    return {
      kind: "created",
      endedAccounts: others.map((other) => other.account_id),
      endedMailboxes: ended.flatMap(({ endedMailboxes }) => endedMailboxes),
      endedPlaces: ended.map(({ place }) => place),
    };
  }

  /** @param before the same device as it was: its counter only rises. */
  function insertWhole(whole: NewAccount, before: DeviceRow | undefined): void {
    const { accountId, place, manifest, device, ...account } = whole;
    const { lastInsertRowid: id } = insertAccount.run(
      accountId,
      manifest.encoded,
      manifest.signature,
      account.manifestVersion,
      account.claim.serial,
    );
    insertRecord.run(id, place.lookupHash, account.sealedRecord);
    insertTag.run(id, place.voprfEpoch, place.bucketBits, place.tag);
    const inserted = insertDevice.run(
      id,
      device.deviceId,
      device.signatureKey,
      before?.counter ?? 0,
      before?.last_procedure ?? null,
      before?.last_body_hash ?? null,
      before?.last_signature ?? null,
    );
    insertMailbox.run(inserted.lastInsertRowid, device.mailboxId);
  }

  function change(wanted: AccountChange): ChangeOutcome {
    const row = wholeAccount(wanted.accountId);
    if (!row) return { kind: "no-account" };
    if (isAsWanted(row, wanted)) return { kind: "same" };
    if (wanted.sequence <= row.sequence || !followsOn(row, wanted)) return { kind: "outdated" };
    const { manifest, move } = wanted;
    if (move) {
      if (isSpent(move.claim)) return { kind: "claim-spent" };
      const holders = accountsAt([move.place.lookupHash]);
      if (holders.some(({ id }) => id !== row.id)) return { kind: "place-taken" };
      insertSpent.run(move.claim.serial, move.claim.expiresAt);
      moveTo(row.id, move.place);
    }
    updateManifest.run(manifest.encoded, manifest.signature, wanted.manifestVersion, row.id);
    updateRecord.run(wanted.sequence, wanted.sealedRecord, row.id);
    leavesRemains();
    return { kind: "changed" };
  }

  function moveTo(account: number, { lookupHash, voprfEpoch, bucketBits, tag }: AccountPlace) {
    moveRecord.run(lookupHash, account);
    moveTag.run(voprfEpoch, bucketBits, tag, account);
  }

  function endByNumber(
    lookupHashes: readonly Uint8Array[],
    claim: SpentClaim,
    now: number,
  ): EndRowsOutcome | { readonly kind: "claim-spent" } {
    const [account] = accountsAt(lookupHashes);
    if (!isSpent(claim)) insertSpent.run(claim.serial, claim.expiresAt);
    else if (account) return { kind: "claim-spent" };
    return account ? endings.end(account, "left-by-number", now) : { kind: "no-account" };
  }

  function end(accountId: Uint8Array, now: number): EndRowsOutcome {
    const account = wholeAccount(accountId);
    return account ? endings.end(account, "left", now) : { kind: "no-account" };
  }

  function account(accountId: Uint8Array): StoredAccount | undefined {
    const row = wholeAccount(accountId);
    return (
      row && {
        accountId: row.account_id,
        manifest: { encoded: row.manifest, signature: row.manifest_signature },
        lookupHash: row.lookup_hash,
        voprfEpoch: row.voprf_epoch,
        bucketBits: row.bucket_bits,
        sequence: row.sequence,
      }
    );
  }

  function ending(accountId: Uint8Array): StoredEnding | undefined {
    const row = selectEnding.get(accountId) as
      | { reason: StoredEnding["reason"]; ended_hour: number }
      | undefined;
    return row && { reason: row.reason, endedAt: startOfHour(row.ended_hour) };
  }

  return {
    count: () => (countAccounts.get() as { accounts: number }).accounts,
    accountOfClaim: (serial) =>
      selectAccountOfClaim.get(serial)?.["account_id"] as Uint8Array | undefined,
    account,
    create,
    change,
    end,
    endByNumber,
    ending,
    forget(now, endedBefore) {
      const before = hourOf(endedBefore);
      const forgotten = [
        forgetSpent.run(now),
        forgetEndings.run(before),
        forgetMailboxes.run(before),
      ];
      if (forgotten.some(({ changes }) => changes)) leavesRemains();
    },
  };
}

function isAsWanted(row: WholeAccountRow, wanted: AccountChange): boolean {
  return (
    row.sequence === wanted.sequence &&
    isSame(row.sealed_record, wanted.sealedRecord) &&
    isSame(row.manifest, wanted.manifest.encoded) &&
    (!wanted.move || isSame(row.lookup_hash, wanted.move.place.lookupHash))
  );
}

function followsOn(row: WholeAccountRow, { manifest, manifestVersion }: AccountChange): boolean {
  return manifestVersion === row.manifest_version
    ? isSame(row.manifest, manifest.encoded)
    : manifestVersion === row.manifest_version + 1;
}
