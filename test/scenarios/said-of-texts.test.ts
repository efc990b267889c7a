// What others say of a text, and how long it is to be there, between two phones and a real service. No client of this version sends
// any of it: it is made here by a phone whose contents say more.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Content, parseNumber } from "@assent/protocol";
import { said } from "../later-version.ts";
import { type MemoryPhone, phonesThatTexted } from "../memory-phone.ts";
import { TestServer } from "../network.ts";

const german = parseNumber("+4915123456789");
const french = parseNumber("+33612345678");

const historyOf = (phone: MemoryPhone) =>
  phone.run((profile) => profile.conversations.history(german));

/** Anna's phone says something, in words that every version has beside what it is about. */
async function says(
  anna: MemoryPhone,
  ben: MemoryPhone,
  fields: Partial<Content>,
  words = "words of a text",
): Promise<void> {
  await anna.send(ben, words, { encryption: await said(fields) });
}

const bytes = (id = "") => new Uint8Array(Buffer.from(id, "hex"));

test("a text is changed and taken back by whoever sent it, and reacted to, on the phone that has it", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben] = await phonesThatTexted(server, [german, french]);
  const [first, own] = await historyOf(ben);
  const id = first?.id;
  assert.equal(first?.text, "hello");
  await says(anna, ben, { replaces: bytes(id) }, "hello, changed");
  await says(anna, ben, {
    inReplyTo: bytes(own?.id),
    body: { case: "reaction", value: { $typeName: "assent.v1.Reaction", reaction: "\u{1f44d}" } },
  });
  // Of Ben's own text, which is not hers to change.
  await says(anna, ben, { replaces: bytes(own?.id) }, "words that Ben never said");
  await says(anna, ben, { inReplyTo: bytes(id) }, "an answer");
  // Nobody is told of them as of texts, but of the one that is.
  assert.deepEqual(await ben.texts(), ["an answer"]);
  const shown = await historyOf(ben);
  assert.deepEqual(
    shown.map(({ text, revision, reactions, inReplyTo }) => [
      text,
      revision,
      reactions?.[0]?.reaction,
      inReplyTo,
    ]),
    [
      ["hello, changed", 1, undefined, undefined],
      ["hello yourself", undefined, "\u{1f44d}", undefined],
      ["an answer", undefined, undefined, id],
    ],
  );
  await says(anna, ben, {
    replaces: bytes(id),
    body: { case: "unsent", value: { $typeName: "assent.v1.Unsent" } },
  });
  assert.deepEqual(await ben.texts(), []);
  const [gone] = await historyOf(ben);
  assert.deepEqual([gone?.id, gone?.text, gone?.unsent, gone?.revision], [id, "", true, undefined]);
  const found = await ben.run((profile) => profile.conversations.search("changed", { limit: 5 }));
  assert.deepEqual(found.texts, []);
});

test("a text that expires is deleted at its time, also while the phone is closed, and never before", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben] = await phonesThatTexted(server, [german, french]);
  const expires = (seconds: number, afterRead: boolean) => ({
    expires: { $typeName: "assent.v1.Expiry" as const, seconds, afterRead },
  });
  await says(anna, ben, expires(3_600, false), "for an hour");
  await says(anna, ben, expires(60, true), "for a minute from reading");
  assert.deepEqual(await ben.texts(), ["for an hour", "for a minute from reading"]);
  const begin = Date.now();
  const texts = async (afterMs: number) => {
    ben.now = () => begin + afterMs;
    return (await historyOf(ben)).slice(2).map(({ text }) => text);
  };
  const minute = 60_000;
  assert.deepEqual(await texts(50 * minute), ["for an hour", "for a minute from reading"]);
  await ben.run((profile) => profile.conversations.markRead(german));
  assert.deepEqual(await texts(51 * minute - 1), ["for an hour", "for a minute from reading"]);
  assert.deepEqual(await texts(52 * minute), ["for an hour"]);
  const found = (words: string) =>
    ben.run(async (profile) => (await profile.conversations.search(words, { limit: 5 })).texts);
  assert.equal((await found("hour")).length, 1);
  assert.deepEqual(await texts(61 * minute), []);
  assert.deepEqual([await found("hour"), await found("minute")], [[], []]);
  // The rest of the thread is as it was.
  assert.equal((await historyOf(ben)).length, 2);
});
