// From text to sealed envelopes: one content for one conversation, the same bytes for good, and no long texts to whoever
// has not answered.
import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import {
  accountIdOf,
  ContentSchema,
  conversationIdOfTwo,
  equalBytes,
  hex,
  limits,
  type MessageStatus,
  messageIdOf,
  type PhoneNumber,
} from "@assent/protocol";
import { fromBinary } from "@bufbuild/protobuf";
import { phoneOn } from "../../account/cell-for-tests.ts";
import { handoffTransport } from "../../routes/routes.ts";
import { point, Standing, TextState } from "../../store/records.ts";
import {
  accountIdOfPerson,
  addressed,
  type ConversingForTests,
  conversing,
  encryptedInClear,
  friendNumber,
  personOf,
  writingWith,
} from "../conversing-for-tests.ts";
import { deliveredReceipt, readReceipt } from "../history/owed-receipts.ts";
import { personKey } from "../people/person.ts";
import { GoingOver } from "./going-over.ts";
import { Starting } from "./starting.ts";
import { Queue, queueText } from "./text-queue.ts";

let on: ConversingForTests;
/** What was encrypted, in order. */
let encrypted: Uint8Array[];

beforeEach(async () => {
  encrypted = [];
  on = await conversing({
    encrypt: async (state, content) => {
      encrypted.push(content);
      return encryptedInClear(state, content);
    },
  });
  on.parts.discovery.findRecently = async () => ({ route: "sms" });
});

async function queue(text: string) {
  return on.records.step(async (step) => {
    const queued = await queueText(step, on.self, friendNumber, text, "private", on.clock.nowMs);
    step.add(queued.changes);
    return queued;
  });
}

/** As if it were queued, again where it was before. */
async function seal(key: string) {
  await on.records.commit([point("queue", key, key)]);
  const { unknown } = await on.records.step((step) => on.sealing.sealKnown(step, on.self));
  const starting = new Starting(on.parts, on.sealing);
  for (const textKey of unknown.values()) await starting.start(on.self, textKey);
  const text = await on.records.get("messages", key);
  return [text?.state, text?.error ?? ""];
}

describe("a text", () => {
  test("to somebody known is named by its message id from the start, and sealed as the same bytes again", async () => {
    const person = await writingWith(on, addressed(personOf(on.friend)));
    const { key, id } = await queue("hello");
    const ids = [on.self.device.accountId, accountIdOf(person.rootKey)] as const;
    const conversationId = conversationIdOfTwo(...ids);
    assert.deepEqual(await seal(key), [TextState.QUEUED, ""]);
    const [content] = encrypted;
    assert.ok(content);
    assert.equal(messageIdOf(ids[0], conversationId, content), id);
    assert.ok(equalBytes(fromBinary(ContentSchema, content).conversationId, conversationId));
    await seal(key);
    assert.deepEqual(encrypted[1], content);
  });

  test("has the keys that it used destroyed once it is stored", async () => {
    await writingWith(on, addressed(personOf(on.friend)));
    const { key } = await queue("hello");
    let destroyed = 0;
    const destroyUsed = () => {
      destroyed += 1;
    };
    on.parts.encryption.encrypt = async (state, content) => ({
      ...(await encryptedInClear(state, content)),
      destroyUsed,
    });
    await on.records.step(async (step) => {
      await on.sealing.sealKnown(step, on.self);
      assert.equal(destroyed, 0);
    });
    assert.equal(destroyed, 1);
    assert.equal((await on.records.get("messages", key))?.state, TextState.QUEUED);
  });

  test("queued before it was known whose the number is gets its content then; its name stays", async () => {
    const { key, id } = await queue("hello");
    assert.equal((await on.records.get("messages", key))?.contentEncoded.length, 0);
    const person = await writingWith(on, addressed(personOf(on.friend)));
    await seal(key);
    const ids = [on.self.device.accountId, accountIdOf(person.rootKey)] as const;
    const [content] = encrypted as [Uint8Array];
    const messageId = messageIdOf(ids[0], conversationIdOfTwo(...ids), content);
    assert.notEqual(messageId, id);
    assert.equal(await on.records.pointer("messageIds", messageId), key);
    const text = await on.records.get("messages", key);
    assert.deepEqual([text?.id, text?.contentEncoded], [id, content]);
  });

  test("to a number that has another account by now is of the other conversation", async () => {
    await writingWith(on, addressed(personOf(on.friend)));
    const { key } = await queue("hello");
    await seal(key);
    const other = personOf(await phoneOn(on.cell, "+447400777777" as PhoneNumber));
    const person = await writingWith(on, addressed(other));
    await seal(key);
    const [before, after] = encrypted.map((content) => fromBinary(ContentSchema, content));
    assert.ok(before && after);
    const ids = [on.self.device.accountId, accountIdOf(person.rootKey)] as const;
    assert.ok(equalBytes(after.conversationId, conversationIdOfTwo(...ids)));
    assert.ok(!equalBytes(before.conversationId, after.conversationId));
    assert.deepEqual([after.salt, after.body], [before.salt, before.body]);
  });
});

