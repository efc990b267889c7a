// What waited for long is taken in commits of a bounded size, once and in order, wherever it stopped.
import assert from "node:assert/strict";
import { test } from "node:test";
import { hex, sealEnvelope } from "@assent/protocol";
import { conversing, knowing, personOf } from "../conversing-for-tests.ts";
import { givenTo, laterContent, ofAddress, takingOf, throughAddress } from "./taking-for-tests.ts";

test("600 envelopes are three commits, and those that were stored are not taken again", async () => {
  const on = await conversing();
  const anna = personOf(on.friend);
  await knowing(on.records, anna);
  await on.records.commit([givenTo(anna)]);
  const body = await sealEnvelope(ofAddress, laterContent);
  const envelopes = Array.from({ length: 600 }, () => throughAddress(body));
  const taking = takingOf(on, on.parts);
  const { commits } = on.phone.store;
  const before = commits.length;
  await taking.take(on.self, envelopes);
  const taken = commits
    .slice(before)
    .map((changes) => changes.filter(({ table }) => table === "seen").map(({ key }) => key));
  assert.deepEqual(
    taken.map(({ length }) => length),
    [256, 256, 88],
  );
  assert.deepEqual(
    taken.flat(),
    envelopes.map(({ envelopeId }) => `e${hex(envelopeId)}`),
  );
  await taking.take(on.self, envelopes);
  assert.equal(commits.length, before + 3);
});
