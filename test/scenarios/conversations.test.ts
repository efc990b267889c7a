// What an app shows of the owner's conversations: the list, what is unread, pages of a thread, search, safety numbers,
// read receipts. All from this device; only what the owner consented to leaves it.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ProfileChange, Store } from "@assent/client";
import { hex, type PhoneNumber, sha256 } from "@assent/protocol";
import {
  type MemoryPhone,
  offline,
  phonesOn,
  receiveNow,
  sendAgainNow,
  sendNow,
} from "../memory-phone.ts";
import { TestServer } from "../network.ts";

const annasNumber = "+4915123456701" as PhoneNumber;
const bensNumber = "+4915123456702" as PhoneNumber;
const stranger = "+4915123456703" as PhoneNumber;

async function twoPhones(context: Parameters<typeof TestServer.start>[0]) {
  const server = await TestServer.start(context);
  const [anna, ben] = await phonesOn(server, [annasNumber, bensNumber]);
  return { anna: anna as MemoryPhone, ben: ben as MemoryPhone };
}

const summaryOf = (phone: MemoryPhone, number: PhoneNumber) =>
  phone.run((profile) => profile.conversations.summary(number));

const statesOf = (phone: MemoryPhone, number: PhoneNumber) =>
  phone.run(async (profile) =>
    (await profile.conversations.page(number, { limit: 10 })).texts.map(({ state }) => state),
  );

test("the list has the newest text, what is unread, and the same local id for good", async (context) => {
  const { anna, ben } = await twoPhones(context);
  await anna.send(ben, "one");
  await anna.send(ben, "two");
  await ben.texts();
  const summary = await summaryOf(ben, annasNumber);
  assert.equal(summary?.unread, 2);
  assert.equal(summary.newest?.text, "two");
  assert.match(summary.id, /^[0-9a-f]{16}$/);
  await ben.run((profile) => profile.conversations.markRead(annasNumber));
  const read = await summaryOf(ben, annasNumber);
  assert.equal(read?.unread, 0);
  assert.equal(read.id, summary.id);
  // One's own text is not unread, and its conversation comes first.
  await ben.run((profile) => profile.conversations.start(stranger));
  await ben.send(anna, "back");
  const list = await ben.run((profile) => profile.conversations.list());
  assert.deepEqual(
    list.map(({ number, unread }) => [number, unread]),
    [
      [annasNumber, 0],
      [stranger, 0],
    ],
  );
});

test("reading is told only with the owner's consent, and then as read", async (context) => {
  const { anna, ben } = await twoPhones(context);
  await ben.send(anna, "hello");
  await anna.texts();
  await anna.send(ben, "silent");
  await ben.texts();
  await ben.run((profile) => profile.conversations.markRead(annasNumber));
  await ben.events();
  await anna.events();
  assert.deepEqual(await statesOf(anna, bensNumber), ["received", "delivered"]);

  await ben.run((profile) => profile.account.setPurpose("receipts", true));
  await anna.send(ben, "told");
  await ben.texts();
  await ben.run((profile) => profile.conversations.markRead(annasNumber));
  await ben.events();
  await anna.events();
  assert.deepEqual(await statesOf(anna, bensNumber), ["received", "delivered", "read"]);

  // Read while it was allowed, and taken back before it was told: nobody is.
  await anna.send(ben, "silent again");
  await ben.texts();
  await ben.run(
    async (profile) => {
      await profile.conversations.markRead(annasNumber);
      await profile.account.setPurpose("receipts", false);
    },
    { network: offline },
  );
  await ben.events();
  await anna.events();
  assert.equal((await statesOf(anna, bensNumber)).at(-1), "delivered");
  await anna.send(ben, "and again");
  await ben.texts();
  await ben.run((profile) => profile.conversations.markRead(annasNumber));
  await ben.events();
  await anna.events();
  assert.equal((await statesOf(anna, bensNumber)).at(-1), "delivered");
});

