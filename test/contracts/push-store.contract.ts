// What every adapter of the service's push store must do.
import assert from "node:assert/strict";
import { test } from "node:test";
import { randomBytes } from "@assent/protocol";
import { newAccount, type OpenStores } from "./server-stores.ts";

const subscription = (epoch = 1) => ({ epoch, sealed: randomBytes(250) });

export function pushStoreContract(name: string, open: OpenStores): void {
  test(`${name}: a mailbox has one subscription, the last, also after a stop`, async () => {
    const { stores, reopen } = await open();
    const account = newAccount();
    const { mailboxId } = account.device;
    await stores.push.set(mailboxId, subscription());
    assert.equal(await stores.push.subscription(mailboxId), undefined, "there is no mailbox yet");
    await stores.accounts.create(account);
    const [first, second] = [subscription(), subscription(2)];
    await stores.push.set(mailboxId, first);
    assert.deepEqual(await stores.push.subscription(mailboxId), first);
    await stores.push.set(mailboxId, second);
    const again = await reopen();
    assert.deepEqual(await again.push.subscription(mailboxId), second);
    await again.close();
  });

  test(`${name}: one ends by itself, and another one only where it is the one that is meant`, async () => {
    const { stores } = await open();
    const account = newAccount();
    const { mailboxId } = account.device;
    await stores.accounts.create(account);
    const [first, second] = [subscription(), subscription()];
    await stores.push.set(mailboxId, second);
    await stores.push.end(mailboxId, first.sealed);
    assert.deepEqual(await stores.push.subscription(mailboxId), second);
    await stores.push.end(mailboxId, second.sealed);
    assert.equal(await stores.push.subscription(mailboxId), undefined);
    await stores.push.set(mailboxId, first);
    await stores.push.end(mailboxId);
    assert.equal(await stores.push.subscription(mailboxId), undefined);
    await stores.close();
  });

  test(`${name}: it ends with the account, whoever ends that, and a new one begins without`, async () => {
    const { stores } = await open();
    const account = newAccount();
    const next = newAccount({ place: account.place });
    for (const one of [account, next]) {
      await stores.accounts.create(one);
      await stores.push.set(one.device.mailboxId, subscription());
    }
    const { mailboxId } = next.device;
    assert.equal(await stores.push.subscription(account.device.mailboxId), undefined);
    assert.deepEqual((await stores.push.mailboxes(0, 9)).mailboxIds, [mailboxId]);
    await stores.accounts.end(next.accountId, 0);
    assert.deepEqual((await stores.push.mailboxes(0, 9)).mailboxIds, []);
    await stores.close();
  });

  test(`${name}: the mailboxes that have one, page by page`, async () => {
    const { stores } = await open();
    const accounts = Array.from({ length: 6 }, () => newAccount());
    const wanted = accounts.slice(1).map(({ device }) => device.mailboxId);
    for (const account of accounts) await stores.accounts.create(account);
    for (const mailboxId of wanted) await stores.push.set(mailboxId, subscription());
    const found: Uint8Array[] = [];
    for (let last = 0; ; ) {
      const page = await stores.push.mailboxes(last, 2);
      if (page.mailboxIds.length === 0) break;
      found.push(...page.mailboxIds);
      last = page.last;
    }
    assert.deepEqual(found, wanted);
    await stores.close();
  });
}
