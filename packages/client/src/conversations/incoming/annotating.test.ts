// What is said of another message: shown with it in whatever order it came, believed of whoever may say it, and bounded.
import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import {
  ContentSchema,
  concat,
  conversationIdOfTwo,
  hex,
  type MessageId,
  messageIdOf,
  type PhoneNumber,
  randomBytes,
} from "@assent/protocol";
import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { phoneOn } from "../../account/cell-for-tests.ts";
import { understanding } from "../../content/understanding.ts";
import type { TrustedDevice } from "../../encryption/encryption.ts";
import { areas, type TableName } from "../../store/areas.ts";
import { MessageSchema, type Person, point, put, TextState } from "../../store/records.ts";
import {
  accountIdOfPerson,
  type ConversingForTests,
  conversing,
  friendNumber,
  knownOwner,
} from "../conversing-for-tests.ts";
import { Conversations } from "../history/conversations.ts";
import { Showing } from "../history/showing.ts";
import { Applying } from "./applying.ts";

type ContentInit = MessageInitShape<typeof ContentSchema>;
const sentAtMs = 1_800_000_000_000;

let on: ConversingForTests;
let anna: Person;
let device: TrustedDevice;
let conversations: Conversations;
let applying: Applying;

beforeEach(async () => {
  on = await conversing();
  ({ person: anna, device } = await knownOwner(on.records, on.friend));
  on.clock.nowMs = sentAtMs + 1_000_000;
  conversations = new Conversations({
    records: on.records,
    now: on.parts.now,
    hasConsent: () => true,
    kick: () => undefined,
  });
  applying = new Applying(() => on.self, on.parts.now, understanding);
});

const conversationWith = (by: TrustedDevice) =>
  conversationIdOfTwo(on.self.device.accountId, by.accountId);

/** @param minute after the first text, that it says it was sent. */
function content(fields: ContentInit, minute = 0, by = device): Uint8Array<ArrayBuffer> {
  const init = {
    salt: randomBytes(16),
    sentAtMs: BigInt(sentAtMs + minute * 60_000),
    conversationId: conversationWith(by),
    ...fields,
  };
  return toBinary(ContentSchema, create(ContentSchema, init));
}

const bytes = (id: string) => new Uint8Array(Buffer.from(id, "hex"));
const body = (text: string) => ({ body: { case: "text" as const, value: { text } } });
const text = (words: string, by = device) => content(body(words), 0, by);
const edit = (target: string, words: string, minute = 1, by = device) =>
  content({ ...body(words), replaces: bytes(target) }, minute, by);
const unsent = (target: string, by = device) =>
  content({ body: { case: "unsent", value: {} }, replaces: bytes(target) }, 2, by);
const reaction = (target: string, words: string, minute = 1, by = device) =>
  content(
    { body: { case: "reaction", value: { reaction: words } }, inReplyTo: bytes(target) },
    minute,
    by,
  );
const idOf = (encoded: Uint8Array, by = device): MessageId =>
  messageIdOf(by.accountId, conversationWith(by), encoded);

async function take(encoded: Uint8Array, from = anna, by = device): Promise<void> {
  await on.records.step(async (step) => {
    step.add((await applying.apply(step, from, by, encoded)).changes);
  });
}

async function stranger() {
  const phone = await phoneOn(on.cell, "+447400777777" as PhoneNumber);
  return knownOwner(on.records, phone);
}

/** One of the owner's own, sent to the friend. */
async function ownText(words: string): Promise<MessageId> {
  const id = hex(randomBytes(32)) as MessageId;
  const fields = {
    id,
    number: friendNumber,
    outgoing: true,
    text: words,
    state: TextState.SENT,
    recipientAccountId: accountIdOfPerson(anna),
  };
  await on.records.step(async (step) => {
    const key = await step.nextKey("messages");
    step.add([put("messages", key, create(MessageSchema, fields)), point("messageIds", id, key)]);
  });
  return id;
}

