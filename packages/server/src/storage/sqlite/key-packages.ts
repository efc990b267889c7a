// The rows of the KeyPackages on SQLite: what the directory gives out and takes in, and a device that begins anew replaces.
import type { KeyPackagesLeft } from "../../directory/store.ts";
import type { Workspace } from "./operations.ts";

export interface KeyPackages {
  /** Of a device's row. The newest for single use, which is gone then; or else the last resort. */
  take(device: number): Uint8Array | undefined;
  add(device: number, singleUse: readonly Uint8Array[]): void;
  replaceLastResort(device: number, keyPackage: Uint8Array): void;
  /** Drops the oldest for single use beyond so many. */
  keep(device: number, most: number): void;
  deleteAll(device: number): void;
  left(device: number): KeyPackagesLeft;
}

interface KeyPackageRow {
  readonly id: number;
  readonly last_resort: number;
  readonly key_package: Uint8Array;
}

export function keyPackagesOn({ database, leavesRemains }: Workspace): KeyPackages {
  const selectNext = database.prepare(
    `SELECT id, last_resort, key_package FROM key_package WHERE device = ?
     ORDER BY last_resort, id DESC LIMIT 1`,
  );
  const deleteOne = database.prepare("DELETE FROM key_package WHERE id = ?");
  const markTaken = database.prepare("UPDATE key_package SET taken = 1 WHERE id = ?");
  const insert = database.prepare(
    "INSERT INTO key_package (device, last_resort, key_package) VALUES (?, ?, ?)",
  );
  const deleteLastResort = database.prepare(
    "DELETE FROM key_package WHERE device = ? AND last_resort = 1",
  );
  const dropOldest = database.prepare(
    `DELETE FROM key_package WHERE id IN (SELECT id FROM key_package
     WHERE device = ? AND last_resort = 0 ORDER BY id DESC LIMIT -1 OFFSET ?)`,
  );
  const deleteAllOf = database.prepare("DELETE FROM key_package WHERE device = ?");
  const countLeft = database.prepare(
    `SELECT count(*) FILTER (WHERE last_resort = 0) AS single_use,
     count(*) FILTER (WHERE taken = 1) AS taken FROM key_package WHERE device = ?`,
  );

  return {
    take(device) {
      const next = selectNext.get(device) as KeyPackageRow | undefined;
      if (!next) return undefined;
      if (next.last_resort === 1) markTaken.run(next.id);
      else {
        deleteOne.run(next.id);
        leavesRemains();
      }
      return next.key_package;
    },

    add(device, singleUse) {
      for (const keyPackage of singleUse) insert.run(device, 0, keyPackage);
    },

    replaceLastResort(device, keyPackage) {
      deleteLastResort.run(device);
      insert.run(device, 1, keyPackage);
      leavesRemains();
    },

    keep(device, most) {
      if (dropOldest.run(device, most).changes) leavesRemains();
    },

    deleteAll(device) {
      if (deleteAllOf.run(device).changes) leavesRemains();
    },

    left(device) {
      const { single_use, taken } = countLeft.get(device) as { single_use: number; taken: number };
      return { singleUse: single_use, lastResortTaken: taken > 0 };
    },
  };
}
