// A profile as an earlier version left it is opened, with everything its owner had. They were kept from a phone that texted,
// blocked, read, and stopped while it was showing something: test/vectors/profile-format-2, -3, -4 and -5.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { concat, envelopeIdOf, hex, type PhoneNumber } from "@assent/protocol";
import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { TimersForTests } from "../clock/timers-for-tests.ts";
import {
  awaitedDeliveries,
  deliveriesOf,
  nameOfDelivery,
} from "../conversations/history/deliveries.ts";
import { groupStateOf } from "../conversations/people/groups.ts";
import { hasAddress } from "../conversations/people/peer-devices.ts";
import type { Network } from "../egress/network.ts";
import { loadMls } from "../encryption/mls.ts";
import { PersonOfFormat3Schema } from "../generated/assent/profile/v1/format3_pb.js";
import { openProfile, type Profile } from "../profile.ts";
import { readingOf } from "../reading-former.ts";
import { areas, type TableName } from "./areas.ts";
import { migrate, profileFormat } from "./migrations.ts";
import {
  DeliveryState,
  NumberRecordSchema,
  PersonSchema,
  put,
  Records,
  Standing,
  TextState,
} from "./records.ts";
import { createMemoryStore, type StoreForTests } from "./store-for-tests.ts";

const vectors = new URL("../../../../test/vectors/", import.meta.url);
const [ben, carl, dora] = ["+33612345678", "+447400123456", "+447400654321"] as PhoneNumber[] as [
  PhoneNumber,
  PhoneNumber,
  PhoneNumber,
];
const stranger = "+4917612345678";
const nobodys = "+4917600000000";
const [somebody, another] = [new Uint8Array(32).fill(0xa1), new Uint8Array(32).fill(0xa2)];
const mls = await loadMls();
const unreachable = () => new Promise<never>(() => undefined);
const network: Network = {
  http: unreachable,
  openSocket: unreachable,
  close: () => undefined,
};

type Tables = Readonly<Record<string, Readonly<Record<string, string>>>>;

function frozen(format: number): Tables {
  const file = new URL(`profile-format-${format}/profile.json`, vectors);
  return (JSON.parse(readFileSync(file, "utf8")) as { readonly tables: Tables }).tables;
}

async function storeOf(format: number): Promise<StoreForTests> {
  const store = createMemoryStore();
  await store.commit(
    Object.entries(frozen(format)).flatMap(([table, rows]) =>
      Object.entries(rows).map(([key, value]) => ({
        table: table as TableName,
        key,
        value: new Uint8Array(Buffer.from(value, "base64")),
      })),
    ),
  );
  return store;
}

const open = (store: StoreForTests): Promise<Profile> =>
  openProfile({
    store,
    network,
    encryption: mls,
    now: () => 1_900_000_000_000,
    timers: new TimersForTests(),
  });

for (const format of [2, 3, 4, 5])
  describe(`a profile of format ${format}`, () => {
    test("is opened with its texts, drafts, settings, blocks and contacts", async () => {
      const profile = await open(await storeOf(format));
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
      const { muted, draft, id } = (await profile.conversations.summary(ben)) ?? {};
      assert.deepEqual([muted, draft, id], [false, "half a sentence", "1690be8622961f44"]);
      const muting = await profile.conversations.summary(carl);
      assert.deepEqual([muting?.muted, muting?.mutedUntil], [true, undefined]);
      assert.equal((await profile.people.view(dora)).blocked, true);
      assert.equal((await profile.contacts.list()).length, 2);
      assert.equal((await profile.conversations.list()).length, 5);
    });

    test("is made into the format of now once, in one commit, with nothing left of another", async () => {
      const store = await storeOf(format);
      const before = store.commits.length;
      for (let times = 0; times < 2; times++) {
        await migrate(store, readingOf(mls));
        assert.equal(store.commits.length, before + 1);
        assert.equal((await new Records(store).get("profile", "state"))?.format, profileFormat);
      }
      for (const table of Object.keys(frozen(format)).filter((name) => !(name in areas)))
        assert.deepEqual(await store.list(table as TableName), [], table);
    });

    test("has each text in the conversation whose thread it is in, and found there", async () => {
      const store = await storeOf(format);
      const profile = await open(store);
      const records = new Records(store);
      const ids = new Set(await records.keys("conversations"));
      const threads = (await records.pointers("threads")).filter(({ key }) => !key.startsWith("?"));
      assert.ok(threads.length > 10);
      for (const { key, text } of threads) {
        const message = await records.get("messages", text);
        assert.equal(key, `${message?.conversation}/${text}`);
        assert.ok(ids.has(message?.conversation ?? ""));
        const isOthers = message?.outgoing ? message.senderAccountId : message?.recipientAccountId;
        assert.equal(isOthers?.length, 0);
      }
      const { texts } = await profile.conversations.search("hello yourself", { limit: 2 });
      assert.deepEqual(
        texts.map(({ number }) => number),
        [ben],
      );
    });

    test("of another number is left as it is", async () => {
      const store = await storeOf(format);
      const records = new Records(store);
      const state = await records.get("profile", "state");
      assert.ok(state);
      for (const other of [1, profileFormat + 1]) {
        await records.commit([put("profile", "state", { ...state, format: other })]);
        const before = store.commits.length;
        await assert.rejects(open(store), { code: "profile_unreadable" });
        assert.equal(store.commits.length, before);
      }
    });
  });

