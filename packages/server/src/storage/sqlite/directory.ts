// The directory port on SQLite. An account's devices, KeyPackages and mailboxes end with its row (cascades).
import type {
  AddedKeyPackages,
  CreateOutcome,
  Deleted,
  DirectoryStore,
  NewAccount,
  StoredDevice,
  TakenKeyPackages,
} from "../../directory/store.ts";
import { isSame, type Operations, type Workspace } from "./operations.ts";

interface AccountRow {
  readonly id: number;
  readonly account_id: Uint8Array;
  readonly lookup_hash: Uint8Array;
  readonly evaluations_left: number;
  readonly evaluations_refilled_at: number;
}

interface KeyPackageRow {
  readonly id: number;
  readonly last_resort: number;
  readonly key_package: Uint8Array;
}

export function directoryOperations({
  database,
  leavesRemains,
  leavesNothing,
}: Workspace): Operations<DirectoryStore> {
  const selectAccountOfClaim = database.prepare(
    "SELECT account_id FROM account WHERE claim_serial = ?",
  );
  const selectSpentClaim = database.prepare("SELECT 1 FROM spent_claim WHERE serial = ?");
  const insertSpentClaim = database.prepare(
    "INSERT INTO spent_claim (serial, expires_at) VALUES (?, ?)",
  );
  const forgetSpentClaims = database.prepare("DELETE FROM spent_claim WHERE expires_at <= ?");
  const selectFormer = database.prepare(
    `SELECT id, account_id, lookup_hash, evaluations_left, evaluations_refilled_at FROM account
     WHERE lookup_hash = ? OR account_id = ?`,
  );
  const selectAccount = database.prepare(
    `SELECT id, account_id, lookup_hash, manifest, manifest_signature FROM account
     WHERE account_id = ?`,
  );
  const insertAccount = database.prepare(
    `INSERT INTO account (account_id, lookup_hash, sealed_record, bucket_bits, tag, manifest,
     manifest_signature, claim_serial, evaluations_left, evaluations_refilled_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const deleteAccountRow = database.prepare("DELETE FROM account WHERE id = ?");
  const deleteSessions = database.prepare("DELETE FROM registration_session WHERE lookup_hash = ?");
  const insertDevice = database.prepare(
    "INSERT INTO device (account, device_id, signature_key) VALUES (?, ?, ?)",
  );
  const insertMailbox = database.prepare("INSERT INTO mailbox (device, mailbox_id) VALUES (?, ?)");
  const selectDevice = database.prepare(
    `SELECT account.account_id, device.device_id, device.signature_key, mailbox.mailbox_id
     FROM device JOIN account ON account.id = device.account JOIN mailbox ON mailbox.device = device.id
     WHERE device.device_id = ?`,
  );
  const selectDevicesOf = database.prepare(
    `SELECT device.id, device.device_id, mailbox.mailbox_id, mailbox.waiting_envelopes
     FROM device JOIN mailbox ON mailbox.device = device.id WHERE device.account = ? ORDER BY device.id`,
  );
  const selectRecord = database.prepare("SELECT sealed_record FROM account WHERE lookup_hash = ?");
  const selectDeviceRow = database.prepare("SELECT id FROM device WHERE device_id = ?");
  const selectKeyPackage = database.prepare(
    `SELECT id, last_resort, key_package FROM key_package WHERE device = ?
     ORDER BY last_resort, id LIMIT 1`,
  );
  const deleteKeyPackage = database.prepare("DELETE FROM key_package WHERE id = ?");
  const deleteLastResort = database.prepare(
    "DELETE FROM key_package WHERE device = ? AND last_resort = 1",
  );
  const insertKeyPackage = database.prepare(
    "INSERT INTO key_package (device, last_resort, key_package) VALUES (?, ?, ?)",
  );
  const dropOldest = database.prepare(
    `DELETE FROM key_package WHERE id IN (SELECT id FROM key_package
     WHERE device = ? AND last_resort = 0 ORDER BY id DESC LIMIT -1 OFFSET ?)`,
  );
  const countSingleUse = database.prepare(
    "SELECT count(*) AS left FROM key_package WHERE device = ? AND last_resort = 0",
  );
  const countKeyPackages = database.prepare(
    "SELECT count(*) AS kept FROM key_package WHERE device = ?",
  );

  interface DeviceRow {
    readonly id: number;
    readonly device_id: Uint8Array;
    readonly mailbox_id: Uint8Array;
    readonly waiting_envelopes: number;
  }

  function devicesOf(account: number): DeviceRow[] {
    return selectDevicesOf.all(account) as unknown as DeviceRow[];
  }

  function endAccount(account: { readonly id: number; readonly lookup_hash: Uint8Array }): Deleted {
    const devices = devicesOf(account.id);
    const keyPackages = devices.map(
      ({ id }) => (countKeyPackages.get(id) as { kept: number }).kept,
    );
    deleteSessions.run(account.lookup_hash);
    deleteAccountRow.run(account.id);
    leavesNothing();
    return {
      records: 1,
      tags: 1,
      devices: devices.length,
      keyPackages: keyPackages.reduce((total, kept) => total + kept, 0),
      envelopes: devices.reduce((total, device) => total + device.waiting_envelopes, 0),
      endedMailboxes: devices.map((device) => device.mailbox_id),
    };
  }

  function createAccount(account: NewAccount): CreateOutcome {
    if (selectSpentClaim.get(account.claimSerial)) return { kind: "claim-spent" };
    const former = selectFormer.all(
      account.lookupHash,
      account.accountId,
    ) as unknown as AccountRow[];
    const holder = selectDevice.get(account.device.deviceId) as
      | { account_id: Uint8Array }
      | undefined;
    if (holder && !former.some((ended) => isSame(ended.account_id, holder.account_id))) {
      return { kind: "device-taken" };
    }
    // What an account used up of its budget stays used up when it is made anew.
    const least = former.reduce<AccountRow | undefined>(
      (a, b) => (a && a.evaluations_left < b.evaluations_left ? a : b),
      undefined,
    );
    const endedMailboxes = former.flatMap((ended) => endAccount(ended).endedMailboxes);
    deleteSessions.run(account.lookupHash);
    insertSpentClaim.run(account.claimSerial, account.claimExpiresAt);
    const { lastInsertRowid } = insertAccount.run(
      account.accountId,
      account.lookupHash,
      account.sealedRecord,
      account.bucketBits,
      account.tag,
      account.manifest.manifest,
      account.manifest.signature,
      account.claimSerial,
      least?.evaluations_left ?? account.evaluationsAtFirst,
      least?.evaluations_refilled_at ?? account.createdAt,
    );
    const device = insertDevice.run(
      lastInsertRowid,
      account.device.deviceId,
      account.device.signatureKey,
    );
    insertMailbox.run(device.lastInsertRowid, account.device.mailboxId);
    leavesRemains();
    return { kind: "created", endedMailboxes };
  }

  function deleteAccount(accountId: Uint8Array): Deleted | undefined {
    const account = selectAccount.get(accountId) as AccountRow | undefined;
    return account && endAccount(account);
  }

  function accountOfClaim(claimSerial: Uint8Array): Uint8Array | undefined {
    const row = selectAccountOfClaim.get(claimSerial) as { account_id: Uint8Array } | undefined;
    return row?.account_id;
  }

  function device(deviceId: Uint8Array): StoredDevice | undefined {
    const row = selectDevice.get(deviceId);
    return (
      row && {
        accountId: row["account_id"] as Uint8Array,
        deviceId: row["device_id"] as Uint8Array,
        signatureKey: row["signature_key"] as Uint8Array,
        mailboxId: row["mailbox_id"] as Uint8Array,
      }
    );
  }

  function sealedRecord(lookupHash: Uint8Array): Uint8Array | undefined {
    return selectRecord.get(lookupHash)?.["sealed_record"] as Uint8Array | undefined;
  }

  function takeKeyPackages(accountId: Uint8Array): TakenKeyPackages | undefined {
    const account = selectAccount.get(accountId);
    if (!account) return undefined;
    const devices = devicesOf(account["id"] as number).flatMap((row) => {
      const taken = selectKeyPackage.get(row.id) as KeyPackageRow | undefined;
      if (!taken) return [];
      if (taken.last_resort === 0) {
        deleteKeyPackage.run(taken.id);
        leavesRemains();
      }
      const { device_id: deviceId, mailbox_id: mailboxId } = row;
      return [{ deviceId, mailboxId, keyPackage: taken.key_package }];
    });
    return {
      manifest: {
        manifest: account["manifest"] as Uint8Array,
        signature: account["manifest_signature"] as Uint8Array,
      },
      devices,
    };
  }

  function addKeyPackages(added: AddedKeyPackages): number | undefined {
    const row = selectDeviceRow.get(added.deviceId) as { id: number } | undefined;
    if (!row) return undefined;
    for (const keyPackage of added.singleUse) insertKeyPackage.run(row.id, 0, keyPackage);
    dropOldest.run(row.id, added.keep);
    if (added.lastResort) {
      deleteLastResort.run(row.id);
      insertKeyPackage.run(row.id, 1, added.lastResort);
    }
    leavesRemains();
    return (countSingleUse.get(row.id) as { left: number }).left;
  }

  function singleUseLeft(deviceId: Uint8Array): number {
    const row = selectDeviceRow.get(deviceId) as { id: number } | undefined;
    return row ? (countSingleUse.get(row.id) as { left: number }).left : 0;
  }

  function forgetClaims(now: number): void {
    forgetSpentClaims.run(now);
  }

  return {
    accountOfClaim,
    createAccount,
    deleteAccount,
    device,
    sealedRecord,
    takeKeyPackages,
    addKeyPackages,
    singleUseLeft,
    forgetClaims,
  };
}
