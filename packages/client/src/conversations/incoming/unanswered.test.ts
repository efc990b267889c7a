// What comes from somebody who was not answered, or cannot be told now that it came: whoever sends it decides how much it is,
// and its owner sees little of it.
import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import {
  ContentSchema,
  concat,
  conversationIdOfTwo,
  limits,
  messageIdOf,
  randomBytes,
} from "@assent/protocol";
import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { understanding } from "../../content/understanding.ts";
import type { TrustedDevice } from "../../encryption/encryption.ts";
import { type Person, Standing } from "../../store/records.ts";
import {
  addressed,
  type ConversingForTests,
  conversing,
  encryptedInClear,
  friendNumber,
  knownOwner,
  writingWith,
} from "../conversing-for-tests.ts";
import { setBlocked } from "../people/blocking.ts";
import { personKey } from "../people/person.ts";
import { Applying } from "./applying.ts";
import { Unanswered } from "./unanswered.ts";

let on: ConversingForTests;
let anna: Person;
let device: TrustedDevice;
let applying: Applying;

beforeEach(async () => {
  on = await conversing({ encrypt: encryptedInClear });
  ({ person: anna, device } = await knownOwner(on.records, on.friend));
  applying = new Applying(() => on.self, on.parts.now, understanding);
});

const conversationId = () => conversationIdOfTwo(on.self.device.accountId, device.accountId);

function content(fields: MessageInitShape<typeof ContentSchema>) {
  const sentAtMs = BigInt(on.clock.nowMs);
  const init = { salt: randomBytes(16), sentAtMs, conversationId: conversationId(), ...fields };
  return toBinary(ContentSchema, create(ContentSchema, init));
}

const text = (words: string) =>
  content({ body: { case: "text" as const, value: { text: words } } });
const reaction = (target: Uint8Array) =>
  content({ body: { case: "reaction", value: { reaction: "+" } }, inReplyTo: target });

async function take(person: Person, encoded: Uint8Array): Promise<void> {
  await on.records.step(async (step) => {
    const { changes } = await applying.apply(step, person, device, encoded);
    step.add(changes);
  });
}

const countOf = async (table: "receipts" | "waiting" | "messages") =>
  (await on.records.keys(table)).length;

describe("what is said of messages", () => {
  test("by who was not answered is receipted where the message is here, and of much the first", async () => {
    const stranger = { ...anna, standing: Standing.REQUEST };
    for (let count = 0; count < 300; count += 1) await take(stranger, reaction(randomBytes(32)));
    assert.equal(await countOf("receipts"), 0);
    await take(stranger, text("hello"));
    assert.equal(await countOf("receipts"), 1);
    const [id] = await on.records.keys("messageIds");
    const target = new Uint8Array(Buffer.from(id as string, "hex"));
    await take(stranger, reaction(target));
    assert.equal(await countOf("receipts"), 2);
    for (let count = 0; count < 300; count += 1) await take(stranger, reaction(target));
    assert.equal(await countOf("receipts"), 64);
    await setBlocked(on.records, friendNumber, true);
    assert.equal(await countOf("receipts"), 0, "of whom is blocked nothing is owed");
  });

  test("by somebody with whom no group works is receipted for the first of it; with one, for all", async () => {
    for (let count = 0; count < 100; count += 1) await take(anna, reaction(randomBytes(32)));
    assert.equal(await countOf("receipts"), 64);
    const friend = await writingWith(on, addressed(anna));
    for (let count = 0; count < 100; count += 1) await take(friend, reaction(randomBytes(32)));
    assert.equal(await countOf("receipts"), 164);
    await on.records.step((step) => on.sealing.sealReceipts(step, on.self));
    assert.equal(await countOf("receipts"), 0);
  });
});

describe("a text", () => {
  const longest = "x".repeat(limits.unansweredTextBytes);
  const tooLong = `${longest}x`;
  const later = () =>
    concat(
      content({ fallback: "[a poll]" }),
      // Field 90, which no body of this version has, of 16,384 bytes.
      Uint8Array.of(0xd2, 0x05, 0x80, 0x80, 0x01),
      new Uint8Array(16_384),
    );
  const kept = async () => (await on.records.list("messages")).map(({ record }) => record.text);

  for (const standing of [Standing.UNCONFIRMED, Standing.REQUEST])
    test(`longer than a stranger may write comes to nothing, whatever their app sends: ${Standing[standing]}`, async () => {
      const stranger = { ...anna, standing };
      const first = text(longest);
      const id = messageIdOf(device.accountId, conversationId(), first);
      const owed = [`${personKey(device.accountId)}/${id}`];
      await take(stranger, first);
      const target = new Uint8Array(Buffer.from(id, "hex"));
      const changed = (words: string) =>
        content({ body: { case: "text", value: { text: words } }, replaces: target });
      for (const more of [text(tooLong), changed(tooLong), later()]) await take(stranger, more);
      assert.deepEqual(await kept(), [longest]);
      assert.deepEqual(await on.records.keys("receipts"), owed);
      assert.deepEqual(await on.records.keys("kept"), []);
      await take(stranger, changed("shorter"));
      assert.deepEqual(await kept(), ["shorter"]);
    });

  test("of whoever was answered is as long as texts are, also once another has the number", async () => {
    for (const person of [anna, { ...anna, standing: Standing.FORMER, addressesGivenAtMs: 1n }])
      await take(person, text(tooLong));
    await take(anna, later());
    assert.deepEqual(await kept(), [tooLong, tooLong, "[a poll]"]);
  });

  test("of a stranger is one of a thousand a day, and what is more is not receipted", async () => {
    const unanswered = new Unanswered(on.parts.now);
    const stranger = { ...anna, standing: Standing.REQUEST };
    const come = (person: Person, account = "one") => !unanswered.isOneTooMany(account, person);
    for (let count = 0; count < 1_000; count += 1) assert.ok(come(stranger));
    assert.ok(!come(stranger));
    assert.ok(come(stranger, "another"));
    assert.ok(come(anna));
    on.clock.nowMs += 86_400_000;
    assert.ok(come(stranger));
  });
});
