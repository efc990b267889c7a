// Evaluation under budget, and the public buckets, against a real server.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  BucketIndexSchema,
  blindInput,
  bucketHolds,
  bucketOf,
  EvaluateRequestSchema,
  finalizeBatch,
  handleKeys,
  randomBytes,
  sha256,
  utf8,
} from "@assent/protocol";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { leave, makePhone, type Phone, signedCall, turnOn } from "../phone-for-tests.ts";
import { codeOf, startTestServer } from "../server-for-tests.ts";
import { bitsFor, createBuckets } from "./buckets.ts";

const mobile = "+4915123456789";

async function evaluate(
  phone: Phone,
  blindedElements: Uint8Array[],
  { voprfEpoch = 1, nowMs = Date.now() } = {},
) {
  const body = create(EvaluateRequestSchema, { voprfEpoch, blindedElements });
  const request = await signedCall(
    phone,
    "DiscoveryService/Evaluate",
    toBinary(EvaluateRequestSchema, body),
    nowMs,
  );
  return phone.discovery.evaluate({ request });
}

test("a blinded number evaluates to the handle that its owner's claim is under", async (context) => {
  const server = await startTestServer(context);
  const [owner, searcher] = [
    await makePhone(server, mobile),
    await makePhone(server, "+4915123456780"),
  ];
  const { claim } = await turnOn(server, owner);
  await turnOn(server, searcher);
  const inputs = [blindInput(utf8(mobile)), blindInput(utf8("+4915123456781"))];
  const evaluated = await evaluate(
    searcher,
    inputs.map(({ blindedElement }) => blindedElement),
  );
  const publicKey = searcher.parameters.voprfKey?.publicKey ?? new Uint8Array();
  const [found, unknown] = finalizeBatch(publicKey, inputs, evaluated).map(handleKeys);
  assert.equal(found?.tag, claim.tag);
  assert.notEqual(unknown?.tag, claim.tag);
  assert.equal(evaluated.budgetLeft, 1_998);
});

test("a budget of 2,000, then 100 a day, and nothing beyond it", async (context) => {
  const server = await startTestServer(context);
  const phone = await makePhone(server, mobile);
  await turnOn(server, phone);
  const { blindedElement } = blindInput(utf8(mobile));
  const elements = (count: number) => Array.from({ length: count }, () => blindedElement);
  for (let count = 0; count < 19; count += 1) await evaluate(phone, elements(100));
  assert.equal((await evaluate(phone, elements(92))).budgetLeft, 8);
  assert.equal(await codeOf(evaluate(phone, elements(9))), "lookups_used_up");
  server.clock.nowMs += 86_400_000;
  const { nowMs } = server.clock;
  assert.equal((await evaluate(phone, elements(100), { nowMs })).budgetLeft, 8);
  assert.equal((await evaluate(phone, elements(8), { nowMs })).budgetLeft, 0);
  assert.equal(await codeOf(evaluate(phone, elements(1), { nowMs })), "lookups_used_up");
});

test("what is no element, too many, none or of another epoch is refused", async (context) => {
  const server = await startTestServer(context);
  const phone = await makePhone(server, mobile);
  await turnOn(server, phone);
  const { blindedElement } = blindInput(utf8(mobile));
  const refused = [
    [new Uint8Array(32)],
    [new Uint8Array(32).fill(0xff)],
    [randomBytes(31)],
    [],
    Array.from({ length: 101 }, () => blindedElement),
  ];
  for (const elements of refused) {
    assert.equal(await codeOf(evaluate(phone, elements)), "request_invalid");
  }
  const otherEpoch = evaluate(phone, [blindedElement], { voprfEpoch: 2 });
  assert.equal(await codeOf(otherEpoch), "request_invalid");
});

test("buckets hold who is on, and change as people come and go", async (context) => {
  const server = await startTestServer(context);
  const get = (name: string, headers: Record<string, string> = {}) =>
    fetch(`${server.origin}/buckets/1/${name}`, { headers });
  const phone = await makePhone(server, mobile);
  const bucketBytes = async () => new Uint8Array(await (await get("0")).arrayBuffer());
  assert.equal((await bucketBytes()).length, 0);
  const { claim } = await turnOn(server, phone);
  assert.ok(bucketHolds(await bucketBytes(), claim.tag));
  const answer = await get("index");
  const index = fromBinary(BucketIndexSchema, new Uint8Array(await answer.arrayBuffer()));
  assert.deepEqual(index.bucketHashes, [sha256(await bucketBytes())]);
  assert.equal(index.bits, 0);
  const etag = answer.headers.get("etag") ?? "";
  assert.equal((await get("index", { "if-none-match": etag })).status, 304);
  await leave(phone);
  assert.equal((await get("index", { "if-none-match": etag })).status, 200);
  assert.equal((await bucketBytes()).length, 0);
  for (const missing of ["1", "2e0", "-1", "..%2findex"]) {
    assert.equal((await get(missing)).status, 404);
  }
  assert.equal((await fetch(`${server.origin}/buckets/2/index`)).status, 404);
});

test("there are more buckets as there are more people, and each is in the one its bits name", async () => {
  assert.deepEqual(
    [0, 1, 1_024, 2_047, 2_048, 4_096, 1_000_000].map((people) => bitsFor(people, 1_024)),
    [0, 0, 0, 0, 1, 2, 9],
  );
  const bucketBits = crypto.getRandomValues(new Uint32Array(64));
  const tags = crypto.getRandomValues(new Uint32Array(64));
  const buckets = createBuckets({
    store: {
      accountTags: async () => ({ bucketBits, tags }),
      spend: async () => ({ kind: "no-account" }),
    },
    voprfEpoch: 1,
    peoplePerBucket: 8,
  });
  for (const [index, tag] of tags.entries()) {
    const file = await buckets.file(1, bucketOf(bucketBits[index] as number, 3));
    assert.ok(bucketHolds(file?.bytes ?? new Uint8Array(), tag));
  }
  assert.equal(await buckets.file(1, 8), undefined);
});