test("what a profile of format 2 had sealed says what it is for, and its ledger is counted", async () => {
  const store = await storeOf(2);
  const profile = await open(store);
  const sealed = await new Records(store).list("outgoing");
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

describe("of a profile of format 3", () => {
  test("each of its people stands where its two flags put them", async () => {
    const store = await storeOf(3);
    await open(store);
    const people = await new Records(store).list("people");
    const standings = people.map(({ record: { number, standing, $unknown = [] } }) => [
      `${number} ${Standing[standing]}`,
      $unknown.length,
    ]);
    assert.deepEqual(
      standings.sort(),
      [
        [`${ben} CURRENT`, 0],
        [`${carl} CURRENT`, 0],
        [`${carl} FORMER`, 0],
        [`${stranger} UNCONFIRMED`, 0],
        [`${dora} CURRENT`, 0],
      ].sort(),
    );
  });

  const theirs = { accountId: another };
  const flagged: readonly [
    string,
    { verified: boolean; accepted: boolean },
    MessageInitShape<typeof NumberRecordSchema>,
    Standing,
  ][] = [
    ["verified and accepted", { verified: true, accepted: true }, {}, Standing.CURRENT],
    ["verified alone", { verified: true, accepted: false }, {}, Standing.REQUEST],
    ["accepted, of another's number", { verified: false, accepted: true }, theirs, Standing.FORMER],
    ["accepted, of nobody's number", { verified: false, accepted: true }, {}, Standing.UNCONFIRMED],
    [
      "neither, of another's number",
      { verified: false, accepted: false },
      theirs,
      Standing.UNCONFIRMED,
    ],
    [
      "neither, and written to before it was another's",
      { verified: false, accepted: false },
      { ...theirs, acceptedAccountId: somebody },
      Standing.FORMER,
    ],
  ];
  for (const [what, flags, number, standing] of flagged)
    test(`somebody who was ${what} is ${Standing[standing]}`, async () => {
      const store = await storeOf(3);
      const value = concat(
        toBinary(PersonSchema, create(PersonSchema, { number: nobodys })),
        toBinary(PersonOfFormat3Schema, create(PersonOfFormat3Schema, flags)),
      );
      await store.commit([
        { table: "people", key: hex(somebody), value },
        put("numbers", nobodys, create(NumberRecordSchema, number)),
      ]);
      await open(store);
      const person = await new Records(store).get("people", hex(somebody));
      assert.equal(person?.standing, standing);
    });

  test("what is left of a text that was deleted is its place", async () => {
    const store = await storeOf(3);
    const [text] = await store.list("texts" as TableName);
    assert.ok(text);
    await store.commit([{ table: "threads", key: `${ben}/${text.key}`, value: undefined }]);
    const profile = await open(store);
    const left = await new Records(store).get("messages", text.key);
    assert.ok(left && left.deletedAtMs > 0n);
    assert.deepEqual([left.text, left.id, left.conversation], ["", "", ""]);
    assert.equal((await profile.conversations.history(ben)).length, 7);
  });

  test("its groups are in parts, and one that cannot be read is written to no more", async () => {
    const store = await storeOf(3);
    await open(store);
    const records = new Records(store);
    const groups = await records.list("groups");
    // Nor do they stand there in one piece still, with keys that would never be destroyed.
    for (const { record } of groups) assert.equal(record.$unknown?.length ?? 0, 0);
    const parts = await Promise.all(groups.map(({ key }) => groupStateOf(records, key)));
    assert.deepEqual(
      groups.map(({ record }, index) => [record.broken, parts[index] !== undefined]).sort(),
      [
        [false, true],
        [false, true],
        [false, true],
        [true, false],
      ],
    );
    for (const state of parts)
      if (state) assert.ok((await mls.encrypt(state, new Uint8Array(1))).message.length > 0);
  });

  test("a request that nobody opened stays apart, and is known again", async () => {
    const store = await storeOf(3);
    const profile = await open(store);
    const records = new Records(store);
    const hidden = (await records.pointers("threads")).filter(({ key }) => key.startsWith("?"));
    assert.equal(hidden.length, 1);
    const message = await records.get("messages", hidden[0]?.text ?? "");
    assert.equal(message?.text, "from somebody nobody opened yet");
    assert.deepEqual([message?.conversation, message?.senderAccountId.length], ["", 32]);
    assert.equal(await records.pointer("messageIds", message?.id ?? ""), hidden[0]?.text);
    assert.deepEqual(await profile.conversations.history(stranger as PhoneNumber), []);
    const found = await profile.conversations.search("nobody opened", { limit: 10 });
    assert.deepEqual(found.texts, []);
  });

  test("what was not understood waits for a version that understands more", async () => {
    const store = await storeOf(3);
    await migrate(store, readingOf(mls));
    const records = new Records(store);
    const unapplied = await records.pointers("unapplied");
    assert.equal(unapplied.length, 1);
    assert.deepEqual([unapplied[0]?.text], await records.keys("kept"));
    assert.equal((await records.get("profile", "state"))?.contentVersion, 1);
  });
});

describe("of a profile of format 4", () => {
  test("each text that is on its way has a delivery for each device, by which it is asked about", async () => {
    const store = await storeOf(4);
    const before = await store.list("awaited");
    await open(store);
    const records = new Records(store);
    const held = await awaitedDeliveries(records);
    assert.ok(held.length > 1 && held.length === before.length);
    for (const { key, record } of held) {
      assert.equal(record.state, DeliveryState.HELD);
      assert.deepEqual([record.ticket.length, record.$unknown?.length ?? 0], [16, 0]);
      assert.equal((await records.get("messages", nameOfDelivery(key).text))?.outgoing, true);
      assert.equal(await records.pointer("awaited", hex(envelopeIdOf(record.secret))), key);
    }
    const sealed = await sealedOf(records);
    assert.equal((await records.list("deliveries")).length, held.length + sealed.length);
    for (const { record } of sealed) {
      const [delivery] = await deliveriesOf(records, record.text, hex(record.accountId));
      assert.equal(delivery?.record.state, DeliveryState.SEALED);
    }
  });

  test("its people have all devices that their manifests name, and its groups say who is in them", async () => {
    const store = await storeOf(4);
    const profile = await open(store);
    const records = new Records(store);
    const devicesOf = new Map<string, string[]>();
    for (const { key, record } of await records.list("people")) {
      assert.deepEqual(
        record.devices.map(({ signatureKey }) => signatureKey.length),
        [32],
      );
      devicesOf.set(
        key,
        record.devices.map(({ deviceId }) => hex(deviceId)),
      );
    }
    const groups = await records.list("groups");
    assert.ok(groups.some(({ record }) => !record.broken));
    for (const { record } of groups.filter(({ record: { broken } }) => !broken)) {
      const members = record.members.map(hex);
      assert.equal(members.length, 2);
      assert.ok(members.some((id) => devicesOf.get(hex(record.accountId))?.includes(id)));
    }
    // What could be written to before is: no text of an earlier format begins a conversation anew.
    const people = await records.list("people");
    const written = people.filter(({ record }) => record.devices.some(hasAddress));
    assert.ok(written.length > 0);
    assert.equal((await profile.account.status()).phase, "on");
  });

  test("what was understood of its contents is as it was", async () => {
    const store = await storeOf(4);
    const state = await new Records(store).get("profile", "state");
    assert.ok(state);
    await new Records(store).commit([put("profile", "state", { ...state, contentVersion: 7 })]);
    await migrate(store, readingOf(mls));
    assert.equal((await new Records(store).get("profile", "state"))?.contentVersion, 7);
  });
});

describe("of a profile of format 5", () => {
  test("each text that was not delivered is found by that, and no other", async () => {
    const store = await storeOf(5);
    await open(store);
    const records = new Records(store);
    const undelivered = await records.pointers("undelivered");
    assert.equal(undelivered.length, 1);
    for (const { key, record } of await records.list("messages"))
      assert.equal(
        undelivered.some(({ text }) => text === key),
        record.state === TextState.NOT_DELIVERED,
      );
  });
});

async function sealedOf(records: Records) {
  return (await records.list("outgoing")).filter(({ record }) => record.text !== "");
}
