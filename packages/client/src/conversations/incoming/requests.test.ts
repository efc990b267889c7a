// What becomes of somebody who wrote first, once the record of their number was read: as things stand by then.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { AssentError, type PhoneNumber } from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import type { Discovery, Found } from "../../discovery/discovery.ts";
import {
  ContactSchema,
  KeptContentSchema,
  type Message,
  MessageSchema,
  NumberRecordSchema,
  type Person,
  point,
  put,
  Standing,
} from "../../store/records.ts";
import {
  accountIdOfPerson,
  type ConversingForTests,
  conversing,
  friendNumber,
  knowing,
  personOf,
} from "../conversing-for-tests.ts";
import { Conversations } from "../history/conversations.ts";
import { receivedText } from "../history/messages.ts";
import { People } from "../people/people.ts";
import { personKey } from "../people/person.ts";
import { Requests } from "./requests.ts";

let on: ConversingForTests;
let person: Person;
/** What happens while the service is asked. */
let meanwhile: () => Promise<void>;

beforeEach(async () => {
  on = await conversing();
  person = personOf(on.friend, { standing: Standing.UNCONFIRMED });
  meanwhile = async () => undefined;
  await knowing(on.records, person);
  const key = personKey(accountIdOfPerson(person));
  await on.records.commit([
    put("numbers", friendNumber, create(NumberRecordSchema)),
    put("messages", "000000000001", create(MessageSchema, { id: "01", number: friendNumber })),
    point("threads", `?${key}/000000000001`, "000000000001"),
  ]);
});

async function open(): Promise<boolean> {
  const found: Found = {
    route: "private",
    accountId: on.friendSelf.device.accountId,
    rootKey: person.rootKey,
    lowestManifestVersion: 1,
    vouchedManifestVersion: 1,
  };
  const discovery = {
    recordOfEvaluated: async () => {
      await meanwhile();
      return found;
    },
  } as unknown as Discovery;
  return new Requests(on.records, discovery, on.parts.now).open(on.self);
}

const shown = async () => (await on.records.list("unshown")).length;
const standings = async () =>
  (await on.records.list("people")).map(({ record }) => record.standing);

test("one that the record confirms is shown", async () => {
  await open();
  assert.deepEqual([await standings(), await shown()], [[Standing.REQUEST], 1]);
});

test("one whose number was blocked meanwhile is not, and nothing that it said stays", async () => {
  const accountId = accountIdOfPerson(person);
  await on.records.commit([put("kept", "m02", create(KeptContentSchema, { accountId }))]);
  meanwhile = () =>
    on.records.update("numbers", friendNumber, (current = create(NumberRecordSchema)) => ({
      ...current,
      blocked: true,
    }));
  await open();
  assert.deepEqual([await standings(), await shown()], [[Standing.REQUEST], 0]);
  for (const table of ["messages", "threads", "kept"] as const)
    assert.deepEqual(await on.records.keys(table), [], table);
});

test("one that the record confirms has the number, and whoever had it before does not", async () => {
  const before = "aa".repeat(32);
  await on.records.commit([put("people", before, { ...person, standing: Standing.CURRENT })]);
  await open();
  assert.equal((await on.records.get("people", before))?.standing, Standing.FORMER);
});

test("a request waits for its owner, who accepts it once", async () => {
  await open();
  const conversations = new Conversations({
    records: on.records,
    hasConsent: () => false,
    kick: () => undefined,
    now: on.parts.now,
  });
  const people = new People({
    records: on.records,
    discovery: {} as Discovery,
    self: () => on.self,
    identity: () => undefined,
    tellBlocked: async () => undefined,
  });
  const request = async () => (await conversations.summary(friendNumber))?.request;
  assert.equal(await request(), true);
  await people.accept(friendNumber);
  assert.equal(await request(), false);
  assert.deepEqual(await standings(), [Standing.CURRENT]);
  // Nobody else becomes known by it, and who had the number before does not again.
  await people.accept("+447700900999" as PhoneNumber);
  assert.deepEqual(await standings(), [Standing.CURRENT]);
  const former = { ...person, standing: Standing.FORMER };
  await on.records.commit([put("people", personKey(accountIdOfPerson(person)), former)]);
  await people.accept(friendNumber);
  assert.deepEqual(await standings(), [Standing.FORMER]);
});

