// Why a text waits, as whoever wrote it is told: of those whose person stopped it, and only of what a person can make use of.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { AssentError, type ErrorCode, type PhoneNumber } from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import { phoneOn } from "../../account/cell-for-tests.ts";
import { MessageSchema, type Person, point, put, TextState } from "../../store/records.ts";
import {
  accountIdOfPerson,
  type ConversingForTests,
  conversing,
  personOf,
  sealedText,
} from "../conversing-for-tests.ts";
import { personKey } from "../people/person.ts";
import { noteWhyWaiting } from "./why-waiting.ts";

let on: ConversingForTests;
let anna: Person;
let ben: Person;
let toAnna: string;
let toBen: string;
let toNobodyKnown: string;

const stranger = "+447400888888" as PhoneNumber;

beforeEach(async () => {
  on = await conversing();
  anna = personOf(on.friend);
  ben = personOf(await phoneOn(on.cell, "+447400777777" as PhoneNumber));
  toAnna = await sealedText(on.records, anna, 1);
  toBen = await sealedText(on.records, ben, 2);
  toNobodyKnown = "9".repeat(16);
  const text = create(MessageSchema, { number: stranger, outgoing: true, state: TextState.QUEUED });
  await on.records.commit([
    put("messages", toNobodyKnown, text),
    point("queue", toNobodyKnown, toNobodyKnown),
  ]);
});

const stoppedBy = (code: ErrorCode, ...whose: string[]) =>
  noteWhyWaiting(on.records, new Map(whose.map((one) => [one, new AssentError(code)])));

async function errors() {
  const texts = [toAnna, toBen, toNobodyKnown].map((key) => on.records.get("messages", key));
  return (await Promise.all(texts)).map((text) => text?.error);
}

test("it is noted with the texts to whoever stopped them, by account or by number", async () => {
  await stoppedBy("mailbox_full", personKey(accountIdOfPerson(anna)));
  assert.deepEqual(await errors(), ["mailbox_full", "", ""]);
  await stoppedBy("lookups_used_up", stranger);
  assert.deepEqual(await errors(), ["", "", "lookups_used_up"]);
});

test("what passes by itself is not told, and takes back what was", async () => {
  const all = [anna, ben].map((person) => personKey(accountIdOfPerson(person)));
  await stoppedBy("mailbox_full", ...all, stranger);
  assert.deepEqual(await errors(), ["mailbox_full", "mailbox_full", "mailbox_full"]);
  await stoppedBy("rate_limited", ...all);
  assert.deepEqual(await errors(), ["", "", ""]);
});

test("a text that is no longer queued keeps what became of it", async () => {
  const text = await on.records.get("messages", toAnna);
  assert.ok(text);
  const failed = { ...text, state: TextState.NOT_DELIVERED, error: "gone" };
  await on.records.commit([put("messages", toAnna, failed)]);
  await stoppedBy("mailbox_full", personKey(accountIdOfPerson(anna)));
  assert.deepEqual(await errors(), ["gone", "", ""]);
});
