// The directory port on SQLite.
import type {
  AddedKeyPackages,
  DirectoryStore,
  KeyPackagesLeft,
  TakenKeyPackages,
} from "../../directory/store.ts";
import { keyPackagesOn } from "./key-packages.ts";
import type { Operations, Workspace } from "./operations.ts";

interface AccountRow {
  readonly id: number;
  readonly manifest: Uint8Array;
  readonly manifest_signature: Uint8Array;
}

interface DeviceRow {
  readonly id: number;
  readonly device_id: Uint8Array;
  readonly mailbox_id: Uint8Array;
  readonly generation: number;
}

export function directoryOperations(workspace: Workspace): Operations<DirectoryStore> {
  const { database } = workspace;
  const keyPackages = keyPackagesOn(workspace);
  const selectRecord = database.prepare("SELECT sealed_record FROM record WHERE lookup_hash = ?");
  const selectAccount = database.prepare(
    "SELECT id, manifest, manifest_signature FROM account WHERE account_id = ?",
  );
  const selectDevices = database.prepare(
    `SELECT device.id, device_id, mailbox_id, generation FROM device
     JOIN mailbox ON mailbox.device = device.id WHERE device.account = ? ORDER BY device.id`,
  );
  const selectDevice = database.prepare("SELECT id FROM device WHERE device_id = ?");

  function takeKeyPackages(
    accountId: Uint8Array,
    onlyLastResort: boolean,
  ): TakenKeyPackages | undefined {
    const account = selectAccount.get(accountId) as AccountRow | undefined;
    if (!account) return undefined;
    const devices = selectDevices.all(account.id) as unknown as DeviceRow[];
    return {
      manifest: { encoded: account.manifest, signature: account.manifest_signature },
      devices: devices.flatMap(({ id, device_id: deviceId, mailbox_id: mailboxId, generation }) => {
        const keyPackage = keyPackages.take(id, onlyLastResort);
        return keyPackage ? [{ deviceId, mailboxId, generation, keyPackage }] : [];
      }),
    };
  }

  function rowOf(deviceId: Uint8Array): number | undefined {
    return selectDevice.get(deviceId)?.["id"] as number | undefined;
  }

  function addKeyPackages(added: AddedKeyPackages): KeyPackagesLeft | undefined {
    const device = rowOf(added.deviceId);
    if (device === undefined) return undefined;
    keyPackages.add(device, added);
    keyPackages.keep(device, added.keep);
    return keyPackages.left(device);
  }

  return {
    sealedRecord: (lookupHash) =>
      selectRecord.get(lookupHash)?.["sealed_record"] as Uint8Array | undefined,
    takeKeyPackages,
    addKeyPackages,
    forget: (addedBefore) => keyPackages.forget(addedBefore),
    keyPackagesLeft(deviceId) {
      const device = rowOf(deviceId);
      return device === undefined
        ? { singleUse: 0, lastResortTaken: false }
        : keyPackages.left(device);
    },
  };
}
