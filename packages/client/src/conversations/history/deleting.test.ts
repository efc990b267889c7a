// What is deleted here is gone from this device, with all that told what was in it; what comes again is not new.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { hex, type PhoneNumber, randomBytes, utf8 } from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import type { TableName } from "../../store/areas.ts";
import { shownChange } from "../../store/changes.ts";
import { KeptContentSchema, point, put, Records, TextState } from "../../store/records.ts";
import { createMemoryStore, type StoreForTests } from "../../store/store-for-tests.ts";
import { Conversations } from "./conversations.ts";
import { changedText, receivedText, smsText } from "./messages.ts";
import { Showing } from "./showing.ts";

const [ben, anna] = ["+33612345678", "+4915123456789"] as [PhoneNumber, PhoneNumber];
const nowMs = 1_800_000_000_000;
let store: StoreForTests;
let records: Records;
let conversations: Conversations;
let announced: string[];
/** Done once, as soon as something is stored. */
let meanwhile: (() => void) | undefined;

beforeEach(async () => {
  store = createMemoryStore();
  announced = [];
  meanwhile = undefined;
  records = new Records(store, (changes) => {
    announced.push(...(shownChange(changes)?.texts.get(ben) ?? []));
    const due = meanwhile;
    meanwhile = undefined;
    due?.();
  });
  conversations = new Conversations({
    records,
    now: () => nowMs,
    hasConsent: () => false,
    kick: () => undefined,
  });
});

/** A text that came in a body of a later version. Returns its message id. */
async function came(number: PhoneNumber, text: string): Promise<string> {
  const id = hex(randomBytes(32));
  const content = utf8(`content of ${text}`);
  const kept = create(KeptContentSchema, { encoded: { case: "content", value: content } });
  const fields = { id, number, text, sentAtMs: BigInt(nowMs), contentEncoded: content };
  await records.step(async (step) =>
    step.add([...(await receivedText(step, fields, nowMs)), put("kept", `m${id}`, kept)]),
  );
  return id;
}

async function holds(word: string): Promise<boolean> {
  const tables = new Set(store.commits.flat().map(({ table }): TableName => table));
  const rows = await Promise.all([...tables].map((table) => store.list(table)));
  return rows.flat().some(({ value }) => Buffer.from(value).includes(word));
}

const shown = async () => (await conversations.history(ben)).map(({ text }) => text);

test("a deleted text is gone, and the one before it is the newest", async () => {
  await came(ben, "first of two");
  const id = await came(ben, "second of two");
  const key = (await conversations.summary(ben))?.newest?.key ?? "";
  announced = [];
  assert.equal(await holds("second of two"), true);
  await conversations.deleteText(ben, key);
  assert.deepEqual(await shown(), ["first of two"]);
  assert.equal((await conversations.summary(ben))?.newest?.text, "first of two");
  assert.equal(await holds("second of two"), false);
  assert.deepEqual(announced, [key]);
  // Known again, and the next one has a key of its own, in a program that was started anew too.
  assert.equal(await records.pointer("messageIds", id), key);
  const next = await new Records(store).step((step) => step.nextKey("messages"));
  assert.ok(next > key);
});

test("one of somebody else's conversation is not deleted", async () => {
  await came(anna, "not Ben's");
  await came(ben, "Ben's");
  const key = (await conversations.summary(anna))?.newest?.key ?? "";
  await conversations.deleteText(ben, key);
  const [left] = await conversations.history(anna);
  assert.equal(left?.text, "not Ben's");
});

test("one that waits to be sealed is not sent, and what becomes of one that was is not shown", async () => {
  const sent = await records.step(async (step) => {
    const text = await smsText(step, ben, "on its way", nowMs, TextState.SENT);
    step.add([...text.changes, point("queue", text.key, text.key)]);
    return text.key;
  });
  await conversations.deleteText(ben, sent);
  assert.deepEqual(await records.pointers("queue"), []);
  await records.step(async (step) => {
    const message = await step.get("messages", sent);
    assert.ok(message);
    step.add(await changedText(step, sent, message, TextState.DELIVERED));
  });
  assert.equal((await new Showing(records).next())?.events.length, 0);
});

test("a cleared conversation keeps its place, draft and settings, and no text", async () => {
  for (let count = 0; count < 1_200; count += 1) await came(ben, `planted ${count}`);
  await came(anna, "kept with Anna");
  await conversations.setDraft(ben, "half a sentence");
  await conversations.setPinned(ben, true);
  await conversations.clear(ben);
  assert.deepEqual(await shown(), []);
  assert.equal(await holds("planted"), false);
  const { draft, pinned, newest } = (await conversations.summary(ben)) ?? {};
  assert.deepEqual([draft, pinned, newest], ["half a sentence", true, undefined]);
  assert.equal(await holds("kept with Anna"), true);
  await came(ben, "the next");
  assert.deepEqual(await shown(), ["the next"]);
});

test("a deleted conversation is gone from the list, and begins anew with what comes next", async () => {
  await came(ben, "planted");
  await conversations.setDraft(ben, "half a sentence");
  const before = await conversations.summary(ben);
  await conversations.delete(ben);
  assert.deepEqual(await conversations.list(), []);
  assert.equal(await conversations.summary(ben), undefined);
  assert.deepEqual([await holds("planted"), await holds("half a sentence")], [false, false]);
  assert.equal(await records.pointer("conversationIds", ben), undefined);
  await came(ben, "anew");
  const after = await conversations.summary(ben);
  assert.deepEqual([after?.newest?.text, after?.draft, after?.unread], ["anew", "", 1]);
  assert.notEqual(after?.id, before?.id);
});

for (const how of ["clear", "delete"] as const)
  test(`what comes while a conversation is to ${how} stays, and the conversation with it`, async () => {
    for (let count = 0; count < 600; count += 1) await came(ben, `planted ${count}`);
    meanwhile = () => void came(ben, "meanwhile");
    await conversations[how](ben);
    assert.deepEqual(await shown(), ["meanwhile"]);
    assert.equal((await conversations.summary(ben))?.newest?.text, "meanwhile");
  });
