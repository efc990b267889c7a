// Evaluation under budget, and the public buckets, against a real service.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  codeOf,
  keysOf,
  leave,
  makePhone,
  type Phone,
  renewClaim,
  signedCall,
  turnOn,
  updateRequest,
} from "@assent/bare-phone";
import {
  BucketIndexSchema,
  blindInput,
  bucketHolds,
  currentKey,
  EvaluateRequestSchema,
  finalizeBatch,
  handleKeys,
  randomBytes,
  sha256,
  utf8,
} from "@assent/protocol";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { readFolders, rotateKeys } from "../main.ts";
import { startTestServer } from "../server-for-tests.ts";

const mobile = "+4915123456789";
const dayMs = 86_400_000;

async function evaluate(phone: Phone, blindedElements: Uint8Array[], voprfEpoch = 1) {
  const body = create(EvaluateRequestSchema, { voprfEpoch, blindedElements });
  const encoded = toBinary(EvaluateRequestSchema, body);
  const request = await signedCall(phone, "DiscoveryService/Evaluate", encoded);
  return phone.discovery.evaluate({ request });
}

function elements(count: number): Uint8Array[] {
  return Array(count).fill(blindInput(utf8(mobile)).blindedElement);
}

test("a blinded number evaluates to the handle that its owner's claim is under", async (context) => {
  const server = await startTestServer(context);
  const owner = await makePhone(server, mobile);
  const searcher = await makePhone(server, "+4915123456780");
  const { claim } = await turnOn(server, owner);
  await turnOn(server, searcher);
  const inputs = [blindInput(utf8(mobile)), blindInput(utf8("+4915123456781"))];
  const evaluated = await evaluate(
    searcher,
    inputs.map(({ blindedElement }) => blindedElement),
  );
  const { publicKey } = currentKey(searcher.parameters.voprfKeys)!;
  const [found, unknown] = finalizeBatch(publicKey, inputs, evaluated).map(handleKeys);
  assert.equal(found?.tag, claim.tag);
  assert.notEqual(unknown?.tag, claim.tag);
  assert.equal(evaluated.budgetLeft, 1_998);
});

test("all numbers together have a cap, also across a restart, and whoever is over it loses nobody else's", async (context) => {
  let server = await startTestServer(context, {}, { ASSENT_LOOKUPS_PER_DAY: "150" });
  const phones = [await makePhone(server, mobile), await makePhone(server, "+4915123456780")];
  for (const phone of phones) await turnOn(server, phone);
  const [first, second] = phones as [Phone, Phone];
  assert.equal(await codeOf(evaluate(first, elements(100))), "accepted");
  assert.equal(await codeOf(evaluate(second, elements(51))), "lookups_used_up");
  assert.equal(
    await codeOf(evaluate(second, elements(50))),
    "accepted",
    "it was counted for nothing",
  );
  assert.equal(await codeOf(evaluate(first, elements(1))), "lookups_used_up");
  for (let time = 0; time < 3; time += 1) {
    assert.equal(await codeOf(evaluate(second, elements(100))), "lookups_used_up");
  }
  server = await server.restart();
  const { discovery } = await makePhone(server, mobile);
  const back = { ...first, discovery };
  assert.equal(await codeOf(evaluate(back, elements(1))), "lookups_used_up");
  server.clock.nowMs += dayMs + 3_600_000;
  assert.equal((await evaluate(back, elements(1))).budgetLeft, 1_999);
  const other = { ...second, discovery };
  assert.equal(
    (await evaluate(other, elements(1))).budgetLeft,
    1_999,
    "what was refused is no use",
  );
});

test("a budget of 2,000, then 100 a day, and nothing beyond it", async (context) => {
  const server = await startTestServer(context);
  const phone = await makePhone(server, mobile);
  await turnOn(server, phone);
  for (let count = 0; count < 19; count += 1) await evaluate(phone, elements(100));
  assert.equal((await evaluate(phone, elements(92))).budgetLeft, 8);
  assert.equal(await codeOf(evaluate(phone, elements(9))), "lookups_used_up");
  server.clock.nowMs += dayMs;
  assert.equal((await evaluate(phone, elements(100))).budgetLeft, 8);
  assert.equal((await evaluate(phone, elements(8))).budgetLeft, 0);
  assert.equal(await codeOf(evaluate(phone, elements(1))), "lookups_used_up");
});

