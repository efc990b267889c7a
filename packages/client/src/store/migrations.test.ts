// A profile as an earlier version left it is opened, with everything its owner had. It was kept from a phone that texted,
// blocked, read, and stopped while it was showing something: test/vectors/profile-format-2.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { beforeEach, test } from "node:test";
import type { PhoneNumber } from "@assent/protocol";
import { keyPackagesOnly } from "../account/cell-for-tests.ts";
import { TimersForTests } from "../clock/timers-for-tests.ts";
import type { Network } from "../egress/network.ts";
import { openProfile, type Profile } from "../profile.ts";
import { profileFormat } from "./migrations.ts";
import { put, Records } from "./records.ts";
import type { TableName } from "./store.ts";
import { createMemoryStore, type StoreForTests } from "./store-for-tests.ts";

const frozen = new URL("../../../../test/vectors/profile-format-2/profile.json", import.meta.url);
const [ben, dora] = ["+33612345678" as PhoneNumber, "+447400654321" as PhoneNumber];
const unreachable = () => new Promise<never>(() => undefined);
const network: Network = {
  http: unreachable,
  openSocket: unreachable,
  close: () => undefined,
};

let store: StoreForTests;

beforeEach(async () => {
  store = createMemoryStore();
  const { tables } = JSON.parse(readFileSync(frozen, "utf8")) as {
    tables: Record<TableName, Record<string, string>>;
  };
  await store.commit(
    Object.entries(tables).flatMap(([table, rows]) =>
      Object.entries(rows).map(([key, value]) => ({
        table: table as TableName,
        key,
        value: new Uint8Array(Buffer.from(value, "base64")),
      })),
    ),
  );
});

const open = (): Promise<Profile> =>
  openProfile({
    store,
    network,
    encryption: keyPackagesOnly,
    now: () => 1_900_000_000_000,
    timers: new TimersForTests(),
  });

test("a profile of format 2 is opened with its texts, drafts, blocks and contacts", async () => {
  const profile = await open();
  const { phase, number, queued } = await profile.account.status();
  assert.deepEqual([phase, number, queued], ["on", "+4915123456789", 2]);
  const texts = await profile.conversations.history(ben);
  assert.deepEqual(
    texts.map(({ text, state }) => [text, state]),
    [
      ["hello", "delivered"],
      ["hello yourself", "received"],
      ["to be delivered", "delivered"],
      ["unread", "received"],
      ["sent, not delivered", "sent"],
      ["queued one", "sent"],
      ["not shown yet", "received"],
      ["queued two", "queued"],
    ],
  );
  assert.equal((await profile.conversations.summary(ben))?.muted, false);
  assert.equal((await profile.people.view(dora)).blocked, true);
  assert.equal((await profile.contacts.list()).length, 2);
});

test("what it had sealed says what it is for, and its ledger is counted", async () => {
  const profile = await open();
  const records = new Records(store);
  const sealed = await records.list("outgoing");
  assert.ok(sealed.length > 0);
  for (const { record } of sealed)
    assert.equal(record.purpose, record.text ? "service" : "receipts");
  const lines = await profile.ledger.lines();
  const totals = await profile.ledger.totals();
  assert.ok(lines.length > 0 && lines.some(({ size }) => size > 0));
  assert.equal(totals.items, lines.length);
  assert.equal(
    totals.bytes,
    lines.reduce((bytes, { size }) => bytes + size, 0),
  );
  assert.equal(totals.beforeConsent, 0);
});

test("it is made into the format of now once, in one commit", async () => {
  const before = store.commits.length;
  await open();
  assert.equal(store.commits.length, before + 1);
  assert.equal((await new Records(store).get("profile", "state"))?.format, profileFormat);
  await open();
  assert.equal(store.commits.length, before + 1);
});

test("a profile of a format that is not known is left as it is", async () => {
  const records = new Records(store);
  const state = await records.get("profile", "state");
  assert.ok(state);
  for (const format of [1, profileFormat + 1]) {
    await records.commit([put("profile", "state", { ...state, format })]);
    const before = store.commits.length;
    await assert.rejects(open(), { code: "profile_unreadable" });
    assert.equal(store.commits.length, before);
  }
});
