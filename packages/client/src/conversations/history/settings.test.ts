// What the owner settles of a conversation: where it stands in the list, what of it is announced, and that it says so.
import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import type { PhoneNumber } from "@assent/protocol";
import { shownChange } from "../../store/changes.ts";
import { Commits } from "../../store/commits.ts";
import { Records, TextState } from "../../store/records.ts";
import type { Store } from "../../store/store.ts";
import { createMemoryStore } from "../../store/store-for-tests.ts";
import { Conversations } from "./conversations.ts";
import { receivedText, smsText } from "./messages.ts";

const [anna, ben, carl] = ["+4915123456789", "+33612345678", "+447400123456"] as [
  PhoneNumber,
  PhoneNumber,
  PhoneNumber,
];
const hour = 3_600_000;
let nowMs: number;
let records: Records;
let conversations: Conversations;
let announced: PhoneNumber[];
let kicks: number;
/** Keys of rows that were asked for one by one. */
let asked: string[];

beforeEach(async () => {
  nowMs = 1_800_000_000_000;
  announced = [];
  kicks = 0;
  asked = [];
  const commits = new Commits();
  const store = createMemoryStore();
  const get: Store["get"] = (table, key) => {
    asked.push(key);
    return store.get(table, key);
  };
  records = new Records({ ...store, get }, (changes) => commits.tell(changes));
  conversations = new Conversations({
    records,
    now: () => nowMs,
    hasConsent: () => true,
    kick: () => {
      kicks += 1;
    },
  });
  for (const number of [anna, ben, carl]) await receive(number, "hello");
  commits.watch((changes) => announced.push(...(shownChange(changes)?.numbers ?? [])));
});

function receive(number: PhoneNumber, text: string): Promise<void> {
  nowMs += 1;
  return conversations.receiveSms(number, text, nowMs);
}

const listed = async () => (await conversations.list()).map(({ number }) => number);

test("a pinned one stands above the others, in the order in which they were pinned", async () => {
  assert.deepEqual(await listed(), [carl, ben, anna]);
  await conversations.setPinned(anna, true);
  nowMs += 1;
  await conversations.setPinned(ben, true);
  await receive(carl, "newer than all");
  assert.deepEqual(await listed(), [anna, ben, carl]);
  assert.equal((await conversations.summary(anna))?.pinned, true);
  await conversations.setPinned(anna, false);
  assert.deepEqual(await listed(), [ben, carl, anna]);
});

test("the top of the list is as the list, those put aside last, and no text of any other is read", async () => {
  await conversations.setPinned(anna, true);
  await conversations.setArchived(carl, true);
  const texts = new Map<PhoneNumber, string | undefined>();
  for (const { number, newest } of await conversations.list()) texts.set(number, newest?.key);
  asked = [];
  const { conversations: two, archived } = await conversations.top(2);
  assert.deepEqual(
    two.map(({ number }) => number),
    [anna, ben],
  );
  assert.equal(archived, 1);
  assert.ok(asked.includes(texts.get(ben) as string));
  assert.ok(!asked.includes(texts.get(carl) as string));
  const all = (await conversations.top(9)).conversations;
  assert.deepEqual(
    all.map(({ number }) => number),
    [anna, ben, carl],
  );
  assert.ok(asked.includes(texts.get(carl) as string));
});

describe("one that was put aside", () => {
  const isArchived = async () => (await conversations.summary(ben))?.archived;

  test("is back with the next text", async () => {
    await conversations.setArchived(ben, true);
    await receive(anna, "somebody else");
    assert.equal(await isArchived(), true);
    await receive(ben, "here I am");
    assert.equal(await isArchived(), false);
  });

  test("is back with a text of the owner's", async () => {
    await conversations.setArchived(ben, true);
    await records.step(async (step) => {
      step.add((await smsText(step, ben, "from me", nowMs, TextState.SENT)).changes);
    });
    assert.equal(await isArchived(), false);
  });

  test("stays there while it is muted", async () => {
    await conversations.setArchived(ben, true);
    await conversations.setMuted(ben, new Date(nowMs + hour));
    await receive(ben, "unheard");
    assert.equal(await isArchived(), true);
    nowMs += hour;
    await receive(ben, "heard");
    assert.equal(await isArchived(), false);
  });
});