test("a budget is the number's: who leaves and comes back with it finds what was used", async (context) => {
  const server = await startTestServer(context);
  const phone = await makePhone(server, mobile);
  await turnOn(server, phone);
  assert.equal((await evaluate(phone, elements(100))).budgetLeft, 1_900);
  await leave(phone);
  await server.sweep();
  const back = await makePhone(server, mobile);
  await turnOn(server, back);
  assert.equal((await evaluate(back, elements(1))).budgetLeft, 1_899);
  const other = await makePhone(server, "+4915123456780");
  await turnOn(server, other);
  assert.equal((await evaluate(other, elements(1))).budgetLeft, 1_999);
});

test("a new epoch begins no new count: not for who renews, nor for who leaves and comes back", async (context) => {
  const server = await startTestServer(context);
  const renewing = await makePhone(server, mobile);
  const returning = await makePhone(server, "+4915123456780");
  for (const phone of [renewing, returning]) {
    await turnOn(server, phone);
    await evaluate(phone, elements(100));
  }
  const folders = readFolders({ data: server.folder }, {});
  await rotateKeys(folders, { what: ["voprf"], rootKeyFile: undefined });
  const { parameters, certificate } = await makePhone(server, mobile);
  const inNewEpoch = (phone: Phone) => ({ ...phone, parameters, certificate });

  // Under the new key, from where it stood before.
  const renewed = inNewEpoch(renewing);
  assert.equal((await evaluate(renewed, elements(100), 2)).budgetLeft, 1_800);
  const renewal = await renewClaim(renewed);
  const update = await updateRequest(renewed, keysOf(renewed, renewal), 2n, renewal.claim);
  await renewed.account.updateAccount(update);
  await renewed.account.updateAccount(update);
  assert.equal((await evaluate(renewed, elements(1), 2)).budgetLeft, 1_799);

  await leave(inNewEpoch(returning));
  const back = inNewEpoch(await makePhone(server, returning.number));
  await turnOn(server, back);
  assert.equal((await evaluate(back, elements(1), 2)).budgetLeft, 1_899);
  // The positive control: a number that looked nothing up before has all of it.
  const other = await makePhone(server, "+4915123456781");
  await turnOn(server, other);
  assert.equal((await evaluate(other, elements(1), 2)).budgetLeft, 1_999);
});

test("what is no element, too many, none or of another epoch is refused", async (context) => {
  const server = await startTestServer(context);
  const phone = await makePhone(server, mobile);
  await turnOn(server, phone);
  const refused = [
    [new Uint8Array(32)],
    [new Uint8Array(32).fill(0xff)],
    [randomBytes(31)],
    [],
    elements(101),
  ];
  for (const given of refused) {
    assert.equal(await codeOf(evaluate(phone, given)), "request_invalid");
  }
  for (const epoch of [0, 2]) {
    assert.equal(await codeOf(evaluate(phone, elements(1), epoch)), "key_outdated");
  }
  const left = (await evaluate(phone, elements(1))).budgetLeft;
  assert.equal(left, 1_997, "what is no element costs its caller, what is refused before does not");
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
  assert.deepEqual([index.bits, index.voprfEpoch], [0, 1]);
  const etag = answer.headers.get("etag") ?? "";
  assert.equal((await get("index", { "if-none-match": etag })).status, 304);
  await leave(phone);
  assert.equal((await get("index", { "if-none-match": etag })).status, 200);
  assert.equal((await bucketBytes()).length, 0);
});

test("each public file has one name", async (context) => {
  const server = await startTestServer(context);
  const statusOf = async (path: string) => (await fetch(`${server.origin}/buckets/${path}`)).status;
  for (const path of ["1/index", "1/0"]) assert.equal(await statusOf(path), 200);
  const missing = ["1/1", "1/00", "1/01", "1/2e0", "1/-1", "1/..%2findex", "1/Index", "1/"];
  missing.push("2/index", "0/index", "01/index", "01/0", "1.0/0", "4294967297/0", "index");
  for (const path of missing) assert.equal(await statusOf(path), 404, path);
});
