// What waited for long is taken in commits of a bounded size, once and in order, wherever it stopped.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  concat,
  type DeliveredEnvelope,
  DeliveredEnvelopeSchema,
  EnvelopeContentSchema,
  hex,
  sealEnvelope,
  utf8,
} from "@assent/protocol";
import { create, fromBinary } from "@bufbuild/protobuf";
import { understanding } from "../../content/understanding.ts";
import { GivenAddressSchema, put } from "../../store/records.ts";
import { accountIdOfPerson, conversing, knowing, personOf } from "../conversing-for-tests.ts";
import { Applying } from "./applying.ts";
import { Taking } from "./taking.ts";

const envelopeKey = new Uint8Array(32).fill(3);
const serial = new Uint8Array(16).fill(4);
/** Field 9, which no content of this version has: kept as it came. */
const unknown = concat(Uint8Array.of(0x4a, 5), utf8("later"));

test("600 envelopes are three commits, and those that were stored are not taken again", async () => {
  const on = await conversing();
  const anna = personOf(on.friend);
  await knowing(on.records, anna);
  const given = create(GivenAddressSchema, { accountId: accountIdOfPerson(anna), envelopeKey });
  await on.records.commit([put("given", hex(serial), given)]);
  const content = fromBinary(EnvelopeContentSchema, unknown);
  const body = await sealEnvelope({ kind: "address", envelopeKey }, content);
  const envelopes: DeliveredEnvelope[] = Array.from({ length: 600 }, (_, index) =>
    create(DeliveredEnvelopeSchema, {
      envelopeId: new Uint8Array(32).fill(index % 256).fill(index >> 8, 0, 1),
      addressSerial: serial,
      body,
    }),
  );
  const taking = new Taking(
    on.parts,
    on.sealing,
    new Applying(() => on.self, on.parts.now, understanding),
  );
  const { commits } = on.phone.store;
  const before = commits.length;
  await taking.take(on.self, envelopes);
  const kept = commits
    .slice(before)
    .map((changes) => changes.filter(({ table }) => table === "kept").map(({ key }) => key));
  assert.deepEqual(
    kept.map(({ length }) => length),
    [256, 256, 88],
  );
  assert.deepEqual(
    kept.flat(),
    envelopes.map(({ envelopeId }) => `e${hex(envelopeId)}`),
  );
  await taking.take(on.self, envelopes);
  assert.equal(commits.length, before + 3);
});
