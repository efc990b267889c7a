// A mailbox that is full for one text holds up what is behind it to the same person, and nobody else's.
import assert from "node:assert/strict";
import { test } from "node:test";
import { openOutbox } from "@assent/bare-phone";
import { parseNumber } from "@assent/protocol";
import { fromBinary } from "@bufbuild/protobuf";
import { PersonSchema } from "../../packages/client/src/store/records.ts";
import { type MemoryPhone, offline, phonesOn } from "../memory-phone.ts";
import { TestServer } from "../network.ts";

const german = parseNumber("+4915123456789");
const french = parseNumber("+33612345678");
const british = parseNumber("+447400123456");

// All strangers together have 16 MB in a mailbox. Beside the first contact, whose room comes back on the full hour, these
// leave room for a short text, and for no long one.
const filling = [...Array(255).fill(65_536), ...Array(2).fill(16_384), ...Array(2).fill(4_096)];

/** The right that a phone has to write to a number that it has written to. */
async function capabilityFor(phone: MemoryPhone, number: string): Promise<Uint8Array> {
  let capability: Uint8Array | undefined;
  await phone.withStore(async (store) => {
    const people = (await store.list("people")).map(({ value }) => fromBinary(PersonSchema, value));
    capability = people.find((person) => person.number === number)?.devices[0]?.capability;
  });
  assert.ok(capability);
  return capability;
}

test("a short text does not overtake a long one that was refused", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben, carol] = await phonesOn(server, [german, french, british]);
  assert.ok(anna && ben && carol);
  for (const phone of [ben, carol]) {
    await anna.send(phone, "hello");
    assert.deepEqual(await phone.texts(), ["hello"]);
  }
  const outbox = await openOutbox(server);
  context.after(() => outbox.webSocket.close());
  const capability = await capabilityFor(anna, ben.number);
  const putOf = (bytes: number) =>
    outbox.resultOf(outbox.put({ capability, body: new Uint8Array(bytes) }));
  for (const bytes of filling) assert.equal((await putOf(bytes)).kind, "put");
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
});
