// What every adapter of the service's cell store must do, and what is true of a store as a whole.
import assert from "node:assert/strict";
import { test } from "node:test";
import { randomBytes } from "@assent/protocol";
import type { OpenStores } from "./server-stores.ts";

export function cellStoreContract(name: string, open: OpenStores): void {
  test(`${name}: whose the store is, and the last of its parameters, also after reopening`, async () => {
    const { stores, reopen } = await open();
    assert.equal(await stores.cell.cell(), undefined);
    const cell = {
      cellId: randomBytes(32),
      parametersSequence: 29_000_000,
      parametersHash: randomBytes(32),
    };
    await stores.cell.keep({ ...cell, parametersSequence: 1 });
    await stores.cell.keep(cell);
    const again = await reopen();
    assert.deepEqual(await again.cell.cell(), cell);
    await again.close();
  });

  test(`${name}: a lineage is a Unix minute, and stays`, async () => {
    const minute = () => Math.floor(Date.now() / 60_000);
    const before = minute();
    const { stores, reopen } = await open();
    const lineage = await stores.mailbox.lineage();
    assert.ok(lineage >= before && lineage <= minute());
    const again = await reopen();
    assert.equal(await again.mailbox.lineage(), lineage);
    await again.close();
  });
}