test("what its owner could not see was not read, however much after it was; and what was read stays begun", async () => {
  let nowMs = on.clock.nowMs;
  const conversations = new Conversations({
    records: on.records,
    hasConsent: () => false,
    kick: () => undefined,
    now: () => nowMs,
  });
  const expiresAfterReadSeconds = 60;
  const number = friendNumber;
  await on.records.step(async (step) => {
    const request = (await step.get("messages", "000000000001")) as Message;
    step.add([put("messages", "000000000001", { ...request, expiresAfterReadSeconds })]);
    for (const id of ["02", "03"]) {
      const fields = { id, number, text: id, sentAtMs: 1n, expiresAfterReadSeconds };
      step.add(await receivedText(step, fields, nowMs));
    }
  });
  await conversations.markRead(number);
  const begun = nowMs;
  const unread = async () => (await conversations.summary(number))?.unread;
  const ends = async () =>
    (await conversations.page(number, { limit: 9 })).texts.map(({ expiresAt }) =>
      expiresAt?.getTime(),
    );
  assert.equal(await unread(), 0);
  await open();
  assert.ok(((await unread()) ?? 0) >= 1);
  nowMs += 30_000;
  await conversations.markRead(number);
  assert.deepEqual(await ends(), [begun + 90_000, begun + 60_000, begun + 60_000]);
  assert.equal(await unread(), 0);
});

test("a number's record is asked for once, however many wrote under it; who has it is found among them", async () => {
  const text = (place: number) => `00000000001${place}`;
  for (let place = 1; place < 5; place += 1) {
    const key = `${place}${place}`.repeat(32);
    await on.records.commit([
      put("people", key, person),
      put("messages", text(place), create(MessageSchema, { id: key, number: friendNumber })),
      point("threads", `?${key}/${text(place)}`, text(place)),
    ]);
  }
  let asked = 0;
  meanwhile = async () => {
    asked += 1;
  };
  await open();
  assert.equal(asked, 1);
  assert.deepEqual(await on.records.keys("people"), [personKey(accountIdOfPerson(person))]);
  assert.deepEqual([await standings(), await shown()], [[Standing.REQUEST], 1]);
});

test("whether anybody may be told that their texts came is said", async () => {
  assert.equal(await open(), false);
  await knowing(on.records, person);
  await on.records.commit([put("contacts", friendNumber, create(ContactSchema))]);
  assert.equal(await open(), true);
  assert.deepEqual(await standings(), [Standing.CURRENT]);
  assert.equal(await open(), false);
});

test("requests are opened as their first texts came, however their accounts are ordered", async () => {
  const came: PhoneNumber[] = [];
  for (const [place, accountByte] of ["ee", "00", "77"].entries()) {
    const number = `+44770090010${place}` as PhoneNumber;
    const key = accountByte.repeat(32);
    const text = `00000000001${place}`;
    await on.records.commit([
      put("people", key, { ...person, number }),
      put("numbers", number, create(NumberRecordSchema)),
      point("threads", `?${key}/${text}`, text),
    ]);
    came.push(number);
  }
  const asked: string[] = [];
  const discovery = {
    recordOfEvaluated: async (_: unknown, number: string) => {
      asked.push(number);
      throw new AssentError("lookups_used_up");
    },
  } as unknown as Discovery;
  await new Requests(on.records, discovery, on.parts.now).open(on.self);
  assert.deepEqual(asked, [friendNumber, ...came]);
});
