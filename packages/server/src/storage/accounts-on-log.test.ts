// Where an account or a mailbox changes in the rows and in the log: the order of the two, and what a start makes of a
// process that ended between them.
import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { randomBytes } from "@assent/protocol";
import { newAccount } from "../accounts/account-for-tests.ts";
import type { AccountStore, NewAccount } from "../accounts/store.ts";
import { systemRandomness } from "../randomness.ts";
import { accountsOnLog } from "./accounts-on-log.ts";
import { openEmbeddedStores } from "./embedded-stores.ts";
import type { JournalledAccounts } from "./journalled-accounts.ts";
import { type MailboxesForTests, mailboxesForTests } from "./mailboxes-for-tests.ts";
import { openSqliteStorage, type SqliteStorage } from "./sqlite/storage.ts";
import type { Stores } from "./stores.ts";

const fails = (error: unknown) => assert.fail(`storage ended: ${error}`);
const all = { envelopes: 100, bytes: 100_000 };
const limit = {
  ...{ envelopes: 99, bytes: 99_999, provisionalEnvelopes: 99, provisionalBytes: 99_999 },
  ...{ fullEnvelopes: 99, fullBytes: 99_999 },
};

type OpenStores = Omit<Stores, "mailbox"> & { readonly mailbox: MailboxesForTests };

/** A folder with two accounts, in each of whose mailboxes two texts wait. */
async function begin(context: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), "assent-stores-"));
  let stores: OpenStores | undefined;
  context.after(async () => {
    await stores?.close();
    await rm(folder, { recursive: true, force: true });
  });
  const open = async () => {
    const parts = { randomness: systemRandomness, crashed: fails, diskFailed: fails };
    const opened = await openEmbeddedStores(folder, parts);
    stores = { ...opened, mailbox: mailboxesForTests(opened.mailbox) };
    return stores;
  };
  const accounts = [newAccount(), newAccount()] as const;
  const bodies = accounts.map(() => [randomBytes(500), randomBytes(500)]);
  const { mailbox, accounts: store, close } = await open();
  for (const [index, account] of accounts.entries()) {
    await store.create(account);
    for (const body of bodies[index] ?? []) {
      await mailbox.put([putFor(account.device.mailboxId, body)]);
    }
  }
  await close();

  /** The rows change, and the process ends before the log is told. */
  async function onlyRows<Answer>(change: (sqlite: SqliteStorage) => Promise<Answer>) {
    const sqlite = await openSqliteStorage(folder, fails);
    const answer = await change(sqlite);
    await sqlite.close();
    return answer;
  }

  /** How many of an account's texts are anywhere in the log. */
  async function textsOnDisk(account: number): Promise<number> {
    const names = await readdir(join(folder, "envelopes"));
    const files = await Promise.all(names.map((name) => readFile(join(folder, "envelopes", name))));
    const has = (body: Uint8Array) => files.some((file) => file.includes(Buffer.from(body)));
    return (bodies[account] ?? []).filter(has).length;
  }

  return { open, accounts, onlyRows, textsOnDisk };
}

function putFor(mailboxId: Uint8Array, body: Uint8Array, generation = 1, serial = randomBytes(16)) {
  const address = { mailboxId, generation, serial, kind: "full" as const };
  return { ...address, envelopeId: randomBytes(32), body, now: 0, limit, handsOut: false };
}

async function waitingIn({ mailbox }: OpenStores, { device }: NewAccount, generation = 1) {
  const taken = await mailbox.take(device.mailboxId, generation, 0, all);
  return taken?.envelopes.map(({ position }) => position);
}

test("made in the rows alone, a mailbox is there and takes texts", async (context) => {
  const { open, onlyRows } = await begin(context);
  const made = newAccount();
  assert.equal((await onlyRows(({ accounts: rows }) => rows.create(made))).kind, "created");
  const stores = await open();
  assert.deepEqual(await waitingIn(stores, made), []);
  const [outcome] = await stores.mailbox.put([putFor(made.device.mailboxId, randomBytes(9))]);
  assert.deepEqual(outcome, { kind: "stored", position: 1, handed: false });
});

