// The contracts of the service's stores, kept by SQLite, and what is particular to its file.
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, test } from "node:test";
import { randomBytes } from "@assent/protocol";
import {
  openSqliteStorage,
  type Storage,
} from "../../packages/server/src/storage/sqlite/storage.ts";
import { directoryStoreContract } from "./directory-store.contract.ts";
import { discoveryStoreContract } from "./discovery-store.contract.ts";
import { mailboxStoreContract } from "./mailbox-store.contract.ts";
import { registrationStoreContract } from "./registration-store.contract.ts";
import { newAccount } from "./server-stores.ts";

const folders: string[] = [];
const opened: Storage[] = [];
after(async () => {
  // Also those that a failing test left open: their threads would keep this process.
  await Promise.all(opened.map((stores) => stores.close()));
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
});

const noCrash = (error: unknown) => assert.fail(`storage ended: ${error}`);

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "assent-storage-"));
  folders.push(folder);
  return folder;
}

async function openStores() {
  const folder = await newFolder();
  const open = async () => {
    const stores = await openSqliteStorage(folder, noCrash);
    opened.push(stores);
    return stores;
  };
  const stores = await open();
  const reopen = async () => {
    await stores.close();
    return open();
  };
  return { stores, reopen, folder };
}

directoryStoreContract("sqlite", openStores);
discoveryStoreContract("sqlite", openStores);
mailboxStoreContract("sqlite", openStores);
registrationStoreContract("sqlite", openStores);

async function copiesOnDisk(folder: string, needles: readonly Uint8Array[]): Promise<number> {
  const files = await Promise.all(
    ["assent.db", "assent.db-wal"].map((name) =>
      readFile(join(folder, name)).catch(() => Buffer.alloc(0)),
    ),
  );
  const bytes = Buffer.concat(files);
  return needles.filter((needle) => bytes.includes(Buffer.from(needle))).length;
}

test("nothing of a deleted account is on disk when that is answered, among many others", async () => {
  const { stores, folder } = await openStores();
  const accounts = Array.from({ length: 150 }, () => newAccount());
  const bodies: Uint8Array[][] = [];
  for (const account of accounts) {
    await stores.directory.createAccount(account);
    const { deviceId, mailboxId } = account.device;
    const singleUse = [randomBytes(2_700), randomBytes(2_700)];
    const added = { deviceId, singleUse, lastResort: randomBytes(2_700), keep: 9 };
    const puts = Array.from({ length: 4 }, () => ({
      mailboxId,
      serial: randomBytes(16),
      provisional: true,
      envelopeId: randomBytes(32),
      body: randomBytes(700),
      now: 0,
      limit: { envelopes: 9, bytes: 9_999, provisionalEnvelopes: 9 },
    }));
    await Promise.all([
      stores.directory.addKeyPackages(added),
      ...puts.map((put) => stores.mailbox.put(put)),
    ]);
    bodies.push([...singleUse, ...puts.flatMap((put) => [put.envelopeId, put.serial, put.body])]);
  }
  const secrets = (index: number) => {
    const account = accounts[index]!;
    const { deviceId, signatureKey, mailboxId } = account.device;
    const whole = [account.accountId, account.lookupHash, account.sealedRecord];
    // Of what is longer than a page's share, either end is enough to know it by.
    const ends = bodies[index]!.flatMap((bytes) => [bytes.subarray(0, 16), bytes.subarray(-16)]);
    return [...whole, deviceId, signatureKey, mailboxId, ...ends];
  };
  const leaving = accounts.map((_, index) => index).filter((index) => index % 7 === 3);
  const gone = leaving.flatMap(secrets);
  assert.equal(await copiesOnDisk(folder, gone), gone.length, "the search sees what is there");
  for (const index of leaving) {
    await stores.directory.deleteAccount(accounts[index]!.accountId);
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
  await stores.directory.createAccount(account);
  const put = (body: Uint8Array) =>
    stores.mailbox.put({
      mailboxId,
      serial: randomBytes(16),
      provisional: false,
      envelopeId: randomBytes(32),
      body,
      now: 0,
      limit: { envelopes: 999, bytes: 999_999, provisionalEnvelopes: 1 },
    });
  const bodies = Array.from({ length: 100 }, () => randomBytes(1_000));
  await Promise.all(bodies.map(put));
  const starts = bodies.map((body) => body.subarray(0, 16));
  assert.equal(await copiesOnDisk(folder, starts), 100);
  await stores.mailbox.acknowledge(mailboxId, 99, 99);
  await stores.close();
  assert.equal(await copiesOnDisk(folder, starts), 1);
});

test("one process at a time", async () => {
  const { stores, folder } = await openStores();
  await assert.rejects(openSqliteStorage(folder, noCrash), { name: "StartRefused" });
  await stores.close();
  await (await openSqliteStorage(folder, noCrash)).close();
});

test("a file of a newer version is refused and left as it is", async () => {
  const { stores, folder } = await openStores();
  await stores.close();
  const database = new DatabaseSync(join(folder, "assent.db"));
  database.exec("PRAGMA user_version = 99");
  database.close();
  await assert.rejects(openSqliteStorage(folder, noCrash), /version 99/);
});

test("an operation that fails undoes itself and none that ran with it", async () => {
  const { stores } = await openStores();
  const account = newAccount();
  const broken = newAccount({ bucketBits: null as unknown as number });
  const outcomes = await Promise.allSettled([
    stores.directory.createAccount(account),
    stores.directory.createAccount(broken),
    stores.directory.createAccount(newAccount()),
  ]);
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ["fulfilled", "rejected", "fulfilled"],
  );
  assert.match(
    String((outcomes[1] as PromiseRejectedResult).reason.code),
    /^SQLite \d+ at directory/,
  );
  assert.ok(await stores.directory.device(account.device.deviceId));
  assert.equal(await stores.directory.accountOfClaim(broken.claimSerial), undefined);
  assert.equal((await stores.discovery.accountTags()).tags.length, 2);
  await stores.close();
  await assert.rejects(stores.discovery.accountTags(), { name: "StorageError" });
});
