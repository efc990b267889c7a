// What became of texts: asked by ticket, each person's at most once a day, over a connection of their own.
import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { AssentError, envelopeIdOf, hex, type PhoneNumber } from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import { phoneOn } from "../../account/cell-for-tests.ts";
import type { StatusAnswer, TicketQuery } from "../../egress/outbox.ts";
import {
  DeliverySchema,
  DeliveryState,
  MessageSchema,
  type Person,
  point,
  put,
  TextState,
} from "../../store/records.ts";
import {
  accountIdOfPerson,
  type ConversingForTests,
  conversing,
  day,
  keyBehindAll,
  knowing,
  outboxOf,
  personOf,
} from "../conversing-for-tests.ts";
import {
  arrivedDelivery,
  awaitedDeliveries,
  deliveryKey,
  nameOfDelivery,
  settleText,
} from "../history/deliveries.ts";
import { personKey } from "../people/person.ts";
import { Awaiting } from "./awaiting.ts";
import { Posting } from "./posting.ts";
import { Starting } from "./starting.ts";

let on: ConversingForTests;
let anna: Person;
let ben: Person;
let awaiting: Awaiting;

beforeEach(async () => {
  on = await conversing();
  on.parts.discovery.find = async () => ({ route: "sms" });
  anna = personOf(on.friend);
  ben = personOf(await phoneOn(on.cell, "+447400777777" as PhoneNumber));
  awaiting = new Awaiting(
    on.parts,
    new Posting(on.parts, on.sealing, new Starting(on.parts, on.sealing)),
  );
});

/**
 * A text that the service has, of which this person is asked about from now on.
 * @param alsoOf the same text, at another device of theirs.
 */
async function sentTo(person: Person, mark: number, alsoOf?: string): Promise<string> {
  const accountId = accountIdOfPerson(person);
  const key = alsoOf ?? (await keyBehindAll(on.records, "messages"));
  const text = {
    number: person.number,
    outgoing: true,
    state: TextState.SENT,
    recipientAccountId: accountId,
  };
  const secret = new Uint8Array(32).fill(mark);
  const held = create(DeliverySchema, {
    state: DeliveryState.HELD,
    secret,
    capability: Uint8Array.of(mark),
    ticket: new Uint8Array(16).fill(mark),
  });
  const device = hex(new Uint8Array(32).fill(mark));
  const delivery = deliveryKey({ text: key, account: hex(accountId), device });
  await knowing(on.records, { ...person, askAtMs: BigInt(on.clock.nowMs) });
  await on.records.commit([
    put("messages", key, create(MessageSchema, text)),
    put("deliveries", delivery, held),
    point("awaited", hex(envelopeIdOf(secret)), delivery),
  ]);
  return key;
}

/** Their receipt comes: a device of theirs has the text. */
async function arrived(key: string, state: DeliveryState.ARRIVED | DeliveryState.READ) {
  const device = { accountId: accountIdOfPerson(anna), deviceId: new Uint8Array(32).fill(9) };
  await on.records.step(async (step) => {
    step.add(await arrivedDelivery(step, key, device, state));
    await settleText(step, key);
  });
}

/** Asks, and answers each ticket by its mark; returns what each connection asked. */
async function ask(
  answers: Readonly<Record<number, StatusAnswer>> = {},
  meanwhile: () => Promise<void> = async () => undefined,
) {
  const asked: number[][] = [];
  const outbox = outboxOf({
    status: async (queries: readonly TicketQuery[]) => {
      const marks = queries.map(({ capability, ticket }) => {
        assert.equal(capability[0], ticket[0]);
        return ticket[0] as number;
      });
      asked.push(marks);
      await meanwhile();
      return marks.map((mark) => answers[mark] ?? "held");
    },
  });
  const isQueued = await awaiting.ask(on.self, outbox.open);
  assert.equal(outbox.counts.closed, outbox.counts.opened);
  return { asked, isQueued, ...outbox.counts };
}

async function stateOf(key: string) {
  const text = await on.records.get("messages", key);
  return [text?.state, text?.error ?? ""];
}

const queued = async () => (await on.records.pointers("queue")).map(({ text }) => text);
const awaited = async () =>
  (await awaitedDeliveries(on.records)).map(({ key }) => nameOfDelivery(key).text);

