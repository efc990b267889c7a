// What every adapter of the service's discovery store must do.
import assert from "node:assert/strict";
import { test } from "node:test";
import { changeOf, newAccount, newClaim, newPlace, type OpenStores } from "./server-stores.ts";

const all = 0xffff_ffff;

export function discoveryStoreContract(name: string, open: OpenStores): void {
  test(`${name}: the tags of a bucket's accounts of an epoch, unsigned, while they stand there`, async () => {
    const { stores } = await open();
    const { accounts, discovery } = stores;
    const standing = async (epoch: number, first = 0, last = all) =>
      [...(await discovery.tagsIn(epoch, first, last))].sort();
    assert.deepEqual(await standing(1), []);
    const one = newAccount({ place: newPlace({ bucketBits: 7, tag: 0xffff_fffe }) });
    const other = newAccount({ place: newPlace({ bucketBits: all, tag: 3 }) });
    const renewed = newAccount({ place: newPlace({ voprfEpoch: 2, bucketBits: 1, tag: 1 }) });
    for (const account of [one, other, renewed]) await accounts.create(account);
    assert.deepEqual(await standing(1), [0xffff_fffe, 3].sort());
    assert.deepEqual(await standing(1, 0, 7), [0xffff_fffe]);
    assert.deepEqual(await standing(1, 8, all - 1), []);
    assert.deepEqual(await standing(1, all, all), [3]);
    assert.deepEqual(await standing(2), [1]);
    assert.deepEqual(await standing(3), []);
    assert.deepEqual([await discovery.people(1), await discovery.people(3)], [2, 0]);
    await accounts.end(other.accountId, 0);
    assert.deepEqual(await standing(1), [0xffff_fffe]);
    const place = newPlace({ voprfEpoch: 2, bucketBits: 9, tag: 9 });
    const moved = changeOf(one, { move: { place, claim: newClaim() } });
    assert.equal((await accounts.change(moved)).kind, "changed");
    assert.deepEqual([await standing(1), await standing(2)], [[], [1, 9]]);
    await stores.close();
  });

  test(`${name}: it is told which buckets an ended account, and one that moves, stood in`, async () => {
    const { stores } = await open();
    const { accounts } = stores;
    const [one, other] = [newAccount(), newAccount()];
    await accounts.create(one);
    await accounts.create(other);
    const { bucketBits, voprfEpoch } = one.place;
    const stored = await accounts.account(one.accountId);
    assert.deepEqual([stored?.bucketBits, stored?.voprfEpoch], [bucketBits, voprfEpoch]);
    const next = newAccount({ place: { ...one.place, bucketBits: 5 } });
    const created = await accounts.create(next);
    assert.ok(created.kind === "created");
    assert.deepEqual(created.endedPlaces, [{ bucketBits, voprfEpoch }]);
    const ended = await accounts.end(next.accountId, 0);
    assert.ok(ended.kind === "ended");
    assert.deepEqual(ended.place, { bucketBits: 5, voprfEpoch });
    await stores.close();
  });
}
