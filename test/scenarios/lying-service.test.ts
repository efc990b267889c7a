// A service that lies: between phone and service, answers are changed on the way. The phone refuses, or shows
// the gap; it sends to no key that the record does not vouch for, and shows no text twice.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  bytesFromHex,
  type DeliveredEnvelope,
  EvaluateResponseSchema,
  GetRecordResponseSchema,
  hex,
  openEnvelope,
  parseNumber,
  randomBytes,
  sealEnvelope,
  TakeKeyPackagesResponseSchema,
} from "@assent/protocol";
import { fromBinary, type MessageShape, toBinary } from "@bufbuild/protobuf";
import {
  GivenAddressSchema,
  PersonSchema,
  ProfileStateSchema,
} from "../../packages/client/src/store/records.ts";
import { type MemoryPhone, phonesOn } from "../memory-phone.ts";
import { TestServer } from "../network.ts";
import { both, countingPuts, delivering, flipped, lying } from "./lying-network.ts";

const german = parseNumber("+4915123456789");
const french = parseNumber("+33612345678");
const british = parseNumber("+447400123456");

const untrusted = { code: "service_untrusted" };

test("a false evaluation, record, manifest or KeyPackage sends nothing", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben, carol] = await phonesOn(server, [german, french, british]);
  assert.ok(anna && ben && carol);
  let stolen: MessageShape<typeof TakeKeyPackagesResponseSchema> | undefined;
  await carol.send(anna, "so that there is something of Carol's", {
    network: lying("/TakeKeyPackages", TakeKeyPackagesResponseSchema, (answer) => {
      stolen = structuredClone(answer);
    }),
  });
  assert.ok(stolen);
  const foreign = stolen;
  const sent = { puts: 0 };
  const lies = [
    lying("/Evaluate", EvaluateResponseSchema, (answer) => {
      answer.proof = flipped(answer.proof);
    }),
    lying("/Evaluate", EvaluateResponseSchema, (answer) => {
      answer.evaluatedElements = [new Uint8Array(32)];
    }),
    lying("/GetRecord", GetRecordResponseSchema, (answer) => {
      answer.sealedRecord = flipped(answer.sealedRecord);
    }),
    lying("/TakeKeyPackages", TakeKeyPackagesResponseSchema, (answer) => {
      Object.assign(answer, { manifest: foreign.manifest, devices: foreign.devices });
    }),
    lying("/TakeKeyPackages", TakeKeyPackagesResponseSchema, (answer) => {
      for (const device of answer.devices)
        device.keyPackage = foreign.devices[0]?.keyPackage ?? new Uint8Array();
    }),
    lying("/TakeKeyPackages", TakeKeyPackagesResponseSchema, (answer) => {
      if (answer.manifest) answer.manifest.signature = flipped(answer.manifest.signature);
    }),
    lying("/TakeKeyPackages", TakeKeyPackagesResponseSchema, (answer) => {
      for (const device of answer.devices) device.keyPackage = flipped(device.keyPackage);
    }),
  ];
  for (const [index, network] of lies.entries()) {
    await assert.rejects(
      anna.send(ben, `lie ${index}`, { network: both(countingPuts(sent), network) }),
      untrusted,
      `lie ${index}`,
    );
  }
  assert.equal(sent.puts, 0);
  assert.deepEqual(await ben.texts(), []);
  // The positive control: without a lie the same phone sends.
  const told = await anna.send(ben, "true", { network: countingPuts(sent) });
  assert.equal(told.state, "sent");
  assert.ok(sent.puts > 0);
  assert.deepEqual(await ben.texts(), ["true"]);
});

test("what comes twice is shown once, also under another envelope id", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben] = await phonesOn(server, [german, french]);
  assert.ok(anna && ben);
  await anna.send(ben, "one");
  await anna.send(ben, "two");
  const twice = delivering((envelopes) => [
    ...envelopes,
    ...envelopes,
    ...envelopes.map((envelope) => ({ ...envelope, envelopeId: randomBytes(32) })),
  ]);
  assert.deepEqual(await ben.texts({ network: twice }), ["one", "two"]);
  assert.deepEqual(await ben.texts(), []);
});

test("what comes in another order is shown once, and what is held back is missed", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben] = await phonesOn(server, [german, french]);
  assert.ok(anna && ben);
  await anna.send(ben, "zero");
  await ben.texts();
  for (const text of ["one", "two", "three"]) await anna.send(ben, text);
  let held: DeliveredEnvelope[] = [];
  const holding = delivering((envelopes) => {
    held = envelopes.slice(0, 1);
    return envelopes.slice(1);
  });
  const events = await ben.events({ network: holding });
  assert.ok(events.some((event) => event.type === "notice" && event.kind === "missing"));
  await anna.send(ben, "four");
  const late = delivering((envelopes) => [...envelopes, ...held]);
  assert.deepEqual(await ben.texts({ network: late }), ["four", "one"]);
});

