// What the service answers about texts it stored may be of a later version, or false: nothing that it says makes a text
// vanish without a word, or be shown twice.
import assert from "node:assert/strict";
import { test } from "node:test";
import { EnvelopeStatus, PutOutcome, parseNumber } from "@assent/protocol";
import { type MemoryPhone, phonesThatTexted, sendNow } from "../memory-phone.ts";
import { TestServer } from "../network.ts";
import { type Between, outboxSaying } from "./lying-network.ts";

const german = parseNumber("+4915123456789");
const french = parseNumber("+33612345678");
const day = 86_400_000;
// No version of the contract has it.
const unknown: number = 99;

function statusAnswered(status: number, told: { count: number }): Between {
  return outboxSaying(({ statusResults }) => {
    for (const result of statusResults) {
      result.status = status;
      told.count += 1;
    }
  });
}

/** States of what a phone sent, oldest first, without the first greeting. */
async function statesOf(phone: MemoryPhone, number: typeof french): Promise<string[]> {
  const history = await phone.run((profile) => profile.conversations.history(number));
  return history
    .filter(({ outgoing }) => outgoing)
    .map(({ state }) => state)
    .slice(1);
}

async function countPuts(phone: MemoryPhone): Promise<number> {
  const ledger = await phone.run((profile) => profile.ledger.lines());
  return ledger.filter(({ declaration }) => declaration === "put").length;
}

/** Anna sent a text a day ago; Ben, who knows her, did not take it yet. */
async function textThatWaits(context: Parameters<typeof TestServer.start>[0]) {
  const server = await TestServer.start(context);
  const [anna, ben] = await phonesThatTexted(server, [german, french]);
  await ben.events();
  await anna.events();
  await anna.send(ben, "waits");
  anna.now = () => Date.now() + day;
  return { anna, ben };
}

test("a status that nobody knows is asked for again later", async (context) => {
  const { anna, ben } = await textThatWaits(context);
  const told = { count: 0 };
  const network = statusAnswered(unknown, told);
  assert.deepEqual(await anna.events({ network }), []);
  assert.deepEqual(await statesOf(anna, french), ["sent"]);
  assert.deepEqual(await anna.events({ network }), []);
  assert.equal(told.count, 1, "not twice on one day");
  anna.now = () => Date.now() + 2.5 * day;
  assert.deepEqual(await anna.events({ network }), []);
  assert.equal(told.count, 2);
  assert.deepEqual(await ben.texts(), ["waits"]);
  await anna.events();
  assert.deepEqual(await statesOf(anna, french), ["delivered"]);
});

test("what is called lost is sent again as the same message, and shown once", async (context) => {
  const { anna, ben } = await textThatWaits(context);
  const told = { count: 0 };
  const before = await countPuts(anna);
  await anna.events({ network: statusAnswered(EnvelopeStatus.LOST, told) });
  assert.equal(told.count, 1);
  assert.equal(await countPuts(anna), before + 1, "it was sent again");
  assert.deepEqual(await statesOf(anna, french), ["sent"]);
  assert.deepEqual(await ben.texts(), ["waits"]);
  await anna.events();
  assert.deepEqual(await statesOf(anna, french), ["delivered"]);
});

test("who is told falsely that a text expired is told better by its receipt", async (context) => {
  const { anna, ben } = await textThatWaits(context);
  await anna.events({ network: statusAnswered(EnvelopeStatus.EXPIRED, { count: 0 }) });
  assert.deepEqual(await statesOf(anna, french), ["not-delivered"]);
  assert.deepEqual(await ben.texts(), ["waits"]);
  await anna.events();
  assert.deepEqual(await statesOf(anna, french), ["delivered"]);
});

test("who is told falsely that somebody left is told so, and goes on with the next text", async (context) => {
  const { anna, ben } = await textThatWaits(context);
  await anna.events({ network: statusAnswered(EnvelopeStatus.GONE, { count: 0 }) });
  assert.deepEqual(await statesOf(anna, french), ["not-delivered"]);
  const [text] = (await anna.run((profile) => profile.conversations.history(french))).slice(-1);
  assert.equal(text?.error, "gone", "the record names the same key: nothing is said of another");
  await anna.send(ben, "still there?");
  assert.deepEqual(await ben.texts(), ["waits", "still there?"]);
});

test("a put answered in a way that nobody knows stays queued, and goes out later, once", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben] = await phonesThatTexted(server, [german, french]);
  const told = { count: 0 };
  const network = outboxSaying(({ putResults }) => {
    for (const result of putResults) {
      result.outcome = unknown;
      result.ticket = new Uint8Array();
      told.count += 1;
    }
  });
  for (const text of ["one", "two"]) {
    const { state } = await anna.run((profile) => sendNow(profile, french, text), { network });
    assert.equal(state, "queued");
  }
  assert.ok(told.count > 0);
  // Reserved outcomes are not known yet either.
  const reserved = outboxSaying(({ putResults }) => {
    for (const result of putResults) result.outcome = PutOutcome.ACCEPTED_FOR_FORWARDING;
  });
  await anna.events({ network: reserved });
  assert.deepEqual(await statesOf(anna, french), ["queued", "queued"]);
  await anna.events();
  assert.deepEqual(await statesOf(anna, french), ["sent", "sent"]);
  assert.deepEqual(await ben.texts(), ["one", "two"]);
});
