// The contracts of the service's stores, kept by SQLite and the envelope log together, and what is particular to their files.
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, test } from "node:test";
import { randomBytes } from "@assent/protocol";
import { systemRandomness } from "../../packages/server/src/randomness.ts";
import { openEmbeddedStores } from "../../packages/server/src/storage/embedded-stores.ts";
import { filesBelow } from "../forms.ts";
import { accountsStoreContract } from "./accounts-store.contract.ts";
import { accountsStoreDevicesContract } from "./accounts-store-devices.contract.ts";
import { cellStoreContract } from "./cell-store.contract.ts";
import { countersContract } from "./counters.contract.ts";
import { directoryStoreContract } from "./directory-store.contract.ts";
import { discoveryStoreContract } from "./discovery-store.contract.ts";
import { mailboxExpiryContract } from "./mailbox-expiry.contract.ts";
import { mailboxLimitsContract } from "./mailbox-limits.contract.ts";
import { mailboxRevokeContract } from "./mailbox-revoke.contract.ts";
import { mailboxStoreContract } from "./mailbox-store.contract.ts";
import { pushStoreContract } from "./push-store.contract.ts";
import { registrationStoreContract } from "./registration-store.contract.ts";
import {
  newAccount,
  newAsked,
  newPlace,
  newPut,
  type StoresForTests,
  storedDevice,
  storesForTests,
} from "./server-stores.ts";
import { timeStoreContract } from "./time-store.contract.ts";

const folders: string[] = [];
const opened: StoresForTests[] = [];
after(async () => {
  // Also those that a failing test left open: their threads would keep this process.
  await Promise.all(opened.map((stores) => stores.close()));
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
});

const fails = (error: unknown) => assert.fail(`storage ended: ${error}`);

async function openIn(folder: string): Promise<StoresForTests> {
  const parts = { randomness: systemRandomness, crashed: fails, diskFailed: fails };
  return storesForTests(await openEmbeddedStores(folder, parts));
}

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "assent-storage-"));
  folders.push(folder);
  return folder;
}

async function openStores() {
  const folder = await newFolder();
  const open = async () => {
    const stores = await openIn(folder);
    opened.push(stores);
    return stores;
  };
  const stores = await open();
  let latest = stores;
  const reopen = async () => {
    await latest.close();
    latest = await open();
    return latest;
  };
  return { stores, reopen, folder };
}

accountsStoreContract("embedded", openStores);
accountsStoreDevicesContract("embedded", openStores);
cellStoreContract("embedded", openStores);
countersContract("embedded", async () => {
  const { stores } = await openStores();
  return { counters: stores.counters, close: stores.close };
});
directoryStoreContract("embedded", openStores);
discoveryStoreContract("embedded", openStores);
mailboxStoreContract("embedded", openStores);
mailboxLimitsContract("embedded", openStores);
mailboxExpiryContract("embedded", openStores);
mailboxRevokeContract("embedded", openStores);
pushStoreContract("embedded", openStores);
registrationStoreContract("embedded", openStores);
timeStoreContract("embedded", openStores);

async function copiesOnDisk(folder: string, needles: readonly Uint8Array[]): Promise<number> {
  const files = [...(await filesBelow(folder)).values()];
  // The ballast is nothing but zeros, and long.
  const bytes = Buffer.concat(files.filter((file) => !file.equals(Buffer.alloc(file.length))));
  return needles.filter((needle) => bytes.includes(Buffer.from(needle))).length;
}

test("nothing of an ended account is on disk when that is answered, among many others", async () => {
  const { stores, folder } = await openStores();
  const accounts = Array.from({ length: 150 }, () => newAccount());
  const bodies: Uint8Array[][] = [];
  for (const account of accounts) {
    await stores.accounts.create(account);
    const { deviceId, mailboxId } = account.device;
    const singleUse = [randomBytes(2_700), randomBytes(2_700)];
    const lastResort = randomBytes(2_700);
    const puts = Array.from({ length: 4 }, () => newPut(mailboxId, { body: randomBytes(700) }));
    const asked = await newAsked(account.device, 1);
    const { signature } = asked.request;
    await Promise.all([
      stores.directory.addKeyPackages({
        deviceId,
        singleUse,
        lastResort,
        replacesAll: false,
        keep: 9,
        now: 0,
      }),
      stores.mailbox.put(puts),
      stores.accounts.admit(asked),
    ]);
    const inPuts = puts.flatMap((put) => [put.envelopeId, put.serial, put.body]);
    bodies.push([...singleUse, lastResort, signature, ...inPuts]);
  }
  const secrets = (index: number) => {
    const { place, sealedRecord, device } = accounts[index]!;
    const { deviceId, signatureKey } = device;
    // Of what is longer than a page's share, either end is enough to know it by.
    const ends = bodies[index]!.flatMap((bytes) => [bytes.subarray(0, 16), bytes.subarray(-16)]);
    return [place.lookupHash, sealedRecord, deviceId, signatureKey, ...ends];
  };
  const leaving = accounts.map((_, index) => index).filter((index) => index % 7 === 3);
  const gone = leaving.flatMap(secrets);
  assert.equal(await copiesOnDisk(folder, gone), gone.length, "the search sees what is there");
  for (const index of leaving) {
    await stores.accounts.end(accounts[index]!.accountId, 0);
    assert.equal(await copiesOnDisk(folder, secrets(index)), 0);
  }
  assert.equal(await copiesOnDisk(folder, gone), 0);
  assert.equal(await copiesOnDisk(folder, secrets(0)), secrets(0).length);
  await stores.close();
});