test("a thread is read from its newest text on, page by page", async (context) => {
  const { anna } = await twoPhones(context);
  await anna.run(async (profile) => {
    for (let index = 0; index < 7; index += 1)
      await profile.conversations.receiveSms(stranger, `sms ${index}`, index);
    const newest = await profile.conversations.page(stranger, { limit: 3 });
    assert.deepEqual(
      newest.texts.map(({ text }) => text),
      ["sms 4", "sms 5", "sms 6"],
    );
    assert.ok(newest.more);
    const before = newest.texts[0]?.key as string;
    const older = await profile.conversations.page(stranger, { limit: 4, before });
    assert.deepEqual(
      older.texts.map(({ text }) => text),
      ["sms 0", "sms 1", "sms 2", "sms 3"],
    );
    assert.ok(!older.more);
  });
});

test("search finds words whatever their case and accents, newest first", async (context) => {
  const { anna } = await twoPhones(context);
  await anna.run(async (profile) => {
    await profile.conversations.receiveSms(stranger, "Café au Lait", 1);
    await profile.conversations.receiveSms(stranger, "nothing of that", 2);
    await profile.conversations.receiveSms(bensNumber, "lait, CAFE", 3);
    const found = await profile.conversations.search("cafe lait", { limit: 10 });
    assert.deepEqual(
      found.texts.map(({ text }) => text),
      ["lait, CAFE", "Café au Lait"],
    );
    assert.equal(found.before, undefined);
    assert.deepEqual((await profile.conversations.search("  ", { limit: 10 })).texts, []);
  });
});

test("both read the same safety number, and a comparison ends with the key it was made for", async (context) => {
  const { anna, ben } = await twoPhones(context);
  await anna.send(ben, "hello");
  await ben.texts();
  await ben.send(anna, "back");
  await anna.texts();
  const annas = await anna.run((profile) => profile.people.view(bensNumber));
  const bens = await ben.run((profile) => profile.people.view(annasNumber));
  assert.deepEqual(annas.safetyNumber, bens.safetyNumber);
  assert.equal(annas.safetyNumber?.length, 12);
  assert.equal(annas.compared, false);
  await anna.run((profile) => profile.people.setCompared(bensNumber, true));
  assert.equal((await summaryOf(anna, bensNumber))?.compared, true);

  // Ben leaves and joins again: another key.
  await ben.run((profile) => profile.account.turnOff());
  const server = (await anna.run((profile) => profile.account.status())).server as string;
  await ben.run(async (profile) => {
    await profile.account.turnOn(bensNumber, server, ["service"]);
    const answer = await fetch(`${server}/sms/messages?to=${encodeURIComponent(bensNumber)}`);
    const messages = (await answer.json()) as { text: string }[];
    await profile.account.verify(/\b\d{6}\b/.exec(messages.at(-1)?.text ?? "")?.[0] as string);
  });
  await anna.run((profile) => profile.people.check(bensNumber));
  const changed = await summaryOf(anna, bensNumber);
  assert.equal(changed?.keyChanged, true);
  assert.equal(changed?.compared, false, "whoever has the number now was compared with nobody");
  await anna.run((profile) => profile.people.acceptNewKey(bensNumber));
  const accepted = await summaryOf(anna, bensNumber);
  assert.equal(accepted?.keyChanged, false);
  assert.equal(accepted?.compared, false);
});

test("what changed is announced with the numbers and texts it concerns, and requests are not", async (context) => {
  const { anna, ben } = await twoPhones(context);
  await anna.send(ben, "hello");
  const changes: ProfileChange[] = [];
  await ben.run(async (profile) => {
    const end = profile.watch((change) => changes.push(change));
    await receiveNow(profile);
    end();
    await profile.conversations.setDraft(annasNumber, "not announced");
  });
  const keys = changes.flatMap(({ texts }) => texts.get(annasNumber) ?? []);
  const texts = await ben.run((profile) =>
    profile.conversations.texts(annasNumber, [...new Set(keys)]),
  );
  assert.deepEqual(
    texts.map(({ text }) => text),
    ["hello"],
  );
  assert.equal((await summaryOf(ben, annasNumber))?.draft, "not announced");
});