describe("a text to somebody who has not answered", () => {
  const longest = "ä".repeat(limits.unansweredTextBytes / 2);
  const tooLong = `${longest}a`;
  const provisional = { provisional: true };

  test("is not sealed where it is too long by a byte", async () => {
    await writingWith(on, addressed(personOf(on.friend), provisional));
    const refused = await queue(tooLong);
    const most = await queue(longest);
    assert.deepEqual(await seal(refused.key), [
      TextState.NOT_DELIVERED,
      "unanswered_text_too_long",
    ]);
    assert.equal(encrypted.length, 0);
    assert.deepEqual(await seal(most.key), [TextState.QUEUED, ""]);
    assert.equal(encrypted.length, 1);
  });

  test("is not sealed either where nobody is known, before anything is asked", async () => {
    on.parts.discovery.findRecently = async () => assert.fail("was looked up");
    const { key } = await queue(tooLong);
    assert.deepEqual(await seal(key), [TextState.NOT_DELIVERED, "unanswered_text_too_long"]);
  });

  test("waits where it was sealed ahead of everything, without being an error there", async () => {
    await writingWith(on, addressed(personOf(on.friend), provisional));
    const { key } = await queue(tooLong);
    await on.records.step((step) => on.sealing.sealKnown(step, on.self));
    assert.equal((await on.records.get("messages", key))?.state, TextState.QUEUED);
    assert.equal(encrypted.length, 0);
  });

  test("may be as long as any once they answered", async () => {
    await writingWith(on, addressed(personOf(on.friend)));
    const { key } = await queue(tooLong);
    assert.deepEqual(await seal(key), [TextState.QUEUED, ""]);
    assert.equal(encrypted.length, 1);
  });

  test("stays private, as the service does not give it back; sealed anew once they answered, it need not", async () => {
    const isKept = async (key: string) => (await on.records.get("messages", key))?.staysPrivate;
    await writingWith(on, addressed(personOf(on.friend), provisional));
    const { key } = await queue("hello");
    assert.equal(await isKept(key), false);
    await seal(key);
    assert.equal(await isKept(key), true);
    await writingWith(on, addressed(personOf(on.friend)));
    await seal(key);
    assert.equal(await isKept(key), false);
  });

  test("is refused at once where the owner sends it, and nothing of it is kept", async () => {
    const queue = new Queue({
      records: on.records,
      now: on.parts.now,
      sms: () => handoffTransport,
      sealing: on.sealing,
      self: () => on.self,
      isOn: () => true,
      hasLine: () => true,
      hasEnded: () => false,
      goingOver: new GoingOver({ records: on.records, sms: () => handoffTransport }),
      flush: async () => undefined,
    });
    const send = async (text: string) => {
      const { key } = await queue.send(friendNumber, text, { route: "private" });
      return queue.outcome(key);
    };
    const person = personOf(on.friend);
    await writingWith(on, addressed(person, provisional));
    await assert.rejects(send(tooLong), { code: "unanswered_text_too_long" });
    assert.deepEqual(await on.records.keys("messages"), []);
    assert.equal((await send(longest)).state, "queued");
    await writingWith(on, addressed(person));
    assert.equal((await send(tooLong)).state, "queued");
  });
});

test("many receipts leave in one step, each once, in messages of a hundred of one purpose", async () => {
  const person = personOf(on.friend, { standing: Standing.CURRENT });
  const account = personKey(accountIdOfPerson(person));
  await writingWith(on, addressed(person));
  const ids = Array.from({ length: 250 }, (_, index) => index.toString(16).padStart(64, "0"));
  await on.records.commit([
    ...ids.map((id) => deliveredReceipt(account, id)),
    ...ids.slice(0, 30).map((id) => readReceipt(account, id)),
  ]);
  const sealed = await on.records.step((step) => on.sealing.sealReceipts(step, on.self));
  assert.equal(sealed, 4);
  const told = encrypted.map((content) => {
    const { body } = fromBinary(ContentSchema, content);
    assert.equal(body.case, "status");
    const { delivered, read } = body.value as MessageStatus;
    return [delivered.map(hex), read.map(hex)];
  });
  assert.deepEqual(
    told.map(([delivered, read]) => [delivered?.length, read?.length]),
    [
      [100, 0],
      [100, 0],
      [50, 0],
      [0, 30],
    ],
  );
  assert.deepEqual(
    told.flatMap(([delivered]) => delivered),
    ids,
  );
  assert.deepEqual(
    told.flatMap(([, read]) => read),
    ids.slice(0, 30),
  );
  assert.deepEqual(await on.records.keys("receipts"), []);
});

test("receipts that wait for somebody's answer are not gone through before those of others", async () => {
  const person = await writingWith(on, addressed(personOf(on.friend)));
  const account = personKey(accountIdOfPerson(person));
  const idOf = (index: number) => index.toString(16).padStart(64, "0");
  const nobodys = ["00", "ff"].map((byte) => byte.repeat(32));
  await on.records.commit([
    ...nobodys.flatMap((stranger) =>
      Array.from({ length: 3_000 }, (_, index) => deliveredReceipt(stranger, idOf(index))),
    ),
    ...Array.from({ length: 5 }, (_, index) => deliveredReceipt(account, idOf(index))),
  ]);
  let read = 0;
  const sealed = await on.records.step((step) => {
    const { pointers } = step;
    step.pointers = async (...asked) => {
      const rows = await pointers.apply(step, asked);
      read += rows.length;
      return rows;
    };
    return on.sealing.sealReceipts(step, on.self);
  });
  assert.equal(sealed, 1);
  assert.equal((await on.records.keys("receipts")).length, 6_000);
  assert.ok(read < 1_000, `${read} were read`);
});
