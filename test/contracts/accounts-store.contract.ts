// What every adapter of the service's accounts store must do about accounts: make, change and end them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { randomBytes } from "@assent/protocol";
import type {
  CreateOutcome,
  EndOutcome,
  NewAccount,
} from "../../packages/server/src/accounts/store.ts";
import {
  changeOf,
  newAccount,
  newClaim,
  newDevice,
  newPlace,
  type OpenStores,
  type StoresForTests,
  storedDevice,
} from "./server-stores.ts";

const hourMs = 3_600_000;

/** What is kept of an account, as far as its own room and the directory tell. */
async function found(
  { accounts, directory }: StoresForTests,
  { accountId, place, device }: NewAccount,
) {
  const [account, known, record] = await Promise.all([
    accounts.account(accountId),
    storedDevice(accounts, device),
    directory.sealedRecord(place.lookupHash),
  ]);
  return { account: account !== undefined, device: known !== undefined, record };
}

const nothing = { account: false, device: false, record: undefined };
const all = ({ sealedRecord }: NewAccount) => ({
  account: true,
  device: true,
  record: sealedRecord,
});

const bucketOf = ({ place: { voprfEpoch, bucketBits } }: NewAccount) => {
  return { voprfEpoch, bucketBits };
};

/** What is said of it, when what ended is in the journal. */
async function inJournal(change: Promise<CreateOutcome | EndOutcome>) {
  const outcome = await change;
  if (!("journalled" in outcome)) return outcome;
  const { journalled, ...said } = outcome;
  await journalled;
  return said;
}

