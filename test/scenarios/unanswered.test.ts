// Texts whose recipient never says a word: the service is asked what became of them, until they are final. Nothing that
// it says before that tells when a phone was there.
import assert from "node:assert/strict";
import { test } from "node:test";
import { loadMls } from "@assent/client/node";
import { ContentSchema, limits, parseNumber } from "@assent/protocol";
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { changedEncryption, type MemoryPhone, phonesOn } from "../memory-phone.ts";
import { TestServer } from "../network.ts";

const german = parseNumber("+4915123456789");
const french = parseNumber("+33612345678");
const british = parseNumber("+447400123456");
const day = 86_400_000;

/** The service and some phones go on as if so much time had passed. */
async function goOn(server: TestServer, phones: readonly MemoryPhone[], aheadMs: number) {
  await server.stop();
  server.clockAheadMs = aheadMs;
  await server.start();
  for (const phone of phones) phone.now = () => Date.now() + aheadMs;
}

/** What a phone is shown of texts it sent. */
async function receipts(phone: MemoryPhone) {
  return (await phone.events()).flatMap((event) =>
    event.type === "receipt" ? [[event.text.text, event.text.state, event.text.error]] : [],
  );
}

async function countAwaited(phone: MemoryPhone): Promise<number> {
  let count = 0;
  await phone.withStore(async (store) => {
    count = (await store.list("awaited")).length;
  });
  return count;
}

async function countAsked(phone: MemoryPhone): Promise<number> {
  const ledger = await phone.run((profile) => profile.ledger.lines());
  return ledger.filter(({ declaration }) => declaration === "ask-status").length;
}

test("a text that a device took is never called expired; one that nobody took is, and before 30 days neither", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben, carol] = await phonesOn(server, [german, french, british]);
  assert.ok(anna && ben && carol);
  // Ben does not know Anna: he reads her text and no receipt goes back. Carol's phone is off for a month.
  await anna.send(ben, "to Ben");
  assert.deepEqual(await ben.texts(), ["to Ben"]);
  await anna.send(carol, "to Carol");
  assert.equal(await countAwaited(anna), 2);

  await goOn(server, [anna], 2 * day);
  assert.deepEqual(await receipts(anna), []);
  assert.equal(await countAsked(anna), 2, "each was asked about");
  assert.equal(await countAwaited(anna), 2, "and of neither is more known");

  await goOn(server, [anna, ben], (limits.envelopeDays + 2) * day);
  assert.deepEqual((await receipts(anna)).sort(), [
    ["to Ben", "not-known", undefined],
    ["to Carol", "not-delivered", "expired"],
  ]);
  assert.equal(await countAwaited(anna), 0, "both are final: nothing is left to ask about");
  // The address that came with Ben's KeyPackage has run out by now.
  await anna.send(ben, "and another");
  await anna.events();
  assert.deepEqual(await ben.texts(), ["and another"]);
});

test("nobody is sent a long text before they answered", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben] = await phonesOn(server, [german, french]);
  assert.ok(anna && ben);
  const most = "x".repeat(limits.unansweredTextBytes);
  const tooLong = { code: "unanswered_text_too_long" };
  await assert.rejects(anna.send(ben, `${most}x`), tooLong);
  await anna.send(ben, most);
  // Also to somebody who has read a text, and is not said to have.
  assert.deepEqual(await ben.texts(), [most]);
  await assert.rejects(anna.send(ben, `${most}x`), tooLong);
  const history = await anna.run((profile) => profile.conversations.history(french));
  assert.deepEqual(
    history.map(({ text, state }) => [text.length, state]),
    [
      // Taken before anybody was asked whether it could go by SMS instead.
      [most.length + 1, "not-delivered"],
      [most.length, "sent"],
    ],
    "what was refused is not in the thread",
  );
  await ben.send(anna, "answer");
  assert.deepEqual(await anna.texts(), ["answer"]);
  const longest = "y".repeat(limits.textBytes);
  assert.equal((await anna.send(ben, longest)).state, "sent");
  assert.deepEqual(await ben.texts(), [longest]);
});

test("a changed client that sends a long text all the same has it come to nothing", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben] = await phonesOn(server, [german, french]);
  assert.ok(anna && ben);
  const mls = await loadMls();
  const encryption = changedEncryption(mls, {
    encrypt: (state, content) => {
      const said = fromBinary(ContentSchema, content);
      if (said.body.case === "text") said.body.value.text = said.body.value.text.repeat(20_000);
      return mls.encrypt(state, toBinary(ContentSchema, said));
    },
  });
  await anna.send(ben, "hello");
  assert.equal((await anna.send(ben, "hi", { encryption })).state, "sent");
  assert.deepEqual(await ben.texts(), ["hello"]);
  await ben.send(anna, "who are you?");
  assert.deepEqual(await anna.texts(), ["who are you?"]);
  await anna.send(ben, "ho", { encryption });
  assert.deepEqual(await ben.texts(), ["ho".repeat(20_000)]);
});
