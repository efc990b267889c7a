// What every adapter of the service's accounts store must do about devices: count their requests, begin them anew.
import assert from "node:assert/strict";
import { test } from "node:test";
import { randomBytes } from "@assent/protocol";
import {
  newAccount,
  newAsked,
  newClaim,
  newDevice,
  newPut,
  type OpenStores,
} from "./server-stores.ts";

export function accountsStoreDevicesContract(name: string, open: OpenStores): void {
  test(`${name}: a device's counter only rises, and its last request is kept`, async () => {
    const { stores, reopen } = await open();
    const account = newAccount();
    await stores.accounts.create(account);
    const { accountId, place, device } = account;
    const stored = { ...device, accountId, lookupHash: place.lookupHash };
    const first = await newAsked(device, 1);
    const later = await newAsked(device, 7);
    const { admit } = stores.accounts;
    assert.deepEqual(await admit(first), { kind: "admitted", device: stored, before: undefined });
    const before = first.request;
    assert.deepEqual(await admit(later), { kind: "admitted", device: stored, before });
    const behind = { kind: "behind", device: stored, last: later.request };
    for (const counter of [6, 7]) {
      assert.deepEqual(await admit(await newAsked(device, counter)), behind);
    }
    const highest = await newAsked(device, Number.MAX_SAFE_INTEGER);
    const again = await reopen();
    assert.deepEqual(await again.accounts.admit(highest), {
      kind: "admitted",
      device: stored,
      before: later.request,
    });
    assert.deepEqual(await again.accounts.admit(await newAsked(device, 8)), {
      kind: "behind",
      device: stored,
      last: highest.request,
    });
    const unknown = await again.accounts.admit(await newAsked(newDevice(), 1));
    assert.deepEqual(unknown, { kind: "no-device" });
    await again.close();
  });

  test(`${name}: what its device did not sign changes nothing`, async () => {
    const { stores } = await open();
    const { accounts } = stores;
    const account = newAccount();
    const neighbour = newAccount();
    await accounts.create(account);
    await accounts.create(neighbour);
    const asked = await newAsked(account.device, 9);
    const byAnother = await newAsked(neighbour.device, 9);
    const signature = asked.request.signature.slice();
    signature[40] = (signature[40] ?? 0) ^ 1;
    for (const wrong of [
      { ...asked, request: { ...asked.request, signature } },
      { ...asked, request: { ...asked.request, signature: signature.subarray(1) } },
      { ...asked, signedBytes: byAnother.signedBytes },
      { ...byAnother, deviceId: asked.deviceId },
    ]) {
      assert.deepEqual(await accounts.admit(wrong), { kind: "not-signed" });
    }
    const first = await accounts.admit(await newAsked(account.device, 1));
    assert.equal(first.kind === "admitted" && first.before, undefined);
    assert.equal((await accounts.admit(asked)).kind, "admitted");
    await stores.close();
  });

  test(`${name}: of requests that come together under one counter, one goes on`, async () => {
    const { stores } = await open();
    const account = newAccount();
    await stores.accounts.create(account);
    const asked = await Promise.all(Array.from({ length: 20 }, () => newAsked(account.device, 3)));
    const outcomes = await Promise.all(asked.map((each) => stores.accounts.admit(each)));
    const kinds = outcomes.map(({ kind }) => kind);
    assert.deepEqual(kinds, ["admitted", ...Array(19).fill("behind")]);
    await stores.close();
  });

  test(`${name}: the same device in an account made anew goes on counting; another begins`, async () => {
    const { stores } = await open();
    const { accounts } = stores;
    const account = newAccount();
    const { accountId, device } = account;
    await accounts.create(account);
    const { request, ...asked } = await newAsked(device, 7);
    await accounts.admit({ ...asked, request });
    const anew = { ...account, device: { ...device, mailboxId: randomBytes(16) } };
    await accounts.create({ ...anew, manifestVersion: 2, claim: newClaim() });
    const behind = await accounts.admit(await newAsked(device, 7));
    assert.deepEqual(behind.kind === "behind" && behind.last, request);
    const other = newAccount({ accountId, manifestVersion: 3 });
    await accounts.create(other);
    const first = await accounts.admit(await newAsked(other.device, 1));
    assert.equal(first.kind === "admitted" && first.before, undefined);
    await stores.close();
  });

  test(`${name}: a device begins anew: other KeyPackages and another generation, or neither`, async () => {
    const { stores } = await open();
    const { accounts, directory, mailbox } = stores;
    const account = newAccount();
    const { deviceId, mailboxId } = account.device;
    await accounts.create(account);
    const former = [randomBytes(9), randomBytes(9)];
    await directory.addKeyPackages({
      deviceId,
      singleUse: former,
      lastResort: randomBytes(9),
      replacesAll: false,
      keep: 9,
      now: 0,
    });
    const others = [randomBytes(9), randomBytes(9)];
    const restart = (generation: number, singleUse: Uint8Array[] = []) =>
      accounts.restart({ deviceId, generation, singleUse, lastResort: undefined, now: 0 });
    const state = async () => {
      const { singleUse } = await directory.keyPackagesLeft(deviceId);
      const stored = await mailbox.state(mailboxId);
      return { singleUse, generation: stored.kind === "there" && stored.generation };
    };
    assert.deepEqual(await restart(5, [randomBytes(9)]), { kind: "restarted", mailboxId });
    assert.deepEqual(await state(), { singleUse: 1, generation: 5 });
    assert.deepEqual(await restart(4, former), { kind: "generation-outdated" });
    assert.deepEqual(await state(), { singleUse: 1, generation: 5 });
    assert.deepEqual(await restart(5, others), { kind: "restarted", mailboxId });
    assert.deepEqual(await state(), { singleUse: 2, generation: 5 });
    const taken = await directory.takeKeyPackages(account.accountId, false);
    assert.equal(taken?.devices[0]?.generation, 5);
    const nobody = { deviceId: randomBytes(32), generation: 9, singleUse: [] };
    const unknown = await accounts.restart({ ...nobody, lastResort: undefined, now: 0 });
    assert.deepEqual(unknown, { kind: "no-device" });
    await stores.close();
  });

  test(`${name}: what waited in a mailbox is gone with its generation, and positions go on`, async () => {
    const { stores } = await open();
    const { accounts, mailbox } = stores;
    const account = newAccount();
    const { deviceId, mailboxId } = account.device;
    await accounts.create(account);
    const put = async (generation: number) =>
      (await mailbox.put([newPut(mailboxId, { generation })]))[0];
    assert.deepEqual(await put(1), { kind: "stored", position: 1, handed: false });
    await accounts.restart({
      deviceId,
      generation: 2,
      singleUse: [],
      lastResort: undefined,
      now: 0,
    });
    assert.deepEqual(await put(1), { kind: "former" });
    assert.deepEqual(await put(2), { kind: "stored", position: 2, handed: false });
    const ended = await accounts.end(account.accountId, 0);
    assert.equal(
      ended.kind === "ended" && ended.envelopes,
      1,
      "the first went with its generation",
    );
    await stores.close();
  });
}
