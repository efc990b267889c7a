// What a content changes: of its own conversation only, each message once, and what this version does not know kept whole.
import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import {
  ContentSchema,
  concat,
  conversationIdOfTwo,
  envelopeIdOf,
  hex,
  messageIdOf,
  type PhoneNumber,
  randomBytes,
  utf8,
} from "@assent/protocol";
import { create, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { phoneOn } from "../../account/cell-for-tests.ts";
import { understanding } from "../../content/understanding.ts";
import type { TrustedDevice } from "../../encryption/encryption.ts";
import {
  DeliverySchema,
  DeliveryState,
  MessageSchema,
  type Person,
  point,
  put,
  remove,
  TextState,
} from "../../store/records.ts";
import {
  accountIdOfPerson,
  type ConversingForTests,
  conversing,
  friendNumber,
  knownOwner,
} from "../conversing-for-tests.ts";
import { deliveryKey } from "../history/deliveries.ts";
import { Showing } from "../history/showing.ts";
import { readThread, type ShownEvent } from "../history/shown.ts";
import { Applying } from "./applying.ts";

let on: ConversingForTests;
let anna: Person;
let device: TrustedDevice;
let contents: Applying;

beforeEach(async () => {
  on = await conversing();
  ({ person: anna, device } = await knownOwner(on.records, on.friend));
  contents = new Applying(() => on.self, on.parts.now, understanding);
});

const conversationId = () => conversationIdOfTwo(on.self.device.accountId, device.accountId);

function encoded(fields: MessageInitShape<typeof ContentSchema>): Uint8Array<ArrayBuffer> {
  const content = create(ContentSchema, {
    salt: randomBytes(16),
    sentAtMs: 1_800_000_000_000n,
    conversationId: conversationId(),
    ...fields,
  });
  return toBinary(ContentSchema, content);
}

const text = (words: string) => ({ body: { case: "text" as const, value: { text: words } } });
/** Field 90, which no body of this version has. */
const unknownBody = concat(Uint8Array.of(0xd2, 0x05, 5), utf8("later"));

async function take(content: Uint8Array): Promise<void> {
  await apply(anna, device, content);
}

async function apply(from: Person, by: TrustedDevice, content: Uint8Array): Promise<Person> {
  return on.records.step(async (step) => {
    const { person, changes } = await contents.apply(step, from, by, content);
    step.add(changes);
    return person;
  });
}

async function shown(): Promise<ShownEvent[]> {
  const showing = new Showing(on.records);
  const handed = await showing.next();
  await showing.next(handed);
  return [...(handed?.events ?? [])];
}

const receipts = async () =>
  (await on.records.pointers("receipts")).map(({ key }) => key.split("/")[1]);

describe("a text", () => {
  test("is kept as it came, under the id that its sender knows it by", async () => {
    const content = encoded(text("hello"));
    await take(content);
    const id = messageIdOf(device.accountId, conversationId(), content);
    const [message] = await shown();
    assert.ok(message?.type === "message");
    assert.deepEqual([message.text.id, message.text.text], [id, "hello"]);
    const [stored] = await on.records.list("messages");
    assert.deepEqual(stored?.record.contentEncoded, content);
    assert.deepEqual(stored?.record.senderAccountId, new Uint8Array(device.accountId));
    assert.deepEqual(stored?.record.senderDeviceId, new Uint8Array(device.deviceId));
    assert.deepEqual(await receipts(), [id]);
  });

  test("was written before it came, whatever its sender says", async () => {
    const late = BigInt(on.clock.nowMs) + 86_400_000n;
    await take(encoded({ ...text("from tomorrow"), sentAtMs: late }));
    await take(encoded({ ...text("from then"), sentAtMs: 1_700_000_000_000n }));
    const stored = await on.records.list("messages");
    assert.deepEqual(
      stored.map(({ record }) => Number(record.sentAtMs)),
      [on.clock.nowMs, 1_700_000_000_000],
    );
  });

  test("that comes again is not shown again, and receipted again", async () => {
    const content = encoded(text("hello"));
    await take(content);
    assert.equal((await shown()).length, 1);
    const [receipt] = await on.records.pointers("receipts");
    assert.ok(receipt);
    await on.records.commit([{ table: "receipts", key: receipt.key, value: undefined }]);
    await take(content);
    assert.deepEqual(await shown(), []);
    assert.deepEqual(await on.records.pointers("receipts"), [receipt]);
  });

  test("of another conversation is nobody's", async () => {
    const others = [new Uint8Array(), randomBytes(32), randomBytes(31)];
    for (const other of others) await take(encoded({ ...text("hello"), conversationId: other }));
    assert.deepEqual([await shown(), await receipts()], [[], []]);
    await take(encoded(text("hello")));
    assert.equal((await shown()).length, 1);
  });

  test("keeps what else it says, also fields of a later version", async () => {
    const inReplyTo = randomBytes(32);
    const fields = { ...text("hello"), inReplyTo, expires: { afterRead: true, seconds: 60 } };
    // Field 11, which this version does not know.
    const content = concat(encoded(fields), Uint8Array.of(0x58, 7));
    await take(content);
    const [stored] = await on.records.list("messages");
    assert.deepEqual(stored?.record.contentEncoded, content);
    assert.equal(stored.record.text, "hello");
    assert.deepEqual(fromBinary(ContentSchema, content).inReplyTo, inReplyTo);
    assert.deepEqual(await on.records.keys("kept"), []);
  });
});

describe("a body that is not understood", () => {
  test("is kept whole, and shown by its fallback as a text that came", async () => {
    const content = concat(encoded({ fallback: "[a poll]" }), unknownBody);
    await take(content);
    const [kept] = await on.records.list("kept");
    const id = messageIdOf(device.accountId, conversationId(), content);
    assert.equal(kept?.key, `m${id}`);
    assert.deepEqual(kept.record.encoded, { case: "content", value: content });
    assert.deepEqual(kept.record.accountId, new Uint8Array(device.accountId));
    assert.deepEqual(kept.record.conversationId, conversationId());
    assert.equal(Number(kept.record.receivedAtMs), on.clock.nowMs);
    const [message] = await shown();
    assert.ok(message?.type === "message");
    assert.deepEqual(
      [message.text.text, message.text.notUnderstood, message.text.state],
      ["[a poll]", undefined, "received"],
    );
    const [stored] = await on.records.list("messages");
    assert.deepEqual(
      [stored?.record.state, stored?.record.notUnderstood, stored?.record.contentEncoded],
      [TextState.RECEIVED, true, content],
    );
    assert.deepEqual(await receipts(), [id]);
  });

  test("with nothing to fall back on is shown as such, for the app to word", async () => {
    const tooLong = "a".repeat(64_001);
    for (const fallback of ["", tooLong]) await take(concat(encoded({ fallback }), unknownBody));
    for (const { text, notUnderstood } of await readThread(on.records, friendNumber)) {
      assert.deepEqual([text, notUnderstood], ["", true]);
    }
    assert.equal((await shown()).length, 2);
  });

  test("that need not be shown is kept and nothing else, once", async () => {
    const content = concat(encoded({ fallback: "[a vote]", ignorable: true }), unknownBody);
    await take(content);
    await take(content);
    assert.deepEqual([await shown(), await receipts()], [[], []]);
    assert.equal((await on.records.keys("kept")).length, 1);
  });

  test("still gives the addresses beside it", async () => {
    const { cell } = on;
    const address = {
      deviceId: device.deviceId,
      cellId: cell.id,
      capability: randomBytes(80),
      envelopeKey: randomBytes(32),
      expiresAtMs: 2_000_000_000_000n,
    };
    const content = concat(encoded({ addresses: [address], ignorable: true }), unknownBody);
    const person = await apply(anna, device, content);
    assert.deepEqual(person.devices[0]?.capability, address.capability);
  });
});

test("addresses alone are no body that is not understood", async () => {
  await take(encoded({ addresses: [] }));
  assert.deepEqual([await shown(), await on.records.keys("kept")], [[], []]);
  await take(concat(encoded({}), unknownBody));
  assert.equal((await on.records.keys("kept")).length, 1);
});

test("a receipt is believed of a text that was sent to whoever says so, under the id that they know", async () => {
  const phone = await phoneOn(on.cell, "+447400777777" as PhoneNumber);
  const { person: other, device: otherDevice } = await knownOwner(on.records, phone);
  const messageId = randomBytes(32);
  const accountId = accountIdOfPerson(anna);
  // Named otherwise here: it was queued before it was known whose the number is.
  const fields = {
    id: hex(randomBytes(32)),
    number: friendNumber,
    outgoing: true,
    recipientAccountId: accountId,
  };
  await on.records.commit([
    put("messages", "000000000001", create(MessageSchema, { ...fields, state: TextState.SENT })),
    point("messageIds", hex(messageId), "000000000001"),
  ]);
  const stateOf = async () => (await on.records.get("messages", "000000000001"))?.state;
  const body = { case: "status" as const, value: { delivered: [messageId] } };
  const ids = [on.self.device.accountId, otherDevice.accountId] as const;
  const theirs = encoded({ body, conversationId: conversationIdOfTwo(...ids) });
  await apply(other, otherDevice, theirs);
  assert.equal(await stateOf(), TextState.SENT);
  await take(encoded({ body }));
  assert.equal(await stateOf(), TextState.DELIVERED);
  const [receipt] = await shown();
  assert.ok(receipt?.type === "receipt");
  assert.deepEqual([receipt.text.id, receipt.text.state], [fields.id, "delivered"]);
});

test("a text goes out again for whoever could not read it, and not for ever", async () => {
  const fields = { id: hex(randomBytes(32)), number: friendNumber, outgoing: true };
  const [account, deviceId] = [hex(accountIdOfPerson(anna)), hex(device.deviceId)];
  /** Sent, and asked for again as often: how often it was queued. */
  async function askedFor(
    text: string,
    times: number,
    take: (content: Uint8Array) => Promise<unknown>,
  ): Promise<number> {
    const key = deliveryKey({ text, account, device: deviceId });
    let queued = 0;
    for (let asked = 0; asked < times; asked += 1) {
      const secret = randomBytes(32);
      const envelopeId = envelopeIdOf(secret);
      await on.records.commit([
        put("messages", text, create(MessageSchema, { ...fields, state: TextState.SENT })),
        put("deliveries", key, create(DeliverySchema, { state: DeliveryState.HELD, secret })),
        point("awaited", hex(envelopeId), key),
        remove("queue", text),
      ]);
      const value = { envelopeIds: [envelopeId, envelopeId] };
      await take(encoded({ body: { case: "resend", value } }));
      queued += (await on.records.pointers("queue")).filter(
        ({ key: name }) => name === text,
      ).length;
    }
    return queued;
  }
  const inVain = (content: Uint8Array) =>
    assert.rejects(
      on.records.step(async (step) => {
        await contents.apply(step, anna, device, content);
        throw new Error("the step is given up");
      }),
      { message: "the step is given up" },
    );
  assert.equal(await askedFor("000000000001", 3, take), 3);
  assert.equal(await askedFor("000000000002", 30, inVain), 0);
  assert.equal(await askedFor("000000000002", 30, take), 8, "of each by itself, that was stored");
  assert.equal(await askedFor("000000000001", 30, take), 5);
});
