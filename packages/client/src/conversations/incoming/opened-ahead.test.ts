// What is opened before its turn is what would be opened in it.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import {
  type DeliveredEnvelope,
  DeliveredEnvelopeSchema,
  EnvelopeContentSchema,
  hex,
  portablePrimitives,
  sealEnvelope,
  utf8,
} from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import { GivenAddressSchema, put, Records } from "../../store/records.ts";
import { createMemoryStore } from "../../store/store-for-tests.ts";
import { OpenedAhead } from "./opened-ahead.ts";

const [key, otherKey] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
const serial = new Uint8Array(16).fill(3);
let records: Records;

beforeEach(async () => {
  records = new Records(createMemoryStore());
  const given = create(GivenAddressSchema, { envelopeKey: key });
  await records.commit([put("given", hex(serial), given)]);
});

async function sealedUnder(envelopeKey: Uint8Array, addressSerial = serial) {
  const content = create(EnvelopeContentSchema, {
    content: { case: "groupMessage", value: utf8("hello") },
  });
  const body = await sealEnvelope({ kind: "address", envelopeKey }, content);
  return create(DeliveredEnvelopeSchema, { addressSerial, body });
}

function openedAhead(...envelopes: DeliveredEnvelope[]): Promise<OpenedAhead> {
  return records.step((step) => OpenedAhead.of(step, envelopes, portablePrimitives));
}

test("opens once what came through a known address", async () => {
  const envelope = await sealedUnder(key);
  const ahead = await openedAhead(envelope);
  const opened = await ahead.open(envelope, key);
  assert.equal(opened?.content.case, "groupMessage");
  assert.equal(await ahead.open(envelope, key), opened);
});

test("opens under the key that its address has by its turn", async () => {
  const envelope = await sealedUnder(otherKey);
  const ahead = await openedAhead(envelope);
  assert.equal(await ahead.open(envelope, key), undefined);
  assert.equal((await ahead.open(envelope, otherKey))?.content.case, "groupMessage");
});

test("opens in its turn what came through an address that was not known", async () => {
  const envelope = await sealedUnder(key, new Uint8Array(16).fill(9));
  const ahead = await openedAhead(envelope);
  assert.equal((await ahead.open(envelope, key))?.content.case, "groupMessage");
});