describe("one that is muted", () => {
  const muting = async () => {
    const { muted, mutedUntil } = (await conversations.summary(ben)) ?? {};
    return [muted, mutedUntil?.getTime()];
  };

  test("for a time is again announced when that is over", async () => {
    const until = nowMs + hour;
    await conversations.setMuted(ben, new Date(until));
    assert.deepEqual(await muting(), [true, until]);
    nowMs = until - 1;
    assert.deepEqual(await muting(), [true, until]);
    nowMs = until;
    assert.deepEqual(await muting(), [false, undefined]);
  });

  test("until a date that is none is refused, and stays as it was", async () => {
    await conversations.setMuted(ben, true);
    const never = new Date(Number.NaN);
    await assert.rejects(conversations.setMuted(ben, never), { code: "request_invalid" });
    assert.deepEqual(await muting(), [true, undefined]);
  });

  test("for good says no time, and counts what comes all the same", async () => {
    await conversations.setMuted(ben, true);
    await receive(ben, "counted");
    assert.deepEqual(await muting(), [true, undefined]);
    assert.equal((await conversations.summary(ben))?.unread, 2);
    await conversations.setMuted(ben, false);
    assert.deepEqual(await muting(), [false, undefined]);
  });
});

test("one is marked unread until it is marked read, and nobody is told of either", async () => {
  const accountId = new Uint8Array(32).fill(0xbe);
  const fields = { id: "be".repeat(32), number: ben, text: "private", sentAtMs: BigInt(nowMs) };
  await records.step(async (step) =>
    step.add(await receivedText(step, { ...fields, senderAccountId: accountId }, nowMs)),
  );
  await conversations.markRead(ben);
  // Of having read what came they are.
  assert.equal(kicks, 1);
  await conversations.markUnread(ben);
  const { markedUnread, unread } = (await conversations.summary(ben)) ?? {};
  assert.deepEqual([markedUnread, unread], [true, 0]);
  await conversations.markRead(ben);
  assert.equal((await conversations.summary(ben))?.markedUnread, false);
  assert.equal(kicks, 1);
});

test("each of these is announced, of that number alone", async () => {
  await conversations.setPinned(ben, true);
  await conversations.setArchived(ben, true);
  await conversations.setMuted(ben, true);
  await conversations.markUnread(ben);
  await conversations.delete(ben);
  assert.deepEqual([...new Set(announced)], [ben]);
  assert.ok(announced.length >= 5);
});

describe("one that was opened and never used", () => {
  const dora = "+4915120000099" as PhoneNumber;
  const isListed = async () => (await listed()).includes(dora);

  beforeEach(() => conversations.start(dora));

  test("is forgotten", async () => {
    assert.ok(await isListed());
    await conversations.forgetUnused(dora);
    assert.equal(await isListed(), false);
    await conversations.forgetUnused(dora);
    assert.deepEqual(announced, [dora, dora]);
  });

  const uses: readonly [string, () => Promise<void>][] = [
    ["a text", () => receive(dora, "hello")],
    ["a draft", () => conversations.setDraft(dora, "half a thought")],
    ["a place of its own", () => conversations.setPinned(dora, true)],
    ["no sound", () => conversations.setMuted(dora, true)],
    ["been put aside", () => conversations.setArchived(dora, true)],
    ["been marked unread", () => conversations.markUnread(dora)],
  ];
  for (const [what, use] of uses) {
    test(`stays once it has ${what}`, async () => {
      await use();
      await conversations.forgetUnused(dora);
      assert.ok(await isListed());
    });
  }
});