test("acknowledged envelopes leave no bytes on disk once closed", async () => {
  const { stores, folder } = await openStores();
  const account = newAccount();
  const { mailboxId } = account.device;
  await stores.accounts.create(account);
  const puts = Array.from({ length: 100 }, () => newPut(mailboxId, { body: randomBytes(1_000) }));
  await Promise.all(puts.map((put) => stores.mailbox.put([put])));
  const starts = puts.map(({ body }) => body.subarray(0, 16));
  assert.equal(await copiesOnDisk(folder, starts), 100);
  await stores.mailbox.take(mailboxId, 1, 0, { envelopes: 99, bytes: 999_999 });
  assert.equal(await stores.mailbox.acknowledge(mailboxId, 1, 99), true);
  await stores.close();
  assert.equal(await copiesOnDisk(folder, starts), 1);
});

test("what was taken back leaves no bytes on disk once closed, and what it is not to come again by stays", async () => {
  const { stores, folder } = await openStores();
  const account = newAccount();
  const { mailboxId } = account.device;
  await stores.accounts.create(account);
  const puts = Array.from({ length: 20 }, () => newPut(mailboxId, { body: randomBytes(1_000) }));
  await stores.mailbox.put(puts);
  const secrets = puts.flatMap(({ body, envelopeId, serial }) => [body, envelopeId, serial]);
  const starts = secrets.map((bytes) => bytes.subarray(0, 16));
  assert.equal(await copiesOnDisk(folder, starts), 60);
  const limit = { ofMailbox: 19, ofAddress: 1 };
  for (const put of puts.slice(1)) {
    assert.equal(await stores.mailbox.revoke([put], 0, limit), "revoked");
  }
  await stores.close();
  assert.equal(await copiesOnDisk(folder, starts), 3);
  const again = await openIn(folder);
  opened.push(again);
  const outcomes = await again.mailbox.put(puts.slice(1));
  assert.deepEqual(new Set(outcomes.map(({ kind }) => kind)), new Set(["revoked"]));
  await again.close();
});

test("what a session was sealed for is not on disk once it is forgotten and the store closed", async () => {
  const { stores, folder } = await openStores();
  const session = {
    sessionHash: randomBytes(32),
    sealed: randomBytes(996),
    codeMac: randomBytes(32),
    expiresAt: 5,
    sealedClaim: undefined,
  };
  await stores.registration.openSession(session);
  const starts = [session.sealed.subarray(0, 16), session.codeMac];
  assert.equal(await copiesOnDisk(folder, starts), 2);
  await stores.registration.forget(5, 1e15);
  await stores.close();
  assert.equal(await copiesOnDisk(folder, starts), 0);
});

test("one process at a time", async () => {
  const { stores, folder } = await openStores();
  await assert.rejects(openIn(folder), { name: "StartRefused" });
  await stores.close();
  await (await openIn(folder)).close();
});

test("a file of a newer version is refused and left as it is", async () => {
  const { stores, folder } = await openStores();
  await stores.close();
  const database = new DatabaseSync(join(folder, "assent.db"));
  database.exec("PRAGMA user_version = 999");
  database.close();
  await assert.rejects(openIn(folder), /version 999/);
});

test("a file from before the first release is refused in one line, and left as it is", async () => {
  const folder = await newFolder();
  const schema = await readFile(
    new URL("../vectors/service-before-release/schema.sql", import.meta.url),
    "utf8",
  );
  for (const version of [1, 100]) await refusedAt(folder, schema, version);
});

async function refusedAt(folder: string, schema: string, version: number): Promise<void> {
  const file = join(folder, "assent.db");
  await rm(file, { force: true });
  const made = new DatabaseSync(file);
  made.exec(schema);
  made.exec(`INSERT INTO cell (id, cell_id) VALUES (1, x'07'); PRAGMA user_version = ${version}`);
  made.close();
  await assert.rejects(openIn(folder), (error: Error) => {
    assert.equal(error.name, "StartRefused");
    assert.ok(error.message.includes(folder) && error.message.includes("assent.db"));
    return !error.message.includes("\n");
  });
  const left = new DatabaseSync(file);
  assert.deepEqual(
    { ...left.prepare("SELECT cell_id FROM cell").get() },
    { cell_id: Uint8Array.of(7) },
  );
  left.close();
}

test("an operation that fails undoes itself and none that ran with it", async () => {
  const { stores } = await openStores();
  const account = newAccount();
  const broken = newAccount({ place: newPlace({ bucketBits: null as unknown as number }) });
  const outcomes = await Promise.allSettled([
    stores.accounts.create(account),
    stores.accounts.create(broken),
    stores.accounts.create(newAccount()),
  ]);
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ["fulfilled", "rejected", "fulfilled"],
  );
  assert.match(
    String((outcomes[1] as PromiseRejectedResult).reason.code),
    /^SQLite \d+ at accounts/,
  );
  assert.ok(await storedDevice(stores.accounts, account.device));
  assert.equal(await stores.accounts.account(broken.accountId), undefined);
  assert.equal(
    (await stores.accounts.create({ ...newAccount(), claim: broken.claim })).kind,
    "created",
  );
  assert.equal(await stores.discovery.people(1), 3);
  await stores.close();
  await assert.rejects(stores.discovery.people(1), { name: "StorageError" });
});
