// What every adapter of the service's time store must do.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { OpenStores } from "./server-stores.ts";

export function timeStoreContract(name: string, open: OpenStores): void {
  test(`${name}: the last time that was kept is there after a stop, and none before any was`, async () => {
    const { stores, reopen } = await open();
    assert.equal(await stores.time.keptTime(), undefined);
    const kept = { believed: { wallMs: 1_795_000_000_000, uptimeMs: 11_864 }, agreeSinceMs: 7 };
    await stores.time.keepTime({ believed: { wallMs: 1, uptimeMs: 2.7 }, agreeSinceMs: undefined });
    assert.deepEqual(await stores.time.keptTime(), {
      believed: { wallMs: 1, uptimeMs: 3 },
      agreeSinceMs: undefined,
    });
    await stores.time.keepTime(kept);
    const again = await reopen();
    assert.deepEqual(await again.time.keptTime(), kept);
    await again.close();
  });
}
