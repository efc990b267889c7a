// After an update: what an earlier version kept because it did not understand it is shown as what it is, in its place, once.
// The later version here is one that also understands field 90: a text, or other words for another message.
import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import {
  ContentSchema,
  concat,
  conversationIdOfTwo,
  type MessageId,
  messageIdOf,
  type PhoneNumber,
  randomBytes,
} from "@assent/protocol";
import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { BinaryReader, BinaryWriter } from "@bufbuild/protobuf/wire";
import { phoneOn } from "../../account/cell-for-tests.ts";
import { type Understanding, understanding } from "../../content/understanding.ts";
import type { TrustedDevice } from "../../encryption/encryption.ts";
import { shownChange } from "../../store/changes.ts";
import { type Person, remove } from "../../store/records.ts";
import {
  type ConversingForTests,
  conversing,
  friendNumber,
  knownOwner,
} from "../conversing-for-tests.ts";
import { Conversations } from "../history/conversations.ts";
import { Showing } from "../history/showing.ts";
import { Applying } from "./applying.ts";
import { Rereading } from "./rereading.ts";

const laterField = 90;
type ContentInit = MessageInitShape<typeof ContentSchema>;

const later: Understanding = {
  version: understanding.version + 1,
  read: (content) => {
    const field = content.$unknown?.find(({ no }) => no === laterField);
    if (!field) return understanding.read(content);
    const [kind, target, words = ""] = new BinaryReader(field.data).string().split("|");
    if (kind === "text") return { kind, text: words };
    return kind === "edit" ? { kind, target: target as MessageId, text: words } : undefined;
  },
};

let on: ConversingForTests;
let anna: Person;
let device: TrustedDevice;
let conversations: Conversations;

beforeEach(async () => {
  on = await conversing();
  ({ person: anna, device } = await knownOwner(on.records, on.friend));
  const { records, parts } = on;
  const hasConsent = () => true;
  conversations = new Conversations({
    records,
    now: parts.now,
    hasConsent,
    kick: () => undefined,
  });
});

function content(fields: ContentInit, body = "", by = device): Uint8Array<ArrayBuffer> {
  const encoded = create(ContentSchema, {
    salt: randomBytes(16),
    sentAtMs: 1_800_000_000_000n,
    conversationId: conversationIdOfTwo(on.self.device.accountId, by.accountId),
    ...fields,
  });
  const written = new BinaryWriter().tag(laterField, 2).string(body).finish();
  return concat(toBinary(ContentSchema, encoded), body === "" ? new Uint8Array() : written);
}

const text = (words: string) => content({ body: { case: "text", value: { text: words } } });
const laterText = (words: string, fields: ContentInit = { fallback: "[later]" }) =>
  content(fields, `text||${words}`);
const edit = (target: string, words: string, fields: ContentInit = { fallback: "[edit]" }) =>
  content(fields, `edit|${target}|${words}`);
const idOf = (encoded: Uint8Array, by = device) =>
  messageIdOf(by.accountId, conversationIdOfTwo(on.self.device.accountId, by.accountId), encoded);

const applyingAs = (version: Understanding) => new Applying(() => on.self, on.parts.now, version);

async function take(version: Understanding, encoded: Uint8Array, from = anna, by = device) {
  await on.records.step(async (step) => {
    step.add((await applyingAs(version).apply(step, from, by, encoded)).changes);
  });
}

function opened(version: Understanding): Rereading {
  const rereading = new Rereading({
    records: on.records,
    state: on.phone.state,
    applying: applyingAs(version),
    version: version.version,
  });
  rereading.start();
  return rereading;
}

/** Opened by a version, until all was read. */
async function updated(version: Understanding, rereading = opened(version)): Promise<void> {
  const isDone = () => on.phone.state.current.contentVersion === version.version;
  for (let steps = 0; steps < 100 && !isDone(); steps++)
    await on.records.step(async () => undefined);
  assert.ok(isDone());
  await rereading.stop();
}

