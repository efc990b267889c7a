// What every adapter of the service's discovery store must do.
import assert from "node:assert/strict";
import { test } from "node:test";
import { newAccount, newPlace, type OpenStores } from "./server-stores.ts";

export function discoveryStoreContract(name: string, open: OpenStores): void {
  test(`${name}: the tags of all accounts of an epoch, unsigned, until they end`, async () => {
    const { stores } = await open();
    const { accounts, discovery } = stores;
    const standing = async (epoch: number) => {
      const { bucketBits, tags } = await discovery.accountTags(epoch);
      return Array.from(tags, (tag, index) => [bucketBits[index], tag]).sort();
    };
    assert.deepEqual(await standing(1), []);
    const one = newAccount({ place: newPlace({ bucketBits: 7, tag: 0xffff_fffe }) });
    const other = newAccount({ place: newPlace({ bucketBits: 0xffff_ffff, tag: 3 }) });
    const renewed = newAccount({ place: newPlace({ voprfEpoch: 2, bucketBits: 1, tag: 1 }) });
    for (const account of [one, other, renewed]) await accounts.create(account);
    const expected = [
      [7, 0xffff_fffe],
      [0xffff_ffff, 3],
    ];
    assert.deepEqual(await standing(1), expected.sort());
    assert.deepEqual(await standing(2), [[1, 1]]);
    assert.deepEqual(await standing(3), []);
    await accounts.end(other.accountId, 0);
    assert.deepEqual(await standing(1), [[7, 0xffff_fffe]]);
    await stores.close();
  });
}
