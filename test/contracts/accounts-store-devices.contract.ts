// What every adapter of the service's accounts store must do about devices: count their requests, begin them anew.
import assert from "node:assert/strict";
import { test } from "node:test";
import { randomBytes } from "@assent/protocol";
import type { StoredRequest } from "../../packages/server/src/accounts/store.ts";
import { newAccount, newClaim, newPut, type OpenStores } from "./server-stores.ts";

function aRequest(counter: number): StoredRequest {
  return {
    procedure: "/assent.v1.DiscoveryService/Evaluate",
    counter,
    bodyHash: randomBytes(32),
    signature: randomBytes(64),
  };
}

export function accountsStoreDevicesContract(name: string, open: OpenStores): void {
  test(`${name}: a device's counter only rises, and its last request is kept`, async () => {
    const { stores, reopen } = await open();
    const account = newAccount();
    const { deviceId } = account.device;
    await stores.accounts.create(account);
    const first = aRequest(1);
    const later = aRequest(7);
    const advance = (request: StoredRequest) => stores.accounts.advance(deviceId, request);
    assert.deepEqual(await advance(first), { kind: "advanced", before: undefined });
    assert.deepEqual(await advance(later), { kind: "advanced", before: first });
    for (const counter of [6, 7]) {
      assert.deepEqual(await advance(aRequest(counter)), { kind: "behind", last: later });
    }
    const highest = aRequest(Number.MAX_SAFE_INTEGER);
    const again = await reopen();
    assert.deepEqual(await again.accounts.advance(deviceId, highest), {
      kind: "advanced",
      before: later,
    });
    assert.deepEqual(await again.accounts.advance(deviceId, aRequest(8)), {
      kind: "behind",
      last: highest,
    });
    const unknown = await again.accounts.advance(randomBytes(32), first);
    assert.deepEqual(unknown, { kind: "no-device" });
    await again.close();
  });

  test(`${name}: of requests that come together under one counter, one goes on`, async () => {
    const { stores } = await open();
    const account = newAccount();
    await stores.accounts.create(account);
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, () =>
        stores.accounts.advance(account.device.deviceId, aRequest(3)),
      ),
    );
    const kinds = outcomes.map(({ kind }) => kind);
    assert.deepEqual(kinds, ["advanced", ...Array(19).fill("behind")]);
    await stores.close();
  });

  test(`${name}: the same device in an account made anew goes on counting; another begins`, async () => {
    const { stores } = await open();
    const { accounts } = stores;
    const account = newAccount();
    const { accountId, device } = account;
    await accounts.create(account);
    const request = aRequest(7);
    await accounts.advance(device.deviceId, request);
    const anew = { ...account, device: { ...device, mailboxId: randomBytes(16) } };
    await accounts.create({ ...anew, manifestVersion: 2, claim: newClaim() });
    const behind = await accounts.advance(device.deviceId, aRequest(7));
    assert.deepEqual(behind, { kind: "behind", last: request });
    const other = newAccount({ accountId, manifestVersion: 3 });
    await accounts.create(other);
    const first = await accounts.advance(other.device.deviceId, aRequest(1));
    assert.deepEqual(first, { kind: "advanced", before: undefined });
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