const thread = () => conversations.page(friendNumber, { limit: 1_000 });
const words = async () => (await thread()).texts.map((shown) => shown.text);
const receipts = async () => (await on.records.keys("receipts")).sort();
const left = async () => [
  (await on.records.keys("kept")).length,
  (await on.records.keys("unapplied")).length,
  (await on.records.keys("waiting")).length,
  (await on.records.keys("annotations")).length,
];

async function events(): Promise<number> {
  const showing = new Showing(on.records);
  const handed = await showing.next();
  await showing.next(handed);
  return handed?.events.length ?? 0;
}

describe("a text that was not understood", () => {
  test("is what it is, in its place, told of and receipted as it was", async () => {
    await take(understanding, text("before"));
    await take(understanding, laterText("now I can say"));
    await conversations.markRead(friendNumber);
    await take(understanding, laterText("unread", {}));
    await take(understanding, text("behind"));
    assert.equal(await events(), 4);
    const before = await thread();
    const [owed, unread] = [await receipts(), (await conversations.summary(friendNumber))?.unread];
    assert.deepEqual(await words(), ["before", "[later]", "", "behind"]);
    const commits = on.phone.store.commits.length;
    await updated(later);
    const after = await thread();
    assert.deepEqual(await words(), ["before", "now I can say", "unread", "behind"]);
    const places = (page: typeof after) =>
      page.texts.map(({ key, id, sentAt, state }) => [key, id, sentAt, state]);
    assert.deepEqual(places(after), places(before));
    assert.equal(after.texts[2]?.notUnderstood, undefined);
    assert.deepEqual(await receipts(), owed);
    assert.deepEqual([unread, (await conversations.summary(friendNumber))?.unread], [2, 2]);
    assert.equal(await events(), 0);
    const told = on.phone.store.commits.slice(commits).flatMap((changes) => {
      const keys = shownChange(changes)?.texts.get(friendNumber);
      return keys ? [keys] : [];
    });
    assert.deepEqual(told, [[before.texts[1]?.key, before.texts[2]?.key]]);
    assert.deepEqual(await left(), [0, 0, 0, 0]);
    // Once: opened again, nothing is read and nothing written.
    const done = on.phone.store.commits.length;
    const again = opened(later);
    await again.stop();
    assert.equal(on.phone.store.commits.length, done);
  });

  test("and not shown at all comes now, and is receipted", async () => {
    await take(understanding, laterText("now I can say", { ignorable: true }));
    assert.deepEqual([await words(), await receipts()], [[], []]);
    await updated(later);
    assert.deepEqual(await words(), ["now I can say"]);
    assert.equal(await events(), 1);
    assert.equal((await receipts()).length, 1);
    assert.equal((await conversations.summary(friendNumber))?.unread, 1);
  });

  test("stays deleted where its owner deleted it, also where it comes again", async () => {
    const encoded = laterText("deleted");
    await take(understanding, encoded);
    await take(understanding, laterText("stays"));
    const [deleted] = (await thread()).texts;
    await conversations.deleteText(friendNumber, deleted?.key ?? "");
    await take(understanding, encoded);
    await updated(later);
    assert.deepEqual(await words(), ["stays"]);
    assert.deepEqual(await left(), [0, 0, 0, 0]);
  });

  test("stays as it is, and kept, where this version does not understand it either", async () => {
    await take(understanding, content({ fallback: "[a poll]" }, "poll||"));
    await take(understanding, laterText("understood"));
    await updated(later);
    assert.deepEqual(await words(), ["[a poll]", "understood"]);
    assert.deepEqual(await left(), [1, 1, 0, 0]);
    const latest: Understanding = {
      version: later.version + 1,
      read: (read) => later.read(read) ?? { kind: "text", text: "which day?" },
    };
    await updated(latest);
    assert.deepEqual(await words(), ["which day?", "understood"]);
  });

  test("that came while an earlier version was back is read again too", async () => {
    await updated(later);
    await updated(understanding);
    await take(understanding, laterText("meanwhile"));
    await updated(later);
    assert.deepEqual(await words(), ["meanwhile"]);
  });
});

