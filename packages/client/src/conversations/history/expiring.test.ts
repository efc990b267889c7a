// Texts that are to be gone some time: at that time, not before it, and all of them, whatever happens to the program meanwhile.
import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { AssentError, ContentSchema, type PhoneNumber } from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import { TimersForTests } from "../../clock/timers-for-tests.ts";
import { areas, type TableName } from "../../store/areas.ts";
import { Commits } from "../../store/commits.ts";
import { Records } from "../../store/records.ts";
import { createMemoryStore, type StoreForTests } from "../../store/store-for-tests.ts";
import { Conversations } from "./conversations.ts";
import { Expiring } from "./expiring.ts";
import { expiryOf } from "./expiry.ts";
import { receivedText } from "./messages.ts";

const anna = "+4915123456789" as PhoneNumber;
const begin = 1_800_000_000_250;
const minute = 60_000;
let nowMs: number;
let store: StoreForTests;
let timers: TimersForTests;
let records: Records;
let conversations: Conversations;
let expiring: Expiring;
let isRefusing: boolean;
let received: number;

beforeEach(async () => {
  nowMs = begin;
  received = 0;
  isRefusing = false;
  store = createMemoryStore();
  await open();
});

/** As a program that starts over what is stored. */
async function open(): Promise<void> {
  timers = new TimersForTests();
  const commits = new Commits();
  const commit: StoreForTests["commit"] = async (changes) => {
    if (isRefusing) throw new AssentError("storage_failed");
    await store.commit(changes);
  };
  records = new Records({ ...store, commit }, (changes) => commits.tell(changes));
  conversations = new Conversations({
    records,
    now: () => nowMs,
    hasConsent: () => false,
    kick: () => undefined,
  });
  expiring = new Expiring({ records, now: () => nowMs, timers });
  await expiring.run();
  commits.watch((changes) => expiring.stored(changes));
}

/** A text whose sender wants it gone after so many seconds. */
async function receive(words: string, seconds?: number, afterRead = false): Promise<void> {
  received += 1;
  const content = create(ContentSchema, seconds ? { expires: { seconds, afterRead } } : {});
  const id = String(received).padStart(64, "0");
  const fields = { id, number: anna, text: words, sentAtMs: BigInt(nowMs) };
  await records.step(async (step) =>
    step.add(await receivedText(step, { ...fields, ...expiryOf(content, BigInt(nowMs)) }, nowMs)),
  );
  await done();
}

/** What was begun by a clock or a commit is done, or was refused with what was asked for beside it. */
async function done(): Promise<void> {
  for (let steps = 0; steps < 10; steps++)
    await records.step(async () => undefined).catch(() => undefined);
}

async function pass(milliseconds: number): Promise<void> {
  nowMs += milliseconds;
  timers.pass(milliseconds);
  await done();
}

const thread = async () => (await conversations.page(anna, { limit: 1_000 })).texts;
const words = async () => (await thread()).map(({ text }) => text);

describe("a text that expires", () => {
  test("is there until its time, says when that is, and is gone at the next second", async () => {
    await receive("stays");
    await receive("goes", 60);
    const [stays, goes] = await thread();
    assert.deepEqual([stays?.expiresAt, goes?.expiresAt], [undefined, new Date(begin + minute)]);
    await pass(minute);
    assert.deepEqual(await words(), ["stays", "goes"]);
    await pass(750);
    assert.deepEqual(await words(), ["stays"]);
    assert.equal(timers.set, 0);
  });

  test("leaves nothing that says what was in it, and is found no more", async () => {
    await receive("stays here");
    await receive("goes away", 60);
    assert.equal((await conversations.search("away", { limit: 5 })).texts.length, 1);
    await pass(2 * minute);
    assert.deepEqual((await conversations.search("away", { limit: 5 })).texts, []);
    const seen = new Set<string>();
    for (const table of Object.keys(areas) as TableName[])
      for (const { value } of await store.list(table))
        for (const word of ["here", "away"]) if (Buffer.from(value).includes(word)) seen.add(word);
    assert.deepEqual([...seen], ["here"]);
    assert.equal((await conversations.summary(anna))?.newest?.text, "stays here");
  });

  test("is deleted by the next start where its time came meanwhile, and not before it", async () => {
    await receive("goes", 60);
    await expiring.stop();
    nowMs += minute - 1;
    await open();
    assert.deepEqual(await words(), ["goes"]);
    await expiring.stop();
    nowMs += minute;
    await open();
    assert.deepEqual(await words(), []);
  });

  test("stays while the clock is behind, however long that is", async () => {
    await receive("goes", 60);
    nowMs -= 10 * minute;
    timers.pass(60 * minute);
    await done();
    assert.deepEqual(await words(), ["goes"]);
    nowMs += 12 * minute;
    timers.pass(15 * minute);
    await done();
    assert.deepEqual(await words(), []);
  });

  test("goes within a quarter of an hour where the clock was set ahead of its time", async () => {
    await receive("goes", 86_400);
    nowMs += 1_500 * minute;
    timers.pass(15 * minute - 1);
    await done();
    assert.deepEqual(await words(), ["goes"]);
    timers.pass(1);
    await done();
    assert.deepEqual(await words(), []);
  });

  test("goes before one that came earlier and expires later", async () => {
    await receive("later", 600);
    await receive("sooner", 60);
    await pass(2 * minute);
    assert.deepEqual(await words(), ["later"]);
    await pass(10 * minute);
    assert.deepEqual(await words(), []);
  });

  test("goes with all others that are due, in steps", async () => {
    for (let count = 0; count < 250; count++) await receive(`${count}`, 60);
    await receive("later", 600);
    assert.equal((await thread()).length, 251);
    await pass(2 * minute);
    assert.deepEqual(await words(), ["later"]);
    const most = store.commits.map(
      (changes) => changes.filter(({ table, value }) => table === "expiring" && !value).length,
    );
    assert.equal(Math.max(...most), 100);
  });

  test("is tried again where the store deletes nothing", async () => {
    await receive("goes", 60);
    isRefusing = true;
    await pass(2 * minute);
    assert.deepEqual(await words(), ["goes"]);
    isRefusing = false;
    await pass(15 * minute);
    assert.deepEqual(await words(), []);
  });

  test("is deleted by its owner before that, with what waits for its time", async () => {
    await receive("goes", 60);
    const [shown] = await thread();
    await conversations.deleteText(anna, shown?.key ?? "");
    assert.deepEqual(await records.keys("expiring"), []);
  });
});

describe("a text that expires after it was read", () => {
  test("waits for that, and is gone so long after the first time", async () => {
    await receive("goes", 60, true);
    await pass(60 * minute);
    const [unread] = await thread();
    assert.deepEqual([unread?.text, unread?.expiresAt], ["goes", undefined]);
    await conversations.markRead(anna);
    await done();
    const until = (await thread())[0]?.expiresAt;
    assert.deepEqual(until, new Date(nowMs + minute));
    await pass(minute / 2);
    await conversations.markUnread(anna);
    await conversations.markRead(anna);
    assert.deepEqual((await thread())[0]?.expiresAt, until);
    await pass(minute / 2 + 1_000);
    assert.deepEqual(await words(), []);
  });

  test("and none that never expires begins to", async () => {
    await receive("stays");
    await receive("of no time", 0, true);
    await conversations.markRead(anna);
    await pass(60 * minute);
    assert.deepEqual(await words(), ["stays", "of no time"]);
  });
});
