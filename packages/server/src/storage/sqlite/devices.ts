// The devices of the accounts port on SQLite.

import type {
  AccountStore,
  AdmitOutcome,
  AskedRequest,
  DeviceRestart,
  RestartOutcome,
  StoredRequest,
} from "../../accounts/store.ts";
import { isSignedBy } from "../request-signature.ts";
import { keyPackagesOn } from "./key-packages.ts";
import type { Operations, Workspace } from "./operations.ts";

interface DeviceRow {
  readonly id: number;
  readonly account_id: Uint8Array;
  readonly signature_key: Uint8Array;
  readonly mailbox_id: Uint8Array;
  readonly lookup_hash: Uint8Array;
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

export type DeviceOperations = Pick<Operations<AccountStore>, "admit" | "restart">;

export function deviceOperations(workspace: Workspace): DeviceOperations {
  const { database, leavesRemains } = workspace;
  const keyPackages = keyPackagesOn(workspace);
  const selectDevice = database.prepare(
    `SELECT device.id, account_id, signature_key, mailbox_id, lookup_hash,
     counter, last_procedure, last_body_hash, last_signature FROM device
     JOIN account ON account.id = device.account JOIN record ON record.account = account.id
     JOIN mailbox ON mailbox.device = device.id WHERE device_id = ?`,
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

  function admit({ deviceId, request, signedBytes }: AskedRequest): AdmitOutcome {
    const row = selectDevice.get(deviceId) as DeviceRow | undefined;
    if (!row) return { kind: "no-device" };
    const { counter, procedure, bodyHash, signature } = request;
    if (!isSignedBy(row.signature_key, signedBytes, signature)) return { kind: "not-signed" };
    const device = {
      accountId: row.account_id,
      deviceId,
      signatureKey: row.signature_key,
      mailboxId: row.mailbox_id,
      lookupHash: row.lookup_hash,
    };
    const last = row.counter === 0 ? undefined : requestOf(row);
    if (last && counter <= last.counter) return { kind: "behind", device, last };
    writeRequest.run(counter, procedure, bodyHash, signature, row.id);
    return { kind: "admitted", device, before: last };
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

  return { admit, restart };
}

function requestOf(row: DeviceRow): StoredRequest {
  return {
    procedure: row.last_procedure,
    counter: row.counter,
    bodyHash: row.last_body_hash,
    signature: row.last_signature,
  };
}
