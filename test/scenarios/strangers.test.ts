// What strangers put into a mailbox is behind its owner's own, and behind their friends': however much it is, and whatever it asks
// the phone to fetch.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  EnvelopeContentSchema,
  openManifest,
  parseNumber,
  SignedSchema,
  sealEnvelope,
  sealOf,
} from "@assent/protocol";
import { create, fromBinary } from "@bufbuild/protobuf";
import {
  type Between,
  changedNetwork,
  type MemoryPhone,
  offline,
  phonesOn,
  phonesThatTexted,
} from "../memory-phone.ts";
import { TestServer } from "../network.ts";
import { both, delivering } from "./lying-network.ts";

const german = parseNumber("+4915123456789");
const french = parseNumber("+33612345678");
const british = parseNumber("+447400123456");

type Network = NonNullable<Between["network"]>;

/** Keeps what a phone asks for over HTTP, and when it sends over its outbox. */
function keeping(done: string[]): Network {
  return (real) =>
    changedNetwork(real, {
      http: (request, ...more) => {
        done.push(request.url.slice(request.url.lastIndexOf("/") + 1));
        return real.http(request, ...more);
      },
      openSocket: async (url, ...more) => {
        const socket = await real.openSocket(url, ...more);
        return {
          close: () => socket.close(),
          send: (bytes) => {
            if (url.endsWith("/outbox")) done.push("put");
            socket.send(bytes);
          },
        };
      },
    });
}

async function sealingKeyOf(phone: MemoryPhone): Promise<Uint8Array> {
  const { identity } = await phone.storedState();
  assert.ok(identity);
  const manifest = await openManifest(fromBinary(SignedSchema, identity.manifestEncoded));
  const sealingKey = manifest?.devices[0]?.sealingKey;
  assert.ok(sealingKey);
  return sealingKey;
}

test("what waits to be sent goes before strangers' records are asked for", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben] = await phonesThatTexted(server, [german, french]);
  await ben.texts();
  const [carol] = await phonesOn(server, [british]);
  assert.ok(carol);
  await carol.send(ben, "from a stranger");
  assert.equal((await ben.send(anna, "mine", { network: offline })).state, "queued");
  const done: string[] = [];
  assert.deepEqual(await ben.texts({ network: keeping(done) }), ["from a stranger"]);
  const [put, record] = [done.indexOf("put"), done.indexOf("GetRecord")];
  assert.ok(put >= 0 && put < record, done.join());
  assert.deepEqual(await anna.texts(), ["mine"]);
});

test("a first contact under a key that cannot be fetched holds up nothing but itself", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben] = await phonesThatTexted(server, [german, french]);
  await ben.texts();
  const [carol] = await phonesOn(server, [british]);
  assert.ok(carol);
  await carol.send(ben, "from a stranger");
  await anna.send(ben, "from a friend");
  assert.equal((await ben.send(anna, "mine", { network: offline })).state, "queued");
  const evaluation = { voprfEpoch: 4_294_967_295 };
  const sender = { number: british, evaluation };
  const madeUp = await sealEnvelope(
    { kind: "device", sealingKey: await sealingKeyOf(ben) },
    create(EnvelopeContentSchema, { content: { case: "firstContact", value: { sender } } }),
  );
  const naming = delivering((envelopes) =>
    envelopes.map((envelope) =>
      sealOf(envelope.body) === "device" ? { ...envelope, body: madeUp } : envelope,
    ),
  );
  const withoutKeys: Network = (real) =>
    changedNetwork(real, {
      http: (request, ...more) =>
        request.url.endsWith("/GetParameters")
          ? Promise.reject(new Error("no keys now"))
          : real.http(request, ...more),
    });
  const { events, error } = await ben.receive({ network: both(naming, withoutKeys) });
  const texts = events.flatMap((event) => (event.type === "message" ? [event.text.text] : []));
  assert.deepEqual(texts, ["from a friend"]);
  assert.equal((error as { code?: string } | undefined)?.code, "unreachable");
  assert.deepEqual(await anna.texts(), ["mine"]);
  // It was not acknowledged, and is what it was.
  assert.deepEqual(await ben.texts(), ["from a stranger"]);
});
