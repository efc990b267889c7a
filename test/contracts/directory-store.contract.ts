// What every adapter of the service's directory store must do.
import assert from "node:assert/strict";
import { test } from "node:test";
import { randomBytes } from "@assent/protocol";
import { newAccount, type OpenStores } from "./server-stores.ts";

export function directoryStoreContract(name: string, open: OpenStores): void {
  test(`${name}: an account is found by claim, device and lookup hash, also after reopening`, async () => {
    const { stores, reopen } = await open();
    const account = newAccount();
    const created = await stores.directory.createAccount(account);
    assert.deepEqual(created, { kind: "created", endedMailboxes: [] });
    const { directory, close } = await reopen();
    assert.deepEqual(await directory.accountOfClaim(account.claimSerial), account.accountId);
    assert.deepEqual(await directory.device(account.device.deviceId), account.device);
    assert.deepEqual(await directory.sealedRecord(account.lookupHash), account.sealedRecord);
    assert.equal(await directory.sealedRecord(randomBytes(32)), undefined);
    await close();
  });

  test(`${name}: a claim is spent once, also by an account that left`, async () => {
    const { stores } = await open();
    const account = newAccount();
    await stores.directory.createAccount(account);
    const { claimSerial } = account;
    const again = await stores.directory.createAccount(newAccount({ claimSerial }));
    assert.deepEqual(again, { kind: "claim-spent" });
    await stores.directory.deleteAccount(account.accountId);
    assert.deepEqual(await stores.directory.createAccount(account), { kind: "claim-spent" });
    await stores.directory.forgetClaims(account.claimExpiresAt);
    assert.equal((await stores.directory.createAccount(account)).kind, "created");
    await stores.close();
  });

  test(`${name}: a newer claim ends the former account of the number, and of the root key`, async () => {
    const { stores } = await open();
    const former = newAccount();
    await stores.directory.createAccount(former);
    const newer = newAccount({ lookupHash: former.lookupHash });
    const created = await stores.directory.createAccount(newer);
    assert.deepEqual(created, { kind: "created", endedMailboxes: [former.device.mailboxId] });
    assert.equal(await stores.directory.device(former.device.deviceId), undefined);
    assert.equal(await stores.directory.takeKeyPackages(former.accountId), undefined);
    assert.deepEqual(await stores.directory.sealedRecord(newer.lookupHash), newer.sealedRecord);
    const moved = await stores.directory.createAccount(newAccount({ accountId: newer.accountId }));
    assert.deepEqual(moved, { kind: "created", endedMailboxes: [newer.device.mailboxId] });
    assert.equal(await stores.directory.sealedRecord(newer.lookupHash), undefined);
    await stores.close();
  });

  test(`${name}: nobody takes another account's device`, async () => {
    const { stores } = await open();
    const account = newAccount();
    await stores.directory.createAccount(account);
    const thief = newAccount();
    const device = { ...thief.device, deviceId: account.device.deviceId };
    const refused = await stores.directory.createAccount({ ...thief, device });
    assert.deepEqual(refused, { kind: "device-taken" });
    assert.equal((await stores.directory.createAccount(thief)).kind, "created");
    await stores.close();
  });

  test(`${name}: each single-use KeyPackage goes to one, the last resort to all after`, async () => {
    const { stores } = await open();
    const account = newAccount();
    const { deviceId } = account.device;
    await stores.directory.createAccount(account);
    assert.deepEqual((await stores.directory.takeKeyPackages(account.accountId))?.devices, []);
    const singleUse = Array.from({ length: 5 }, () => randomBytes(50));
    const lastResort = randomBytes(50);
    const added = { deviceId, singleUse, lastResort: randomBytes(50), keep: 3 };
    assert.equal(await stores.directory.addKeyPackages(added), 3);
    const replaced = { deviceId, singleUse: [], lastResort, keep: 3 };
    assert.equal(await stores.directory.addKeyPackages(replaced), 3);
    const taken = await Promise.all(
      Array.from({ length: 5 }, () => stores.directory.takeKeyPackages(account.accountId)),
    );
    const given = taken.flatMap((one) => one?.devices.map(({ keyPackage }) => keyPackage));
    assert.deepEqual(given, [...singleUse.slice(2), lastResort, lastResort]);
    assert.equal(await stores.directory.singleUseLeft(deviceId), 0);
    const unknown = { ...added, deviceId: randomBytes(32) };
    assert.equal(await stores.directory.addKeyPackages(unknown), undefined);
    await stores.close();
  });

  test(`${name}: deleting takes everything and counts it`, async () => {
    const { stores } = await open();
    const account = newAccount();
    await stores.directory.createAccount(account);
    const { deviceId, mailboxId } = account.device;
    const singleUse = [randomBytes(10), randomBytes(10)];
    const added = { deviceId, singleUse, lastResort: randomBytes(10), keep: 9 };
    await stores.directory.addKeyPackages(added);
    const deleted = await stores.directory.deleteAccount(account.accountId);
    assert.deepEqual(deleted, {
      records: 1,
      tags: 1,
      devices: 1,
      keyPackages: 3,
      envelopes: 0,
      endedMailboxes: [mailboxId],
    });
    assert.equal(await stores.directory.deleteAccount(account.accountId), undefined);
    await stores.close();
  });
}