describe("each person's tickets", () => {
  test("are asked together, over a connection that is for them alone and closed after", async () => {
    await sentTo(anna, 1);
    await sentTo(anna, 2);
    await sentTo(ben, 3);
    const { asked, opened } = await ask();
    assert.deepEqual(asked.map((marks) => marks.sort()).sort(), [[1, 2], [3]]);
    assert.equal(opened, 2);
  });

  test("are asked when their time has come, and at most once a day", async () => {
    await sentTo(anna, 1);
    on.clock.nowMs -= 1;
    assert.equal((await ask()).opened, 0);
    on.clock.nowMs += 1;
    assert.equal((await ask()).opened, 1);
    on.clock.nowMs += day;
    assert.equal((await ask()).opened, 0);
    // Half of what may be added to the day.
    on.clock.nowMs += day / 8;
    assert.equal((await ask()).opened, 1);
  });

  test("are not asked again that day because there was no answer", async () => {
    await sentTo(anna, 1);
    assert.equal((await ask({ 1: new AssentError("unreachable") })).opened, 1);
    assert.equal((await ask()).opened, 0);
    assert.equal((await awaited()).length, 1);
  });

  test("are asked though a clock that was wrong set a time far off", async () => {
    await sentTo(anna, 1);
    await knowing(on.records, { ...anna, askAtMs: BigInt(on.clock.nowMs + 400 * day) });
    assert.equal((await ask()).opened, 1);
  });

  test("that are all answered are no reason to connect", async () => {
    await sentTo(anna, 1);
    await ask({ 1: "handed" });
    on.clock.nowMs += 2 * day;
    assert.equal((await ask()).opened, 0);
    const known = await on.records.get("people", personKey(accountIdOfPerson(anna)));
    assert.equal(known?.askAtMs, 0n);
  });
});

describe("an answer", () => {
  test("of held changes nothing, however long ago the text was sent", async () => {
    const key = await sentTo(anna, 1);
    on.clock.nowMs += 90 * day;
    assert.equal((await ask({ 1: "held" })).opened, 1);
    assert.deepEqual(await stateOf(key), [TextState.SENT, ""]);
    assert.deepEqual(await awaited(), [key]);
  });

  test("of lost queues the text again, once, as the same message", async () => {
    const key = await sentTo(anna, 1);
    const other = await sentTo(anna, 2);
    const meanwhile = () => arrived(other, DeliveryState.ARRIVED);
    assert.equal((await ask({ 1: "lost", 2: "lost" }, meanwhile)).isQueued, true);
    assert.deepEqual(await queued(), [key]);
    assert.deepEqual(await awaited(), []);
  });

  test("of handed ends the asking: it may have arrived, and that is no failure", async () => {
    const key = await sentTo(anna, 1);
    const read = await sentTo(anna, 2);
    const meanwhile = () => arrived(read, DeliveryState.READ);
    assert.equal((await ask({ 1: "handed", 2: "handed" }, meanwhile)).isQueued, false);
    assert.deepEqual(await stateOf(key), [TextState.NOT_KNOWN, ""]);
    assert.deepEqual(await stateOf(read), [TextState.READ, ""]);
    assert.deepEqual(await awaited(), []);
    const told = (await on.records.list("unshown")).map(({ record: { what } }) =>
      what.case === "stateChange" ? [what.value.text, what.value.state] : [],
    );
    assert.deepEqual(told, [
      [read, TextState.READ],
      [key, TextState.NOT_KNOWN],
    ]);
  });

  test("of expired means that it was not delivered", async () => {
    const key = await sentTo(anna, 1);
    await ask({ 1: "expired" });
    assert.deepEqual(await stateOf(key), [TextState.NOT_DELIVERED, "expired"]);
    assert.deepEqual(await awaited(), []);
  });

  test("of gone means that they left, for all that was sent to them", async () => {
    const keys = [await sentTo(anna, 1), await sentTo(anna, 2)];
    const other = await sentTo(ben, 3);
    await ask({ 1: "gone" });
    for (const key of keys) assert.deepEqual(await stateOf(key), [TextState.NOT_DELIVERED, "gone"]);
    assert.deepEqual(await awaited(), [other]);
  });

  test("that is an error, or of a later version, is for another day", async () => {
    const key = await sentTo(anna, 1);
    await ask({ 1: new AssentError("internal") });
    assert.deepEqual(await stateOf(key), [TextState.SENT, ""]);
    on.clock.nowMs += 2 * day;
    await ask({ 1: "expired" });
    assert.deepEqual(await stateOf(key), [TextState.NOT_DELIVERED, "expired"]);
  });
});

describe("a text at two devices", () => {
  const stateOf = async (key: string) => (await on.records.get("messages", key))?.state;
  let key: string;

  beforeEach(async () => {
    key = await sentTo(anna, 1);
    await sentTo(anna, 2, key);
  });

  test("is not delivered when neither took it, and on its way while one may", async () => {
    await ask({ 1: "expired", 2: "held" });
    assert.equal(await stateOf(key), TextState.SENT);
    on.clock.nowMs += 2 * day;
    await ask({ 2: "expired" });
    assert.equal(await stateOf(key), TextState.NOT_DELIVERED);
  });

  test("is not known to have arrived where one took it, whatever the other did", async () => {
    await ask({ 1: "handed", 2: "expired" });
    assert.equal(await stateOf(key), TextState.NOT_KNOWN);
  });
});
