// What every adapter of the service's discovery store must do.
import assert from "node:assert/strict";
import { test } from "node:test";
import { randomBytes } from "@assent/protocol";
import { newAccount, type OpenStores } from "./server-stores.ts";

const budget = { most: 10, refillMs: 100 };

export function discoveryStoreContract(name: string, open: OpenStores): void {
  test(`${name}: a budget is spent whole or not, however many ask at once`, async () => {
    const { stores, reopen } = await open();
    const { accountId } = await accountIn(stores);
    const spends = Array.from({ length: 5 }, () => stores.discovery.spend(accountId, 3, budget, 0));
    const outcomes = await Promise.all(spends);
    assert.deepEqual(
      outcomes.map(({ kind }) => kind),
      ["spent", "spent", "spent", "used-up", "used-up"],
    );
    const again = await reopen();
    const last = await again.discovery.spend(accountId, 1, budget, 0);
    assert.deepEqual(last, { kind: "spent", left: 0 });
    const unknown = await again.discovery.spend(randomBytes(32), 1, budget, 0);
    assert.deepEqual(unknown, { kind: "no-account" });
    await again.close();
  });

  test(`${name}: a budget fills up one by one, to its most, and not when the clock goes back`, async () => {
    const { stores } = await open();
    const { accountId } = await accountIn(stores);
    const spend = (count: number, now: number) =>
      stores.discovery.spend(accountId, count, budget, now);
    assert.deepEqual(await spend(10, 0), { kind: "spent", left: 0 });
    assert.deepEqual(await spend(1, 40), { kind: "used-up", retryAfterMs: 60 });
    assert.deepEqual(await spend(2, 250), { kind: "spent", left: 0 });
    // What was left over of a step counts towards the next.
    assert.deepEqual(await spend(1, 299), { kind: "used-up", retryAfterMs: 1 });
    assert.deepEqual(await spend(1, 0), { kind: "used-up", retryAfterMs: 300 });
    assert.deepEqual(await spend(1, 100_000), { kind: "spent", left: 9 });
    await stores.close();
  });

  test(`${name}: an account made anew has what the former one left`, async () => {
    const { stores } = await open();
    const former = await accountIn(stores);
    await stores.discovery.spend(former.accountId, 8, budget, 0);
    const newer = newAccount({ lookupHash: former.lookupHash });
    await stores.directory.createAccount(newer);
    const spent = await stores.discovery.spend(newer.accountId, 1, budget, 0);
    assert.deepEqual(spent, { kind: "spent", left: 1 });
    await stores.close();
  });

  test(`${name}: the tags of all accounts, unsigned`, async () => {
    const { stores } = await open();
    assert.equal((await stores.discovery.accountTags()).tags.length, 0);
    await accountIn(stores);
    const other = newAccount({ bucketBits: 0xffff_ffff, tag: 3 });
    await stores.directory.createAccount(other);
    const { bucketBits, tags } = await stores.discovery.accountTags();
    assert.deepEqual([...bucketBits].sort(), [7, 0xffff_ffff].sort());
    assert.deepEqual([...tags].sort(), [0xffff_fffe, 3].sort());
    await stores.directory.deleteAccount(other.accountId);
    assert.equal((await stores.discovery.accountTags()).tags.length, 1);
    await stores.close();
  });

  async function accountIn(stores: Awaited<ReturnType<OpenStores>>["stores"]) {
    const account = newAccount();
    await stores.directory.createAccount(account);
    return account;
  }
}