describe("what is about another message", () => {
  test("is shown with it, and stands in the thread no longer", async () => {
    const first = text("hello");
    await take(understanding, first);
    await take(understanding, edit(idOf(first), "good morning"));
    assert.deepEqual(await words(), ["hello", "[edit]"]);
    // Both receipts left.
    const owed = await receipts();
    assert.equal(owed.length, 2);
    await on.records.commit(owed.map((key) => remove("receipts", key)));
    await updated(later);
    assert.deepEqual(await words(), ["good morning"]);
    assert.deepEqual(await receipts(), []);
    assert.deepEqual(await left(), [0, 0, 0, 1]);
  });

  test("and came before it is kept until that comes, and is shown with it once", async () => {
    const first = text("hello");
    const early = edit(idOf(first), "good morning");
    await take(understanding, early);
    await updated(later);
    // What it fell back on is gone from the thread: whoever understands it shows nothing before.
    assert.deepEqual([await words(), await left()], [[], [0, 0, 1, 0]]);
    await take(later, first);
    assert.deepEqual([await words(), await left()], [["good morning"], [0, 0, 0, 1]]);
    for (const again of [early, first]) await take(later, again);
    assert.deepEqual([await words(), await left()], [["good morning"], [0, 0, 0, 1]]);
  });

  test("changes one that was not understood either", async () => {
    const first = laterText("now I can say");
    await take(understanding, first);
    await take(understanding, edit(idOf(first), "as I said", { ignorable: true }));
    await updated(later);
    assert.deepEqual([await words(), await left()], [["as I said"], [0, 0, 0, 1]]);
  });

  test("and was understood before that one was stays what it says", async () => {
    const first = laterText("now I can say");
    await take(understanding, first);
    const replaces = new Uint8Array(Buffer.from(idOf(first), "hex"));
    await take(
      understanding,
      content({ body: { case: "text", value: { text: "as I said" } }, replaces }),
    );
    assert.deepEqual(await words(), ["as I said"]);
    await updated(later);
    assert.deepEqual([await words(), await left()], [["as I said"], [0, 0, 0, 1]]);
  });

  test("is nobody's where that is of another conversation", async () => {
    const phone = await phoneOn(on.cell, "+447400777777" as PhoneNumber);
    const { person: carl, device: carls } = await knownOwner(on.records, phone);
    const first = text("hello");
    await take(understanding, first);
    const theirs = content({ ignorable: true }, `edit|${idOf(first)}|from Carl`, carls);
    await take(understanding, theirs, carl, carls);
    await updated(later);
    assert.deepEqual([await words(), await left()], [["hello"], [0, 0, 0, 0]]);
    await take(later, edit(idOf(first), "from Anna"));
    assert.deepEqual(await words(), ["from Anna"]);
  });
});

describe("many that were kept", () => {
  const many = 250;

  beforeEach(async () => {
    const numbered = Array.from({ length: many }, (_, index) => laterText(`${index}`));
    await Promise.all(numbered.map((encoded) => take(understanding, encoded)));
  });

  const expected = Array.from({ length: many }, (_, index) => `${index}`);
  const unread = async () => (await words()).filter((shown) => shown === "[later]").length;

  test("are read in steps, and what comes is taken between two of them", async () => {
    const rereading = opened(later);
    await take(later, text("between"));
    assert.ok((await unread()) > 0);
    await updated(later, rereading);
    assert.deepEqual(await words(), [...expected, "between"]);
    const counts = on.phone.store.commits.map(
      (changes) =>
        changes.filter(({ table, value }) => table === "kept" && value === undefined).length,
    );
    assert.equal(Math.max(...counts), 100);
  });

  test("and were not all read before an end are gone on with, none twice", async () => {
    const owed = await receipts();
    await opened(later).stop();
    assert.deepEqual(
      [await unread(), on.phone.state.current.contentVersion],
      [150, understanding.version],
    );
    await updated(later);
    assert.deepEqual(await words(), expected);
    assert.deepEqual([await receipts(), await left()], [owed, [0, 0, 0, 0]]);
  });
});
