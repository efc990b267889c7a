// The rows of the KeyPackages on SQLite: what the directory gives out and takes in, and a device that begins anew replaces.
// None comes in a second time: a hash of each stays when it was given out or replaced.
import { createHash } from "node:crypto";
import type { KeyPackagesLeft } from "../../directory/store.ts";
import type { Workspace } from "./operations.ts";

export interface NewKeyPackages {
  readonly singleUse: readonly Uint8Array[];
  /** Replaces the one before. */
  readonly lastResort: Uint8Array | undefined;
  /** Those that are there and not among these go. */
  readonly replacesAll: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export interface KeyPackages {
  /** Of a device's row. The newest for single use, which is gone then; or else, or where only that is wanted, the last resort. */
  take(device: number, onlyLastResort: boolean): Uint8Array | undefined;
  /** Those that were here before, and how ever they went, are left out. */
  add(device: number, added: NewKeyPackages): void;
  /** Drops the oldest for single use beyond so many. */
  keep(device: number, most: number): void;
  left(device: number): KeyPackagesLeft;
  /** Drops those for single use that came before this, which have outlived themselves, and forgets which were here. Whether any was dropped. */
  forget(addedBefore: number): boolean;
}

interface KeyPackageRow {
  readonly id: number;
  readonly last_resort: number;
  readonly key_package: Uint8Array;
}

export function keyPackagesOn({ database, leavesRemains }: Workspace): KeyPackages {
  const selectNext = database.prepare(
    `SELECT id, last_resort, key_package FROM key_package WHERE device = ? AND last_resort >= ?
     ORDER BY last_resort, id DESC LIMIT 1`,
  );
  const selectAll = database.prepare(
    "SELECT id, last_resort, key_package FROM key_package WHERE device = ?",
  );
  const deleteOne = database.prepare("DELETE FROM key_package WHERE id = ?");
  const markTaken = database.prepare("UPDATE key_package SET taken = 1 WHERE id = ?");
  const insert = database.prepare(
    "INSERT INTO key_package (device, last_resort, added_at, key_package) VALUES (?, ?, ?, ?)",
  );
  const insertSeen = database.prepare(
    "INSERT OR IGNORE INTO key_package_seen (device, hash, added_at) VALUES (?, ?, ?)",
  );
  const deleteSeen = database.prepare("DELETE FROM key_package_seen WHERE added_at < ?");
  const deleteOutlived = database.prepare(
    "DELETE FROM key_package WHERE last_resort = 0 AND added_at < ?",
  );
  const deleteLastResort = database.prepare(
    "DELETE FROM key_package WHERE device = ? AND last_resort = 1",
  );
  const dropOldest = database.prepare(
    `DELETE FROM key_package WHERE id IN (SELECT id FROM key_package
     WHERE device = ? AND last_resort = 0 ORDER BY id DESC LIMIT -1 OFFSET ?)`,
  );
  const countLeft = database.prepare(
    `SELECT count(*) FILTER (WHERE last_resort = 0) AS single_use,
     count(*) FILTER (WHERE taken = 1) AS taken FROM key_package WHERE device = ?`,
  );

  function deleteAllBut(device: number, kept: readonly Uint8Array[]): void {
    const keptHashes = new Set(kept.map((keyPackage) => hashOf(keyPackage).toString("hex")));
    for (const row of selectAll.all(device) as unknown as KeyPackageRow[]) {
      if (keptHashes.has(hashOf(row.key_package).toString("hex"))) continue;
      deleteOne.run(row.id);
      leavesRemains();
    }
  }

  function isNew(device: number, keyPackage: Uint8Array, now: number): boolean {
    return insertSeen.run(device, hashOf(keyPackage), now).changes > 0;
  }

  return {
    take(device, onlyLastResort) {
      const next = selectNext.get(device, onlyLastResort ? 1 : 0) as KeyPackageRow | undefined;
      if (!next) return undefined;
      if (next.last_resort === 1) markTaken.run(next.id);
      else {
        deleteOne.run(next.id);
        leavesRemains();
      }
      return next.key_package;
    },

    add(device, { singleUse, lastResort, replacesAll, now }) {
      if (replacesAll) deleteAllBut(device, lastResort ? [...singleUse, lastResort] : singleUse);
      for (const keyPackage of singleUse) {
        if (isNew(device, keyPackage, now)) insert.run(device, 0, now, keyPackage);
      }
      if (lastResort && isNew(device, lastResort, now)) {
        deleteLastResort.run(device);
        insert.run(device, 1, now, lastResort);
        leavesRemains();
      }
    },

    keep(device, most) {
      if (dropOldest.run(device, most).changes) leavesRemains();
    },

    left(device) {
      const { single_use, taken } = countLeft.get(device) as { single_use: number; taken: number };
      return { singleUse: single_use, lastResortTaken: taken > 0 };
    },

    forget(addedBefore) {
      // First: one that was forgotten and is still there could come, and be given out, again.
      const areDropped = deleteOutlived.run(addedBefore).changes > 0;
      const areForgotten = deleteSeen.run(addedBefore).changes > 0;
      if (areDropped || areForgotten) leavesRemains();
      return areDropped;
    },
  };
}

function hashOf(keyPackage: Uint8Array): Buffer {
  return createHash("sha256").update(keyPackage).digest();
}