test("ended in the rows alone, a mailbox is gone, and its texts leave the disk; another's stay", async (context) => {
  const { open, accounts, onlyRows, textsOnDisk } = await begin(context);
  assert.equal(
    (await onlyRows(({ accounts: rows }) => rows.end(accounts[0].accountId, 0))).kind,
    "ended",
  );
  assert.equal(await textsOnDisk(0), 2);
  const stores = await open();
  const { mailboxId } = accounts[0].device;
  assert.deepEqual(await stores.mailbox.state(mailboxId), { kind: "gone" });
  assert.deepEqual(await stores.mailbox.put([putFor(mailboxId, randomBytes(9))]), [
    { kind: "gone" },
  ]);
  assert.deepEqual(await waitingIn(stores, accounts[1]), [1, 2]);
  await stores.close();
  assert.deepEqual([await textsOnDisk(0), await textsOnDisk(1)], [0, 2]);
});

test("taken over in the rows alone, the former mailbox is gone and the next is there", async (context) => {
  const { open, accounts, onlyRows, textsOnDisk } = await begin(context);
  const next = { ...newAccount(), place: accounts[0].place };
  assert.equal((await onlyRows(({ accounts: rows }) => rows.create(next))).kind, "created");
  const stores = await open();
  assert.deepEqual(await stores.mailbox.state(accounts[0].device.mailboxId), { kind: "gone" });
  assert.deepEqual(await waitingIn(stores, next), []);
  await stores.close();
  assert.equal(await textsOnDisk(0), 0);
});

test("begun anew in the rows alone, a mailbox is of the next generation, and positions go on", async (context) => {
  const { open, accounts, onlyRows, textsOnDisk } = await begin(context);
  const { deviceId, mailboxId } = accounts[0].device;
  const wanted = { deviceId, generation: 2, singleUse: [], lastResort: undefined, now: 0 };
  assert.equal((await onlyRows(({ accounts: rows }) => rows.restart(wanted))).kind, "restarted");
  let stores = await open();
  assert.deepEqual(await stores.mailbox.put([putFor(mailboxId, randomBytes(9))]), [
    { kind: "former" },
  ]);
  assert.deepEqual(await waitingIn(stores, accounts[0], 2), []);
  const [outcome] = await stores.mailbox.put([putFor(mailboxId, randomBytes(9), 2)]);
  assert.deepEqual(outcome, { kind: "stored", position: 3, handed: false });
  await stores.close();
  assert.deepEqual([await textsOnDisk(0), await textsOnDisk(1)], [0, 2]);
  stores = await open();
  assert.deepEqual(await waitingIn(stores, accounts[0], 2), [3]);
});

test("an address that was blocked in the rows alone is blocked", async (context) => {
  const { open, accounts, onlyRows } = await begin(context);
  const { mailboxId } = accounts[0].device;
  const [serial, other] = [randomBytes(16), randomBytes(16)];
  const change = { block: [serial], unblock: [] };
  assert.equal(await onlyRows(({ mailboxRows }) => mailboxRows.block(mailboxId, change, 9)), true);
  let stores = await open();
  const kindsOf = async () =>
    (
      await stores.mailbox.put([
        putFor(mailboxId, randomBytes(9), 1, serial),
        putFor(mailboxId, randomBytes(9), 1, other),
      ])
    ).map(({ kind }) => kind);
  assert.deepEqual(await kindsOf(), ["dropped", "stored"]);
  await stores.close();
  const wanted = { deviceId: accounts[0].device.deviceId, generation: 2, now: 0 };
  await onlyRows(({ accounts: rows }) =>
    rows.restart({ ...wanted, singleUse: [], lastResort: undefined }),
  );
  stores = await open();
  const [outcome] = await stores.mailbox.put([putFor(mailboxId, randomBytes(9), 2, serial)]);
  assert.equal(outcome?.kind, "stored", "and unblocked with its generation");
});