test("a text that was not delivered is sent again as the same message", async (context) => {
  const { anna, ben } = await twoPhones(context);
  await anna.run((profile) => profile.people.block(bensNumber));
  await anna.run((profile) => profile.people.unblock(bensNumber));
  await anna.send(ben, "first");
  await ben.texts();
  await ben.run((profile) => profile.account.turnOff());
  await assert.rejects(anna.send(ben, "lost"), { code: "gone" });
  await anna.run(async (profile) => {
    const { texts } = await profile.conversations.page(bensNumber, { limit: 1 });
    assert.equal(texts[0]?.state, "not-delivered");
    const key = texts[0]?.key as string;
    await assert.rejects(sendAgainNow(profile, key), { code: "not_private" });
    await profile.conversations.deleteText(bensNumber, key);
    assert.equal((await profile.conversations.summary(bensNumber))?.newest?.text, "first");
    const after = await profile.conversations.page(bensNumber, { limit: 10 });
    assert.deepEqual(
      after.texts.map(({ text }) => text),
      ["first"],
    );
  });
});

test("the ledger is read in pages, summed up, and cleared; nothing stands in it before the first yes", async (context) => {
  const { anna } = await twoPhones(context);
  await anna.run(async (profile) => {
    const all = await profile.ledger.lines();
    const totals = await profile.ledger.totals();
    assert.equal(totals.items, all.length);
    assert.equal(
      totals.bytes,
      all.reduce((bytes, { size }) => bytes + size, 0),
    );
    assert.equal(totals.beforeConsent, 0);
    const newest = await profile.ledger.page({ limit: 2 });
    assert.deepEqual(
      newest.lines.map(({ key }) => key).reverse(),
      all.slice(-2).map(({ key }) => key),
    );
    assert.ok(newest.more);
    await profile.ledger.clear();
    assert.deepEqual(await profile.ledger.lines(), []);
    assert.equal((await profile.ledger.totals()).items, 0);
  });
});

test("two who start at the same moment write in one group from then on", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben] = await phonesOn(server, [annasNumber, bensNumber]);
  assert.ok(anna && ben);
  await Promise.all([anna.send(ben, "from Anna"), ben.send(anna, "from Ben")]);
  assert.deepEqual([await anna.texts(), await ben.texts()], [["from Ben"], ["from Anna"]]);
  const [annas, bens] = [await writtenIn(anna, ben), await writtenIn(ben, anna)];
  assert.equal(annas.known, 2, "both began one");
  assert.equal(annas.groups.length, 1);
  assert.deepEqual(annas, bens);
});

test("a text is three commits: taken and sealed, noted, and answered; 64 that waited are three together", async (context) => {
  const { anna, ben } = await twoPhones(context);
  await anna.send(ben, "so that they know each other");
  await ben.texts();
  await ben.send(anna, "hello");
  await anna.texts();
  let commits = 0;
  const counting = (store: Store): Store => ({
    get: (table, key) => store.get(table, key),
    list: (table, range) => store.list(table, range),
    commit: (changes) => {
      commits += 1;
      return store.commit(changes);
    },
    close: () => store.close(),
  });
  await anna.run(
    async (profile) => {
      await sendNow(profile, bensNumber, "opens the connection");
      commits = 0;
      assert.equal((await sendNow(profile, bensNumber, "alone")).state, "sent");
      assert.equal(commits, 3);
    },
    { store: counting },
  );
  const all = Array.from({ length: 64 }, (_, index) => `waited ${index}`);
  await anna.run(
    async (profile) => {
      await Promise.all(all.map((text) => profile.texts.send(bensNumber, text)));
    },
    { network: offline },
  );
  await anna.run(
    async (profile) => {
      commits = 0;
      await profile.texts.flush();
      // One more notes that a connection was opened: nothing is sealed before there is one.
      assert.equal(commits, 3 + 1);
    },
    { store: counting },
  );
  assert.deepEqual(await ben.texts(), ["opens the connection", "alone", ...all]);
});

/** Whose keys a text uses, of the groups that a phone knows. */
async function writtenIn(from: MemoryPhone, to: MemoryPhone) {
  const states = async () => {
    let rows: readonly { readonly key: string; readonly value: Uint8Array }[] = [];
    await from.withStore(async (store) => {
      rows = await store.list("groupParts");
    });
    const ratchets = rows.filter(({ key }) => key.endsWith("/ratchets"));
    return new Map(ratchets.map(({ key, value }) => [key, hex(sha256(value))]));
  };
  const before = await states();
  await from.send(to, "one more");
  const after = await states();
  const groups = [...after].flatMap(([key, state]) => (before.get(key) === state ? [] : [key]));
  return { known: after.size, groups };
}
