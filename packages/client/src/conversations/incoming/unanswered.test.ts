// What comes from somebody who was not answered, or cannot be told now that it came: whoever sends it decides how much it is,
// and its owner sees little of it.
import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { ContentSchema, conversationIdOfTwo, randomBytes } from "@assent/protocol";
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
import { Applying } from "./applying.ts";

let on: ConversingForTests;
let anna: Person;
let device: TrustedDevice;
let applying: Applying;

beforeEach(async () => {
  on = await conversing({ encrypt: encryptedInClear });
  ({ person: anna, device } = await knownOwner(on.records, on.friend));
  applying = new Applying(() => on.self, on.parts.now, understanding);
});

function content(fields: MessageInitShape<typeof ContentSchema>) {
  const conversationId = conversationIdOfTwo(on.self.device.accountId, device.accountId);
  const sentAtMs = BigInt(on.clock.nowMs);
  const init = { salt: randomBytes(16), sentAtMs, conversationId, ...fields };
  return toBinary(ContentSchema, create(ContentSchema, init));
}

const text = (words: string) =>
  content({ body: { case: "text" as const, value: { text: words } } });
const reaction = (target: Uint8Array) =>
  content({ body: { case: "reaction", value: { reaction: "+" } }, inReplyTo: target });

function take(person: Person, encoded: Uint8Array): Promise<string | undefined> {
  return on.records.step(async (step) => {
    const { changes } = await applying.apply(step, person, device, encoded);
    step.add(changes);
    return changes.find(({ table }) => table === "messageIds")?.key;
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
