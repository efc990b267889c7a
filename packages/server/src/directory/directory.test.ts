// Accounts against a real server: a recycled number, KeyPackages, and who may add them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { AddKeyPackagesRequestSchema, openRecord, PutOutcome, randomBytes } from "@assent/protocol";
import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import {
  makePhone,
  openInbox,
  openOutbox,
  type Phone,
  signedCall,
  turnOn,
} from "../phone-for-tests.ts";
import { codeOf, startTestServer } from "../server-for-tests.ts";

const mobile = "+4915123456789";

async function addKeyPackages(
  phone: Phone,
  added: MessageInitShape<typeof AddKeyPackagesRequestSchema>,
) {
  const body = toBinary(AddKeyPackagesRequestSchema, create(AddKeyPackagesRequestSchema, added));
  const request = await signedCall(phone, "DirectoryService/AddKeyPackages", body);
  return phone.directory.addKeyPackages({ request });
}

test("a newer claim ends the former account: its socket, its addresses, its record", async (context) => {
  const server = await startTestServer(context);
  const former = await makePhone(server, mobile);
  const formerAccount = await turnOn(server, former);
  await addKeyPackages(former, { keyPackages: [randomBytes(100)] });
  const { devices } = await former.directory.takeKeyPackages(formerAccount);
  const capability = devices[0]?.provisionalCapability ?? new Uint8Array();
  const inbox = await openInbox(server, former);
  assert.equal((await inbox.answer()).case, "ready");
  assert.equal((await inbox.answer()).case, "delivery");

  const newer = await makePhone(server, mobile);
  const { keys } = await turnOn(server, newer);
  const answer = await inbox.answer();
  assert.equal(answer.case === "error" && answer.value.code, "signed_out");
  assert.equal(await codeOf(addKeyPackages(former, {})), "signed_out");
  assert.equal(await codeOf(former.directory.takeKeyPackages(formerAccount)), "gone");
  const outbox = await openOutbox(server);
  const put = { request: 1, capability, envelopeId: randomBytes(32), body: randomBytes(512) };
  outbox.ask({ puts: [put] });
  assert.equal((await outbox.answer()).putResults[0]?.outcome, PutOutcome.GONE);
  const { sealedRecord } = await newer.directory.getRecord({ lookupKey: keys.lookupKey });
  const record = await openRecord(keys.recordKey, sealedRecord);
  assert.deepEqual(record?.rootKey, newer.root.publicKey);
});

test("a device without KeyPackages is left out; the last resort serves again and again", async (context) => {
  const server = await startTestServer(context);
  const phone = await makePhone(server, mobile);
  const account = await turnOn(server, phone);
  const take = async () => (await phone.directory.takeKeyPackages(account)).devices;
  assert.deepEqual(await take(), []);
  const [single, lastResort] = [randomBytes(100), randomBytes(100)];
  const { singleUseLeft } = await addKeyPackages(phone, { keyPackages: [single], lastResort });
  assert.equal(singleUseLeft, 1);
  const taken = [...(await take()), ...(await take()), ...(await take())];
  assert.deepEqual(
    taken.map(({ keyPackage }) => keyPackage),
    [single, lastResort, lastResort],
  );
  assert.deepEqual(taken[0]?.deviceId, phone.device.id);
});

test("KeyPackages have bounds", async (context) => {
  const server = await startTestServer(context);
  const phone = await makePhone(server, mobile);
  await turnOn(server, phone);
  const refused = [
    { keyPackages: [new Uint8Array()] },
    { keyPackages: [randomBytes(8_193)] },
    { keyPackages: Array.from({ length: 101 }, () => randomBytes(1)) },
    { lastResort: randomBytes(8_193) },
  ];
  for (const added of refused) {
    assert.equal(await codeOf(addKeyPackages(phone, added)), "request_invalid");
  }
  const hundred = { keyPackages: Array.from({ length: 100 }, () => randomBytes(100)) };
  for (const left of [100, 200, 200]) {
    assert.equal((await addKeyPackages(phone, hundred)).singleUseLeft, left);
  }
  assert.equal(
    await codeOf(phone.directory.getRecord({ lookupKey: randomBytes(31) })),
    "request_invalid",
  );
});