async function stored(id: MessageId) {
  const key = await on.records.pointer("messageIds", id);
  return key ? on.records.get("messages", key) : undefined;
}

const thread = async () => (await conversations.page(friendNumber, { limit: 1_000 })).texts;
const words = async () => (await thread()).map((shown) => shown.text);
const receipts = async () =>
  (await on.records.pointers("receipts")).map(({ text: id }) => id).sort();
const keptOf = async (table: TableName) => (await on.records.keys(table)).length;

async function events(): Promise<string[]> {
  const showing = new Showing(on.records);
  const handed = await showing.next();
  await showing.next(handed);
  return (handed?.events ?? []).flatMap((event) =>
    event.type === "message" ? [event.text.text] : [],
  );
}

describe("a change", () => {
  test("is shown in the place of what its sender said before, and counted", async () => {
    const first = text("hello");
    await take(first);
    await take(text("behind it"));
    await take(edit(idOf(first), "good morning"));
    const [changed, other] = await thread();
    assert.deepEqual(
      [changed?.text, changed?.revision, changed?.id],
      ["good morning", 1, idOf(first)],
    );
    assert.deepEqual([other?.text, other?.revision], ["behind it", undefined]);
    const { texts } = await conversations.search("morning", { limit: 5 });
    assert.equal(texts.length, 1);
    assert.deepEqual((await conversations.search("hello", { limit: 5 })).texts, []);
    assert.equal((await receipts()).length, 3);
    // As it came, still: it is known again by that.
    assert.deepEqual((await stored(idOf(first)))?.contentEncoded, first);
  });

  test("that comes again changes nothing, and an earlier one that comes later neither", async () => {
    const first = text("hello");
    const [second, third] = [edit(idOf(first), "second", 1), edit(idOf(first), "third", 2)];
    for (const encoded of [first, third, second, third, second, first]) await take(encoded);
    const [shown] = await thread();
    assert.deepEqual([shown?.text, shown?.revision], ["third", 2]);
  });

  test("that says it is of a time to come is of when it came", async () => {
    const first = text("hello");
    await take(first);
    await take(edit(idOf(first), "from tomorrow", 100_000));
    on.clock.nowMs += 120_000;
    await take(edit(idOf(first), "after that", 90_000));
    assert.deepEqual(await words(), ["after that"]);
  });

  test("that comes before its message waits for it, and its owner is told once, of the last wording", async () => {
    const first = text("hello");
    await take(edit(idOf(first), "good morning"));
    assert.deepEqual([await words(), await keptOf("waiting")], [[], 1]);
    await take(first);
    assert.deepEqual(
      [await words(), await events(), await keptOf("waiting")],
      [["good morning"], ["good morning"], 0],
    );
    await take(edit(idOf(first), "good evening", 2));
    assert.deepEqual([await words(), await events()], [["good evening"], []]);
  });

  test("is its sender's alone to make", async () => {
    const { person: carl, device: carls } = await stranger();
    const first = text("hello");
    const own = await ownText("from the owner");
    await take(first);
    // Of a conversation of two others; and early, for one that comes only then.
    await take(edit(idOf(first), "from Carl", 1, carls), carl, carls);
    const second = text("hello again");
    await take(edit(idOf(second), "from Carl", 1, carls), carl, carls);
    await take(unsent(idOf(second), carls), carl, carls);
    await take(second);
    assert.deepEqual(await words(), ["hello", "hello again"]);
    assert.deepEqual([await keptOf("waiting"), await keptOf("annotations")], [0, 0]);
    // Of the owner's own text: kept, and without effect.
    await take(edit(own, "from Anna"));
    await take(unsent(own));
    assert.deepEqual(
      [(await stored(own))?.text, await keptOf("annotations")],
      ["from the owner", 2],
    );
    // That it would be seen: their own.
    await take(edit(idOf(first), "from Anna"));
    assert.deepEqual(await words(), ["from Anna", "hello again"]);
  });

  test("past what a text may be is nobody's", async () => {
    const first = text("hello");
    await take(first);
    for (const wrong of ["", "a".repeat(64_001), "a".repeat(1_000_000)])
      await take(edit(idOf(first), wrong));
    await take(content({ ...body("of no message"), replaces: randomBytes(31) }));
    assert.deepEqual([await words(), await keptOf("annotations")], [["hello"], 0]);
    const most = "a".repeat(64_000);
    await take(edit(idOf(first), most));
    assert.deepEqual(await words(), [most]);
  });
});