export function accountsStoreContract(name: string, open: OpenStores): void {
  test(`${name}: an account is found by claim, id, device and lookup hash, also after reopening`, async () => {
    const { stores, reopen } = await open();
    const account = newAccount();
    const created = await inJournal(stores.accounts.create(account));
    assert.deepEqual(created, { kind: "created", endedMailboxes: [], endedPlaces: [] });
    const again = await reopen();
    const { accountId, place, manifest, device } = account;
    assert.deepEqual(await again.accounts.accountOfClaim(account.claim.serial), accountId);
    const { lookupHash, voprfEpoch, bucketBits } = place;
    const stored = { accountId, manifest, lookupHash, voprfEpoch, bucketBits, sequence: 1 };
    assert.deepEqual(await again.accounts.account(accountId), stored);
    const known = { ...device, accountId, lookupHash };
    assert.deepEqual(await storedDevice(again.accounts, device), known);
    assert.deepEqual(await found(again, account), all(account));
    assert.deepEqual(await found(again, newAccount()), nothing);
    assert.equal(await again.accounts.count(), 1);
    await again.close();
  });

  test(`${name}: a claim is spent once, whatever for, until it expired`, async () => {
    const { stores } = await open();
    const { accounts } = stores;
    const account = newAccount();
    const { claim } = account;
    await accounts.create(account);
    assert.deepEqual(await accounts.create(newAccount({ claim })), { kind: "claim-spent" });
    const other = newAccount();
    await accounts.create(other);
    const move = { place: newPlace(), claim };
    assert.deepEqual(await accounts.change(changeOf(other, { move })), { kind: "claim-spent" });
    const hashes = [other.place.lookupHash];
    assert.deepEqual(await accounts.endByNumber(hashes, claim, 0), { kind: "claim-spent" });
    await accounts.end(account.accountId, 0);
    assert.deepEqual(await accounts.create(account), { kind: "claim-spent" });
    await accounts.forget(claim.expiresAt - 1, 0);
    assert.deepEqual(await accounts.create(account), { kind: "claim-spent" });
    await accounts.forget(claim.expiresAt, 0);
    assert.equal((await accounts.create(account)).kind, "created");
    await stores.close();
  });

  test(`${name}: an invitation makes one account, and is lost by nothing that makes none`, async () => {
    const { stores } = await open();
    const { accounts, registration } = stores;
    const invitation = randomBytes(32);
    await registration.addInvitations([invitation], 1);
    const known = newAccount();
    await accounts.create(known);
    const refused = [
      newAccount({ invitation, claim: known.claim }),
      newAccount({ invitation, device: known.device }),
      newAccount({ invitation, accountId: known.accountId }),
    ];
    for (const account of refused) {
      assert.notEqual((await accounts.create(account)).kind, "created");
      assert.equal(await registration.isInvited(invitation, 0), true);
    }
    const made = await Promise.all([1, 2].map(() => accounts.create(newAccount({ invitation }))));
    assert.deepEqual(made.map(({ kind }) => kind).sort(), ["created", "invitation-spent"]);
    assert.equal(await registration.isInvited(invitation, 0), false);
    assert.equal(await accounts.count(), 2);
    await stores.close();
  });

  test(`${name}: a newer claim ends who had the number, also under a former hash of it`, async () => {
    const { stores } = await open();
    const { accounts } = stores;
    const atCurrent = newAccount();
    const atFormer = newAccount();
    const bystander = newAccount();
    for (const account of [atCurrent, atFormer, bystander]) await accounts.create(account);
    const newer = newAccount({
      place: newPlace({ lookupHash: atCurrent.place.lookupHash }),
      formerLookupHashes: [randomBytes(32), atFormer.place.lookupHash],
      now: 5 * hourMs + 7,
    });
    const created = await inJournal(accounts.create(newer));
    assert.deepEqual(created, {
      kind: "created",
      endedMailboxes: [atCurrent.device.mailboxId, atFormer.device.mailboxId],
      endedPlaces: [bucketOf(atCurrent), bucketOf(atFormer)],
    });
    assert.deepEqual(await found(stores, newer), all(newer));
    assert.deepEqual(await found(stores, atFormer), nothing);
    assert.deepEqual(await found(stores, bystander), all(bystander));
    for (const { accountId, device } of [atCurrent, atFormer]) {
      const ending = { reason: "taken-over", endedAt: 5 * hourMs };
      assert.deepEqual(await accounts.ending(accountId), ending);
      assert.equal((await stores.mailbox.state(device.mailboxId)).kind, "gone");
    }
    assert.equal(await accounts.ending(bystander.accountId), undefined);
    await stores.close();
  });

  test(`${name}: an account made anew under its own id has not ended, its mailbox has`, async () => {
    const { stores } = await open();
    const { accounts } = stores;
    const account = newAccount({ manifestVersion: 4 });
    const { accountId } = account;
    await accounts.create(account);
    const anew = (changes: Partial<NewAccount>) => newAccount({ accountId, ...changes });
    const outdated = anew({ manifestVersion: 4 });
    assert.deepEqual(await accounts.create(outdated), { kind: "manifest-outdated" });
    assert.deepEqual(await found(stores, account), all(account));
    const made = anew({ manifestVersion: 5, claim: outdated.claim });
    const created = await inJournal(accounts.create(made));
    assert.deepEqual(created, {
      kind: "created",
      endedMailboxes: [account.device.mailboxId],
      endedPlaces: [bucketOf(account)],
    });
    assert.equal(await accounts.ending(accountId), undefined);
    assert.equal((await stores.mailbox.state(account.device.mailboxId)).kind, "gone");
    assert.equal((await stores.mailbox.state(made.device.mailboxId)).kind, "there");
    assert.equal(await stores.directory.sealedRecord(account.place.lookupHash), undefined);

    // Nor has one that left before: it is back.
    await accounts.end(accountId, 0);
    assert.equal((await accounts.ending(accountId))?.reason, "left");
    await accounts.create(anew({ manifestVersion: 1 }));
    assert.equal(await accounts.ending(accountId), undefined);
    assert.equal((await stores.mailbox.state(made.device.mailboxId)).kind, "gone");
    await stores.close();
  });

  test(`${name}: nobody takes another account's device`, async () => {
    const { stores } = await open();
    const account = newAccount();
    await stores.accounts.create(account);
    const thief = newAccount();
    const device = { ...newDevice(), deviceId: account.device.deviceId };
    const refused = await stores.accounts.create({ ...thief, device });
    assert.deepEqual(refused, { kind: "device-taken" });
    assert.equal((await stores.accounts.create(thief)).kind, "created");
    await stores.close();
  });

  test(`${name}: record and manifest are replaced by what follows on, the same again changes nothing`, async () => {
    const { stores } = await open();
    const { accounts, directory } = stores;
    const account = newAccount();
    await accounts.create(account);
    const next = { encoded: randomBytes(900), signature: randomBytes(64) };
    const first = changeOf(account, { sequence: 7, manifest: next, manifestVersion: 2 });
    assert.deepEqual(await accounts.change(first), { kind: "changed" });
    assert.deepEqual(await accounts.change(first), { kind: "same" });
    const stored = await accounts.account(account.accountId);
    assert.deepEqual([stored?.sequence, stored?.manifest], [7, next]);
    const record = () => directory.sealedRecord(account.place.lookupHash);
    assert.deepEqual(await record(), first.sealedRecord);
    const outdated = [
      { ...first, sealedRecord: randomBytes(256) },
      { ...first, sequence: 6 },
      { ...first, sequence: 8, manifest: account.manifest },
      { ...first, sequence: 8, manifestVersion: 1, manifest: account.manifest },
      { ...first, sequence: 8, manifestVersion: 4 },
    ];
    for (const change of outdated) {
      assert.deepEqual(await accounts.change(change), { kind: "outdated" });
    }
    assert.deepEqual(await record(), first.sealedRecord);
    const unknown = changeOf(newAccount());
    assert.deepEqual(await accounts.change(unknown), { kind: "no-account" });
    await stores.close();
  });

  test(`${name}: record and tag move by a claim, but not where another account stands`, async () => {
    const { stores } = await open();
    const { accounts, directory, discovery } = stores;
    const account = newAccount();
    const neighbour = newAccount({ place: newPlace({ voprfEpoch: 2 }) });
    await accounts.create(account);
    await accounts.create(neighbour);
    const taken = { place: neighbour.place, claim: newClaim() };
    const refused = await accounts.change(changeOf(account, { move: taken }));
    assert.deepEqual(refused, { kind: "place-taken" });
    const place = newPlace({ voprfEpoch: 2, bucketBits: 9, tag: 11 });
    const change = changeOf(account, { move: { place, claim: taken.claim } });
    assert.deepEqual(await accounts.change(change), { kind: "changed" });
    assert.deepEqual(await accounts.change(change), { kind: "same" });
    assert.equal(await directory.sealedRecord(account.place.lookupHash), undefined);
    assert.deepEqual(await directory.sealedRecord(place.lookupHash), change.sealedRecord);
    assert.deepEqual(
      await directory.sealedRecord(neighbour.place.lookupHash),
      neighbour.sealedRecord,
    );
    const tagsOf = async (epoch: number) => [...(await discovery.tagsIn(epoch, 0, 0xffff_ffff))];
    assert.deepEqual(await tagsOf(1), []);
    assert.deepEqual((await tagsOf(2)).sort(), [neighbour.place.tag, 11].sort());
    const device = await storedDevice(accounts, account.device);
    assert.deepEqual(device?.lookupHash, place.lookupHash);
    await stores.close();
  });

  test(`${name}: ending takes everything, counts it, and is in the journal until it is forgotten`, async () => {
    const { stores, reopen } = await open();
    const account = newAccount();
    const { accountId, device } = account;
    await stores.accounts.create(account);
    const { deviceId, mailboxId } = device;
    const singleUse = [randomBytes(10), randomBytes(10)];
    await stores.directory.addKeyPackages({
      deviceId,
      singleUse,
      lastResort: randomBytes(10),
      replacesAll: false,
      keep: 9,
      now: 0,
    });
    const ended = await inJournal(stores.accounts.end(accountId, 3 * hourMs));
    assert.deepEqual(ended, {
      kind: "ended",
      accountId,
      records: 1,
      tags: 1,
      devices: 1,
      keyPackages: 3,
      envelopes: 0,
      endedMailboxes: [mailboxId],
      place: bucketOf(account),
    });
    assert.deepEqual(await found(stores, account), nothing);
    assert.equal(await stores.accounts.count(), 0);
    assert.deepEqual(await stores.accounts.end(accountId, 0), { kind: "no-account" });
    const again = await reopen();
    const state = async () => [
      await again.accounts.ending(accountId),
      (await again.mailbox.state(mailboxId)).kind,
    ];
    await again.accounts.forget(0, 3 * hourMs);
    assert.deepEqual(await state(), [{ reason: "left", endedAt: 3 * hourMs }, "gone"]);
    await again.accounts.forget(0, 4 * hourMs);
    assert.deepEqual(await state(), [undefined, "unknown"]);
    await again.close();
  });

  test(`${name}: leaving by number finds the account under any hash, and spends the claim`, async () => {
    const { stores } = await open();
    const { accounts } = stores;
    const account = newAccount();
    await accounts.create(account);
    const hashes = [randomBytes(32), account.place.lookupHash];
    const claim = newClaim();
    const ended = await accounts.endByNumber(hashes, claim, 0);
    assert.deepEqual(ended.kind === "ended" && ended.accountId, account.accountId);
    assert.equal((await accounts.ending(account.accountId))?.reason, "left-by-number");
    const asked = () => accounts.endByNumber(hashes, claim, 0);
    assert.deepEqual(await asked(), { kind: "no-account" }, "asked again");
    await accounts.create(newAccount({ place: account.place }));
    assert.deepEqual(await asked(), { kind: "claim-spent" });

    const early = newClaim();
    const nobody = [randomBytes(32)];
    const none = await accounts.endByNumber(nobody, early, 0);
    assert.deepEqual(none, { kind: "no-account" });
    await accounts.create(newAccount({ place: newPlace({ lookupHash: nobody[0]! }) }));
    assert.deepEqual(await accounts.endByNumber(nobody, early, 0), { kind: "claim-spent" });
    await stores.close();
  });
}
