// The devices of the accounts port on SQLite.
import type {
  AccountStore,
  AdvanceOutcome,
  DeviceRestart,
  RestartOutcome,
  StoredDevice,
  StoredRequest,
} from "../../accounts/store.ts";
import { keyPackagesOn } from "./key-packages.ts";
import type { Operations, Workspace } from "./operations.ts";

interface RequestRow {
  readonly id: number;
  readonly counter: number;
  readonly last_procedure: string;
  readonly last_body_hash: Uint8Array;
  readonly last_signature: Uint8Array;
}

interface MailboxRow {
  readonly id: number;
  readonly device: number;
  readonly mailbox_id: Uint8Array;
  readonly generation: number;
}

export type DeviceOperations = Pick<Operations<AccountStore>, "device" | "advance" | "restart">;

export function deviceOperations(workspace: Workspace): DeviceOperations {
  const { database, leavesRemains } = workspace;
  const keyPackages = keyPackagesOn(workspace);
  const selectDevice = database.prepare(
    `SELECT account_id, device_id, signature_key, mailbox_id, lookup_hash FROM device
     JOIN account ON account.id = device.account JOIN record ON record.account = account.id
     JOIN mailbox ON mailbox.device = device.id WHERE device_id = ?`,
  );
  const selectRequest = database.prepare(
    "SELECT id, counter, last_procedure, last_body_hash, last_signature FROM device WHERE device_id = ?",
  );
  const writeRequest = database.prepare(
    `UPDATE device SET counter = ?, last_procedure = ?, last_body_hash = ?, last_signature = ?
     WHERE id = ?`,
  );
  const selectMailbox = database.prepare(
    `SELECT mailbox.id, mailbox.device, mailbox_id, generation FROM mailbox
     JOIN device ON device.id = mailbox.device WHERE device_id = ?`,
  );
  const beginGeneration = database.prepare("UPDATE mailbox SET generation = ? WHERE id = ?");
  const unblockAll = database.prepare("DELETE FROM blocked_serial WHERE mailbox = ?");

  function device(deviceId: Uint8Array): StoredDevice | undefined {
    const row = selectDevice.get(deviceId);
    return (
      row && {
        accountId: row["account_id"] as Uint8Array,
        deviceId: row["device_id"] as Uint8Array,
        signatureKey: row["signature_key"] as Uint8Array,
        mailboxId: row["mailbox_id"] as Uint8Array,
        lookupHash: row["lookup_hash"] as Uint8Array,
      }
    );
  }

  function advance(deviceId: Uint8Array, request: StoredRequest): AdvanceOutcome {
    const row = selectRequest.get(deviceId) as RequestRow | undefined;
    if (!row) return { kind: "no-device" };
    const last = row.counter === 0 ? undefined : requestOf(row);
    if (last && request.counter <= last.counter) return { kind: "behind", last };
    const { counter, procedure, bodyHash, signature } = request;
    writeRequest.run(counter, procedure, bodyHash, signature, row.id);
    return { kind: "advanced", before: last };
  }

  function restart(wanted: DeviceRestart): RestartOutcome {
    const mailbox = selectMailbox.get(wanted.deviceId) as MailboxRow | undefined;
    if (!mailbox) return { kind: "no-device" };
    if (wanted.generation < mailbox.generation) return { kind: "generation-outdated" };
    keyPackages.add(mailbox.device, { ...wanted, replacesAll: true });
    if (wanted.generation > mailbox.generation) {
      unblockAll.run(mailbox.id);
      beginGeneration.run(wanted.generation, mailbox.id);
    }
    leavesRemains();
    return { kind: "restarted", mailboxId: mailbox.mailbox_id };
  }

  return { device, advance, restart };
}

function requestOf(row: RequestRow): StoredRequest {
  return {
    procedure: row.last_procedure,
    counter: row.counter,
    bodyHash: row.last_body_hash,
    signature: row.last_signature,
  };
}
