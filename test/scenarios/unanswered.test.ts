// Texts whose recipient never says a word: the service is asked what became of them, until they are final.
import assert from "node:assert/strict";
import { test } from "node:test";
import { limits, parseNumber } from "@assent/protocol";
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { AwaitedEnvelopeSchema } from "../../packages/client/src/store/records.ts";
import { type MemoryPhone, phonesOn } from "../memory-phone.ts";
import { TestServer } from "../network.ts";

const german = parseNumber("+4915123456789");
const french = parseNumber("+33612345678");
const british = parseNumber("+447400123456");

/** As if all that is awaited had been sent, and asked about, longer ago than the service keeps anything. */
async function makeOld(phone: MemoryPhone): Promise<void> {
  await phone.withStore(async (store) => {
    for (const { key, value } of await store.list("awaited")) {
      const awaited = fromBinary(AwaitedEnvelopeSchema, value);
      awaited.storedAtMs -= BigInt(limits.envelopeDays + 2) * 86_400_000n;
      awaited.askedAtMs = awaited.storedAtMs;
      const old = toBinary(AwaitedEnvelopeSchema, awaited);
      await store.commit([{ table: "awaited", key, value: old }]);
    }
  });
}

test("a text that a device took is never called expired; one that nobody took is", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben, carol] = await phonesOn(server, [german, french, british]);
  assert.ok(anna && ben && carol);
  // Ben does not know Anna: he reads her text and no receipt goes back. Carol's phone is off for a month.
  await anna.send(ben, "to Ben");
  assert.deepEqual(await ben.texts(), ["to Ben"]);
  await anna.send(carol, "to Carol");
  await makeOld(anna);
  const shown = (await anna.events()).flatMap((event) =>
    event.type === "receipt" ? [[event.text.text, event.text.state, event.text.error]] : [],
  );
  assert.deepEqual(shown, [["to Carol", "not-delivered", "expired"]]);
  const [toBen] = await anna.run((profile) => profile.history(french));
  assert.equal(toBen?.state, "sent");
  // Both are final: nothing is left to ask about.
  await anna.withStore(async (store) => assert.deepEqual(await store.list("awaited"), []));
  await anna.send(ben, "and another");
  assert.deepEqual(await ben.texts(), ["and another"]);
});
