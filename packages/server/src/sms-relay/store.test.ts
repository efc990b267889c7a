// What is kept of SMS, in memory and on disk alike: noted once for a name, settled for good, gone with its device or by age.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { randomBytes } from "@assent/protocol";
import { newAccount } from "../accounts/account-for-tests.ts";
import { openSqliteStorage } from "../storage/sqlite/storage.ts";
import { MemoryRelayStore } from "./memory-store-for-tests.ts";
import type { SmsRelayStore } from "./store.ts";

interface Kept {
  readonly store: SmsRelayStore;
  /** Its id, and how it ends. */
  makeDevice(): Promise<{ readonly deviceId: Uint8Array; end(): Promise<unknown> }>;
}

async function inMemory(): Promise<Kept> {
  const store = new MemoryRelayStore();
  return {
    store,
    async makeDevice() {
      const deviceId = randomBytes(32);
      store.addDevice(deviceId);
      return { deviceId, end: async () => store.endDevice(deviceId) };
    },
  };
}

async function onDisk(context: TestContext): Promise<Kept> {
  const folder = await mkdtemp(join(tmpdir(), "assent-relay-"));
  const storage = await openSqliteStorage(folder, (error) => assert.fail(String(error)));
  context.after(async () => {
    await storage.close();
    await rm(folder, { recursive: true, force: true });
  });
  return {
    store: storage.smsRelay,
    async makeDevice() {
      const account = newAccount();
      const { accountId, device } = account;
      await storage.accounts.create(account);
      return { deviceId: device.deviceId, end: () => storage.accounts.end(accountId, 0) };
    },
  };
}

const one = (deviceId: Uint8Array, notedAt = 0) => ({
  deviceId,
  nameMac: randomBytes(32),
  keyMac: randomBytes(32),
  notedAt,
});

for (const [where, open] of [
  ["in memory", inMemory],
  ["on disk", onDisk],
] as const) {
  describe(`what is kept of SMS ${where}`, () => {
    test("a name is noted once, of calls that come together too", async (context) => {
      const { store, makeDevice } = await open(context);
      const { deviceId } = await makeDevice();
      const sms = one(deviceId);
      const again = { ...sms, keyMac: randomBytes(32) };
      const noted = await Promise.all([store.note(sms), store.note(again)]);
      assert.deepEqual(noted, ["noted", { before: "noted" }]);
      assert.equal(await store.settle(again.keyMac, "handed"), undefined, "it has one key");
      assert.equal(await store.settle(sms.keyMac, "handed"), "handed");
      assert.deepEqual(await store.note(again), { before: "handed" });
      const unknown = one(deviceId);
      assert.deepEqual(await store.states([unknown.nameMac, sms.nameMac]), [undefined, "handed"]);
    });

    test("what is final stays", async (context) => {
      const { store, makeDevice } = await open(context);
      const { deviceId } = await makeDevice();
      for (const [steps, end] of [
        [["handed", "delivered", "failed"], "delivered"],
        [["failed", "delivered", "handed"], "failed"],
        [["delivered", "handed"], "delivered"],
      ] as const) {
        const sms = one(deviceId);
        await store.note(sms);
        for (const step of steps) await store.settle(sms.keyMac, step);
        assert.deepEqual(await store.states([sms.nameMac]), [end]);
      }
    });

    test("what is taken back is as if it had not been noted", async (context) => {
      const { store, makeDevice } = await open(context);
      const { deviceId } = await makeDevice();
      const [sms, other] = [one(deviceId), one(deviceId)];
      await store.note(sms);
      await store.note(other);
      await store.takeBack(sms.keyMac);
      assert.deepEqual(await store.states([sms.nameMac, other.nameMac]), [undefined, "noted"]);
      assert.equal(await store.note({ ...sms, keyMac: randomBytes(32) }), "noted");
    });

    test("it goes by age, and with its device", async (context) => {
      const { store, makeDevice } = await open(context);
      const [device, other] = [await makeDevice(), await makeDevice()];
      const [early, late] = [one(device.deviceId, 10), one(device.deviceId, 11)];
      const others = one(other.deviceId, 11);
      for (const sms of [early, late, others]) assert.equal(await store.note(sms), "noted");
      const states = () => store.states([early, late, others].map(({ nameMac }) => nameMac));
      await store.forget(10);
      assert.deepEqual(await states(), [undefined, "noted", "noted"]);
      await device.end();
      assert.deepEqual(await states(), [undefined, undefined, "noted"]);
      assert.equal(await store.note(one(device.deviceId)), undefined);
    });
  });
}