test("a changed, foreign or senseless envelope changes nothing", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben, carol] = await phonesOn(server, [german, french, british]);
  assert.ok(anna && ben && carol);
  await anna.send(ben, "before");
  await ben.texts();
  let foreign: DeliveredEnvelope | undefined;
  await carol.send(anna, "for Anna alone");
  await anna.texts({
    network: delivering((envelopes) => {
      foreign = envelopes[0];
      return envelopes;
    }),
  });
  await anna.send(ben, "after");
  const disturbed = delivering((envelopes) => {
    const [real] = envelopes;
    if (!real || !foreign) return envelopes;
    const wrong = [
      flipped(real.body),
      randomBytes(512),
      randomBytes(1),
      new Uint8Array(),
      foreign.body,
    ];
    const injected = wrong.map((body) => ({ ...real, body, envelopeId: randomBytes(32) }));
    return [...injected, ...envelopes];
  });
  assert.deepEqual(await ben.texts({ network: disturbed }), ["after"]);
});

test("a KeyPackage that is given out twice starts one conversation, and the other says that it came", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben, carol] = await phonesOn(server, [german, french, british]);
  assert.ok(anna && ben && carol);
  let first: MessageShape<typeof TakeKeyPackagesResponseSchema> | undefined;
  const keeping = lying("/TakeKeyPackages", TakeKeyPackagesResponseSchema, (answer) => {
    first = structuredClone(answer);
  });
  await anna.send(ben, "from Anna", { network: keeping });
  const again = lying("/TakeKeyPackages", TakeKeyPackagesResponseSchema, (answer) => {
    for (const device of answer.devices) {
      device.keyPackage = first?.devices[0]?.keyPackage ?? new Uint8Array();
    }
  });
  await carol.send(ben, "from Carol", { network: again });
  const events = await ben.events();
  // Nobody can open the second: that Carol wrote is shown, and what she wrote is not.
  assert.deepEqual(
    events.map((event) => event.type === "message" && [event.text.number, event.text.text]),
    [
      [german, "from Anna"],
      [british, ""],
    ],
  );
  assert.ok(events[1]?.type === "message" && events[1].text.notOpened);
});

test("who claims another's number, with its true evaluation, is shown to nobody", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben, mallory] = await phonesOn(server, [german, french, british]);
  assert.ok(anna && ben && mallory);
  const identityOf = async (phone: MemoryPhone) => {
    let bytes: Uint8Array | undefined;
    await phone.withStore(async (store) => {
      bytes = await store.get("profile", "state");
    });
    return fromBinary(ProfileStateSchema, bytes ?? new Uint8Array());
  };
  const [annas, mallorys] = [await identityOf(anna), await identityOf(mallory)];
  assert.ok(annas.identity && mallorys.identity);
  // Anyone may have any number evaluated; what Mallory cannot have is the record.
  mallorys.identity.number = annas.identity.number;
  mallorys.identity.evaluationEncoded = annas.identity.evaluationEncoded;
  const value = toBinary(ProfileStateSchema, mallorys);
  await mallory.withStore((store) => store.commit([{ table: "profile", key: "state", value }]));
  assert.equal((await mallory.send(ben, "it is me, Anna")).state, "sent");
  assert.deepEqual(await ben.texts(), []);
  await anna.send(ben, "it is really me");
  assert.deepEqual(await ben.texts(), ["it is really me"]);
});

test("a message of another group, through a known address, is nobody's", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben, carol] = await phonesOn(server, [german, french, british]);
  assert.ok(anna && ben && carol);
  for (const phone of [anna, carol]) {
    await phone.send(ben, "hello");
    await ben.texts();
    await ben.send(phone, "hello");
    await phone.texts();
  }
  await carol.send(ben, "from Carol");
  let held: DeliveredEnvelope[] = [];
  await ben.texts({
    network: delivering((envelopes) => {
      held = envelopes;
      return [];
    }),
  });
  // Carol's message, sealed again under Anna's envelope key: what a service that knew it could try.
  const keys = await givenKeys(ben);
  const annas = [...keys.values()].find(({ number }) => number === german);
  const moved: DeliveredEnvelope[] = [];
  for (const envelope of held) {
    const carols = keys.get(hex(envelope.addressSerial));
    const content = carols && (await openEnvelope(carols.envelopeKey, envelope.body));
    assert.ok(content && annas);
    const seal = { kind: "address" as const, envelopeKey: annas.envelopeKey };
    const body = await sealEnvelope(seal, content);
    const addressSerial = bytesFromHex(annas.serial);
    moved.push({ ...envelope, envelopeId: randomBytes(32), addressSerial, body });
  }
  assert.ok(moved.length > 0);
  const events = await ben.events({
    network: delivering((envelopes) => [...moved, ...envelopes]),
  });
  const shown = events.flatMap((event) => (event.type === "message" ? [event.text] : []));
  assert.deepEqual(
    shown.map(({ number, text }) => [number, text]),
    [[british, "from Carol"]],
  );
});

/** The addresses a phone gave out, by serial, with whom it gave them to. */
async function givenKeys(phone: MemoryPhone) {
  const found = new Map<string, { serial: string; envelopeKey: Uint8Array; number: string }>();
  await phone.withStore(async (store) => {
    for (const { key, value } of await store.list("given")) {
      const { accountId, envelopeKey } = fromBinary(GivenAddressSchema, value);
      const person = await store.get("people", hex(accountId));
      const number = person ? fromBinary(PersonSchema, person).number : "";
      found.set(key, { serial: key, envelopeKey, number });
    }
  });
  return found;
}
