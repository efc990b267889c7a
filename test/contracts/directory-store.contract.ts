// What every adapter of the service's directory store must do.
import assert from "node:assert/strict";
import { test } from "node:test";
import { randomBytes } from "@assent/protocol";
import type { AddedKeyPackages } from "../../packages/server/src/directory/store.ts";
import { newAccount, type OpenStores } from "./server-stores.ts";

export function directoryStoreContract(name: string, open: OpenStores): void {
  /** An account, and its device's KeyPackages by the calls there are for them. */
  async function opened() {
    const { stores } = await open();
    const account = newAccount();
    const { deviceId } = account.device;
    await stores.accounts.create(account);
    const add = (changes: Partial<AddedKeyPackages>) =>
      stores.directory.addKeyPackages({
        deviceId,
        singleUse: [],
        lastResort: undefined,
        replacesAll: false,
        keep: 99,
        now: 0,
        ...changes,
      });
    const take = async (onlyLastResort = false) => {
      const taken = await stores.directory.takeKeyPackages(account.accountId, onlyLastResort);
      return taken?.devices.map(({ keyPackage }) => keyPackage);
    };
    return { stores, account, deviceId, add, take };
  }

  const some = (count: number) => Array.from({ length: count }, () => randomBytes(50));

  test(`${name}: each single-use KeyPackage goes to one, the newest first, the last resort to all after`, async () => {
    const { stores, deviceId, add, take } = await opened();
    assert.deepEqual(await take(), []);
    const singleUse = some(5);
    const [lastResort] = some(1);
    const left = { singleUse: 3, lastResortTaken: false };
    assert.deepEqual(await add({ singleUse, lastResort: randomBytes(50), keep: 3 }), left);
    assert.deepEqual(await add({ lastResort }), left);
    const taken = (await Promise.all(Array.from({ length: 5 }, () => take()))).flat();
    const newestFirst = singleUse.slice(2).reverse();
    assert.deepEqual(taken, [...newestFirst, lastResort, lastResort]);
    const used = { singleUse: 0, lastResortTaken: true };
    assert.deepEqual(await stores.directory.keyPackagesLeft(deviceId), used);
    assert.deepEqual(await add({ lastResort: randomBytes(50) }), {
      singleUse: 0,
      lastResortTaken: false,
    });
    await stores.close();
  });

  test(`${name}: those that replace all leave none of the others`, async () => {
    const { stores, add, take } = await opened();
    await add({ singleUse: some(3), lastResort: randomBytes(50) });
    const [only] = some(1);
    const left = await add({ singleUse: [only!], replacesAll: true });
    assert.deepEqual(left, { singleUse: 1, lastResortTaken: false });
    assert.deepEqual([await take(), await take()], [[only], []]);
    await stores.close();
  });

  test(`${name}: one that came before is not handed out again, until it is forgotten`, async () => {
    const { stores, deviceId, add, take } = await opened();
    const [first, second, third, lastResort] = some(4);
    const once = { singleUse: [first!, second!, first!], lastResort: lastResort! };
    assert.deepEqual(await add({ ...once, now: 100 }), { singleUse: 2, lastResortTaken: false });
    assert.deepEqual(await add({ ...once, now: 150 }), { singleUse: 2, lastResortTaken: false });
    assert.deepEqual(await take(), [second]);
    assert.equal((await add(once))?.singleUse, 1, "what was handed out stays away");
    // All are replaced by what is there already: asked again after a lost answer.
    assert.equal((await add({ ...once, replacesAll: true }))?.singleUse, 1);
    assert.deepEqual([await take(), await take()], [[first], [lastResort]]);
    assert.equal((await add({ singleUse: [lastResort!], now: 200 }))?.singleUse, 0);
    await add({ singleUse: [third!], replacesAll: true, now: 200 });
    assert.equal((await add({ lastResort: lastResort!, now: 200 }))?.singleUse, 1);
    assert.deepEqual([await take(), await take()], [[third], []], "it was replaced");
    await stores.directory.forget(100);
    assert.equal((await add(once))?.singleUse, 0);
    await stores.directory.forget(101);
    assert.equal((await add({ ...once, now: 200 }))?.singleUse, 2);
    assert.equal((await add({ singleUse: [third!], now: 200 }))?.singleUse, 2, "it came later");
    // Another device's are its own.
    const other = newAccount();
    await stores.accounts.create(other);
    const same = { ...once, deviceId: other.device.deviceId };
    assert.equal((await add(same))?.singleUse, 2);
    assert.equal((await stores.directory.keyPackagesLeft(deviceId)).singleUse, 2);
    await stores.close();
  });

  test(`${name}: one for single use that outlived itself is not handed out, the last resort is`, async () => {
    const { stores, deviceId, add, take } = await opened();
    const [old, young, lastResort] = some(3);
    await add({ singleUse: [old!], lastResort: lastResort!, now: 100 });
    await add({ singleUse: [young!], now: 200 });
    await stores.directory.forget(100);
    assert.equal((await stores.directory.keyPackagesLeft(deviceId)).singleUse, 2, "not yet");
    await stores.directory.forget(101);
    assert.equal((await stores.directory.keyPackagesLeft(deviceId)).singleUse, 1);
    assert.deepEqual([await take(), await take()], [[young], [lastResort]]);
    await stores.close();
  });

  test(`${name}: who may have the last resort alone takes none for single use`, async () => {
    const { stores, deviceId, add, take } = await opened();
    const [singleUse, lastResort] = some(2);
    await add({ singleUse: [singleUse!] });
    assert.deepEqual(await take(true), []);
    await add({ lastResort: lastResort! });
    assert.deepEqual(await take(true), [lastResort]);
    const left = { singleUse: 1, lastResortTaken: true };
    assert.deepEqual(await stores.directory.keyPackagesLeft(deviceId), left);
    await stores.close();
  });

  test(`${name}: what is taken names the account's manifest, and each device's mailbox as it is now`, async () => {
    const { stores, account, add } = await opened();
    const [keyPackage] = some(1);
    await add({ singleUse: [keyPackage!] });
    const { deviceId, mailboxId } = account.device;
    assert.deepEqual(await stores.directory.takeKeyPackages(account.accountId, false), {
      manifest: account.manifest,
      devices: [{ deviceId, mailboxId, generation: 1, keyPackage }],
    });
    await stores.close();
  });

  test(`${name}: what is not known has nothing`, async () => {
    const { stores, add } = await opened();
    const nobody = randomBytes(32);
    assert.equal(await stores.directory.sealedRecord(nobody), undefined);
    assert.equal(await stores.directory.takeKeyPackages(nobody, false), undefined);
    assert.equal(await add({ deviceId: nobody, singleUse: some(1) }), undefined);
    const none = { singleUse: 0, lastResortTaken: false };
    assert.deepEqual(await stores.directory.keyPackagesLeft(nobody), none);
    await stores.close();
  });
}
