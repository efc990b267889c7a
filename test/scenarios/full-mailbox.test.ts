// A mailbox that is full for one text holds up what is behind it to the same person, and nobody else's.
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseNumber } from "@assent/protocol";
import { fillMailbox } from "../filled-mailbox.ts";
import { offline, phonesOn } from "../memory-phone.ts";
import { TestServer } from "../network.ts";

const german = parseNumber("+4915123456789");
const french = parseNumber("+33612345678");
const british = parseNumber("+447400123456");

test("a short text does not overtake a long one that was refused", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben, carol] = await phonesOn(server, [german, french, british]);
  assert.ok(anna && ben && carol);
  for (const phone of [ben, carol]) {
    await anna.send(phone, "hello");
    assert.deepEqual(await phone.texts(), ["hello"]);
  }
  const putOf = await fillMailbox(context, server, anna, ben.number);
  const long = "A text of five kilobytes. ".repeat(200);
  for (const [to, text] of [
    [ben, long],
    [ben, "short"],
    [carol, "to somebody else"],
    [carol, "and again"],
  ] as const) {
    assert.equal((await anna.send(to, text, { network: offline })).state, "queued");
  }
  await anna.events();
  assert.deepEqual(await carol.texts(), ["to somebody else", "and again"]);
  // Whoever wrote them can see why they wait, and it is said of no other.
  const whyWaiting = () =>
    anna.run(async ({ conversations }) => {
      const texts = await Promise.all([ben, carol].map((to) => conversations.history(to.number)));
      return texts.flat().map(({ state, error }) => `${state} ${error ?? ""}`.trim());
    });
  const full = "queued mailbox_full";
  assert.deepEqual(await whyWaiting(), ["sent", full, full, "sent", "sent", "sent"]);
  // The positive control: a short one alone would have been stored, and a long one would not.
  assert.equal((await putOf(512)).kind, "put");
  const refused = await putOf(16_384);
  assert.ok(refused.kind === "error" && refused.code === "mailbox_full");
  // What waits is taken, and on the full hour after that there is room again.
  assert.deepEqual(await ben.texts(), []);
  await anna.events();
  assert.deepEqual(await ben.texts(), []);
  await server.stop();
  server.clockAheadMs = 60 * 60_000;
  await server.start();
  await anna.events();
  assert.deepEqual(await ben.texts(), [long, "short"]);
  assert.deepEqual(await whyWaiting(), Array(6).fill("sent"));
});