describe("what is taken back", () => {
  test("leaves a place, and nothing of what was said", async () => {
    const first = text("hello in words");
    await take(first);
    await take(edit(idOf(first), "other words"));
    await take(reaction(idOf(first), "+1"));
    await take(unsent(idOf(first)));
    const [shown] = await thread();
    assert.deepEqual(
      [shown?.text, shown?.unsent, shown?.revision, shown?.reactions, shown?.id],
      ["", true, undefined, undefined, idOf(first)],
    );
    for (const table of Object.keys(areas) as TableName[])
      for (const { value } of await on.phone.store.list(table))
        assert.equal(Buffer.from(value).includes("words"), false, table);
    // For good.
    await take(first);
    await take(edit(idOf(first), "once more", 9));
    assert.deepEqual([await words(), await keptOf("annotations")], [[""], 0]);
  });

  test("is not read again after an update, where it was not understood", async () => {
    // Field 90, which no body of this version has.
    const unknown = concat(content({ fallback: "[a poll]" }), Uint8Array.of(0xd2, 0x05, 1, 1));
    await take(unknown);
    assert.deepEqual([await words(), await keptOf("kept")], [["[a poll]"], 1]);
    await take(unsent(idOf(unknown)));
    assert.deepEqual([await words(), await keptOf("kept")], [[""], 0]);
    const late = concat(content({ fallback: "[a plan]" }), Uint8Array.of(0xd2, 0x05, 1, 1));
    await take(unsent(idOf(late)));
    await take(late);
    assert.deepEqual([await words(), await keptOf("kept")], [["", ""], 0]);
  });

  test("before it came is told to nobody, and receipted", async () => {
    const first = text("hello");
    await take(unsent(idOf(first)));
    await take(first);
    assert.deepEqual([await words(), await events()], [[""], []]);
    assert.equal((await receipts()).length, 2);
    assert.deepEqual((await conversations.search("hello", { limit: 5 })).texts, []);
  });
});

describe("a reaction", () => {
  test("stands beside the text, of each account the last", async () => {
    const first = text("hello");
    const own = await ownText("from the owner");
    await take(first);
    for (const encoded of [reaction(own, "\u{1f44d}", 1), reaction(own, "\u2764\ufe0f", 3)])
      await take(encoded);
    await take(reaction(own, "\u{1f602}", 2));
    const by = hex(device.accountId);
    const of = async () =>
      (await stored(own))?.reactions.map((each) => [hex(each.accountId), each.reaction]);
    assert.deepEqual(await of(), [[by, "\u2764\ufe0f"]]);
    await take(reaction(own, "", 4));
    assert.deepEqual(await of(), []);
    await take(reaction(idOf(first), "\u{1f44d}"));
    assert.deepEqual((await thread())[0]?.reactions, [{ by, reaction: "\u{1f44d}" }]);
    assert.deepEqual(await events(), ["hello"]);
  });

  test("that reorders what is beside it, breaks its line or is too long is nobody's", async () => {
    const first = text("hello");
    await take(first);
    for (const wrong of ["\u202eolleh", "a\nb", "\u2028", "\u200b", "x".repeat(65)])
      await take(reaction(idOf(first), wrong));
    assert.deepEqual([(await thread())[0]?.reactions, await keptOf("annotations")], [undefined, 0]);
    await take(reaction(idOf(first), "x".repeat(64)));
    assert.equal((await thread())[0]?.reactions?.length, 1);
  });
});