test("where rows do not change, the log is not told; where they do, it is told after, and awaited", async () => {
  const told: string[] = [];
  const erased = Promise.withResolvers<void>();
  const log = {
    created: () => void told.push("created"),
    restarted: () => void told.push("restarted"),
    durable: async () => void told.push("durable"),
    cutOff: (mailboxIds: readonly Uint8Array[]) => {
      told.push(`cut off ${mailboxIds.length}`);
      return { envelopes: 7, erased: erased.promise };
    },
    isShort: false,
  };
  const refuses = () => Promise.reject(new Error("no room"));
  const refusing = { create: refuses, end: refuses, endByNumber: refuses, restart: refuses };
  const account = newAccount();
  const calls = (accounts: AccountStore) => [
    () => accounts.create(account),
    () => accounts.end(account.accountId, 0),
    () => accounts.endByNumber([], account.claim, 0),
    () => accounts.restart({ deviceId: randomBytes(32), generation: 2, singleUse: [], ...never }),
  ];
  for (const call of calls(accountsOnLog(refusing as unknown as JournalledAccounts, log))) {
    await assert.rejects(call(), /no room/);
  }
  assert.deepEqual(told, []);

  const endedMailboxes = [randomBytes(16)];
  const answers = {
    create: async () => ({ kind: "created", endedMailboxes }),
    end: async () => ({ kind: "ended", endedMailboxes }),
    endByNumber: async () => ({ kind: "ended", endedMailboxes }),
    restart: async () => ({ kind: "restarted", mailboxId: randomBytes(16) }),
  };
  let answered = 0;
  const pending = calls(accountsOnLog(answers as unknown as JournalledAccounts, log)).map((call) =>
    call().then((answer) => {
      answered += 1;
      return answer;
    }),
  );
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(answered, 1, "what cuts off waits until that is erased");
  erased.resolve();
  const [, ended, endedByNumber] = await Promise.all(pending);
  for (const answer of [ended, endedByNumber]) {
    assert.ok(answer && "envelopes" in answer && answer.envelopes === 7);
  }
  assert.deepEqual(told.sort(), [
    "created",
    ...["cut off 1", "cut off 1", "cut off 1"],
    "durable",
    "restarted",
  ]);
});

test("while the disk has little room nobody joins, and whoever leaves leaves", async () => {
  const account = newAccount();
  const log = {
    created: () => {},
    restarted: () => {},
    durable: async () => {},
    cutOff: () => ({ envelopes: 0, erased: Promise.resolve() }),
    isShort: true,
  };
  const rows = {
    end: async () => ({ kind: "ended", endedMailboxes: [] }),
    create: async () => ({ kind: "created", endedMailboxes: [] }),
  } as unknown as JournalledAccounts;
  const accounts = accountsOnLog(rows, log);
  assert.equal((await accounts.end(account.accountId, 0)).kind, "ended");
  await assert.rejects(accounts.create(account), { code: "busy" });
  log.isShort = false;
  assert.equal((await accounts.create(account)).kind, "created");
});

test("where the journal takes nothing the log is told all the same", async () => {
  const told: string[] = [];
  const log = {
    created: () => void told.push("created"),
    restarted: () => {},
    durable: async () => {},
    cutOff: (mailboxIds: readonly Uint8Array[]) => {
      told.push(`cut off ${mailboxIds.length}`);
      return { envelopes: 0, erased: Promise.resolve() };
    },
    isShort: false,
  };
  const journalled = Promise.reject(new Error("full"));
  journalled.catch(() => undefined);
  const ended = { endedMailboxes: [randomBytes(16)], journalled };
  const rows = {
    create: async () => ({ kind: "created", ...ended }),
    end: async () => ({ kind: "ended", ...ended }),
    endByNumber: async () => ({ kind: "ended", ...ended }),
  } as unknown as JournalledAccounts;
  const accounts = accountsOnLog(rows, log);
  const account = newAccount();
  const outcomes = [
    await accounts.create(account),
    await accounts.end(account.accountId, 0),
    await accounts.endByNumber([], account.claim, 0),
  ];
  assert.deepEqual(told, ["created", "cut off 1", "cut off 1", "cut off 1"]);
  for (const outcome of outcomes) {
    assert.ok("journalled" in outcome);
    await assert.rejects(outcome.journalled, /full/);
  }
});

const never = { lastResort: undefined, now: 0 };