describe("of what is said without end", () => {
  test("of messages that never come, the last 64 of an account are kept", async () => {
    const { person: carl, device: carls } = await stranger();
    await take(reaction(hex(randomBytes(32)), "+1", 1, carls), carl, carls);
    const first = text("hello");
    await take(edit(idOf(first), "the first of all"));
    for (let count = 0; count < 64; count++) {
      on.clock.nowMs += 1;
      await take(reaction(hex(randomBytes(32)), "+1"));
    }
    assert.equal(await keptOf("waiting"), 65);
    await take(first);
    assert.deepEqual(await words(), ["hello"]);
  });

  test("of messages that never came goes with the conversation, but that one was taken back", async () => {
    const { person: carl, device: carls } = await stranger();
    await take(text("hello"));
    for (const how of ["clear", "delete"] as const) {
      const late = text(`late, after ${how}`);
      await take(edit(hex(randomBytes(32)), "of nothing"));
      await take(reaction(hex(randomBytes(32)), "+1"));
      await take(unsent(idOf(late)));
      // Field 90, which no body of this version has.
      await take(concat(content({ ignorable: true }), Uint8Array.of(0xd2, 0x05, 1, 7)));
      assert.equal(await keptOf("kept"), 1);
      await take(edit(hex(randomBytes(32)), "Carl's", 1, carls), carl, carls);
      await conversations[how](friendNumber);
      const left = (await on.records.list("waiting")).map(({ record }) => hex(record.accountId));
      assert.deepEqual(left.filter((account) => account === hex(device.accountId)).length, 1);
      assert.ok(left.includes(hex(carls.accountId)));
      assert.equal(await keptOf("kept"), 0);
      await take(late);
      assert.deepEqual(await words(), [""]);
    }
  });

  test("of one message, the last 100 changes and the last 100 reactions of an account are kept", async () => {
    const first = text("hello");
    await take(first);
    const edits = Array.from({ length: 104 }, (_, index) =>
      edit(idOf(first), `${index}`, index / 60),
    );
    for (const encoded of edits) await take(encoded);
    for (const encoded of edits.slice(0, 2)) await take(encoded);
    const shown = async () => {
      const [{ text: last, revision } = {}] = await thread();
      return [last, revision, await keptOf("annotations")];
    };
    assert.deepEqual(await shown(), ["103", 100, 100]);
    for (let count = 0; count < 102; count++) await take(reaction(idOf(first), "+1", 10 + count));
    assert.deepEqual(await shown(), ["103", 100, 200]);
  });

  test("nothing is left with a text that its owner deletes", async () => {
    const first = text("hello");
    await take(first);
    await take(edit(idOf(first), "good morning"));
    await take(reaction(idOf(first), "+1"));
    const [shown] = await thread();
    await conversations.deleteText(friendNumber, shown?.key ?? "");
    await take(edit(idOf(first), "good evening", 2));
    assert.deepEqual(
      [await words(), await keptOf("annotations"), await keptOf("waiting")],
      [[], 0, 0],
    );
  });
});

test("in whatever order and however often all of it comes, the message becomes the same", async () => {
  const places = [0, 1, 2, 3, 4, 5];
  const orders = fc.shuffledSubarray(places, { minLength: places.length });
  const repeats = fc.array(fc.constantFrom(...places), { maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(orders, repeats, async (order, again) => {
      const first = text("hello");
      const said = [
        first,
        edit(idOf(first), "one", 1),
        edit(idOf(first), "two", 2),
        reaction(idOf(first), "+1", 3),
        reaction(idOf(first), "", 4),
        reaction(idOf(first), "+2", 5),
      ];
      for (const place of [...order, ...again]) await take(said[place] ?? first);
      const message = await stored(idOf(first));
      assert.deepEqual(
        [message?.text, message?.revision, message?.reactions.map((each) => each.reaction)],
        ["two", 2, ["+2"]],
      );
    }),
    { numRuns: 60, seed: 153 },
  );
});
