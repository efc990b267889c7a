// Accounts against a real service: what makes one, what changes one, and that only its root key and its claims do.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import {
  accountRequest,
  addKeyPackages,
  codeOf,
  type ManifestChanges,
  makePhone,
  openInbox,
  openOutbox,
  type Phone,
  proveNumber,
  refusalIn,
  restartDevice,
  turnOn,
  updateRequest,
} from "@assent/bare-phone";
import {
  AssentError,
  accountIdOf,
  ClaimSchema,
  Intent,
  ManifestSchema,
  openRecord,
  PutOutcome,
  randomBytes,
  sha256,
  signAccountUpdate,
} from "@assent/protocol";
import { fromBinary } from "@bufbuild/protobuf";
import { systemRandomness } from "../randomness.ts";
import { type ServerForTests, startTestServer } from "../server-for-tests.ts";
import { createAccounts } from "./accounts.ts";

const mobile = "+4915123456789";

test("an account needs its claim, its root key and its manifest", async (context) => {
  const server = await startTestServer(context);
  const phone = await makePhone(server, mobile);
  const { verified } = await proveNumber(server, phone);
  const request = await accountRequest(phone, verified);
  const { claim, manifest } = request;
  const thief = await makePhone(server, mobile);
  const [device] = fromBinary(ManifestSchema, manifest.encoded).devices;
  const withManifest = (changed: ManifestChanges) => accountRequest(phone, verified, changed);
  const leaving = await proveNumber(server, phone, { intent: Intent.LEAVE });
  const refusals: [string, object][] = [
    ["request_invalid", { ...request, claim: { ...claim, signature: randomBytes(64) } }],
    ["request_invalid", { ...request, claim: undefined }],
    ["request_invalid", { ...request, claim: leaving.verified.claim }],
    ["request_invalid", { ...request, signature: randomBytes(64) }],
    ["request_invalid", { ...request, sealedRecord: randomBytes(255) }],
    ["request_invalid", { ...request, sealedRecord: randomBytes(256) }],
    ["request_invalid", { ...request, manifest: { ...manifest, signature: randomBytes(64) } }],
    ["request_invalid", await accountRequest(thief, verified)],
    ["request_invalid", await accountRequest(phone, leaving.verified)],
    ["request_invalid", await withManifest({ rootKey: thief.root.publicKey })],
    ["request_invalid", await withManifest({ version: 0 })],
    ["request_invalid", await withManifest({ version: 1, previousHash: randomBytes(32) })],
    ["request_invalid", await withManifest({ version: 2 })],
    ["request_invalid", await withManifest({ devices: [] })],
    ["not_offered", await withManifest({ devices: [device!, device!] })],
  ];
  for (const [index, [code, refused]] of refusals.entries()) {
    assert.equal(await codeOf(phone.account.createAccount(refused)), code, `refusal ${index}`);
  }
  assert.equal(await codeOf(phone.account.createAccount(request)), "accepted");
});

test("a claim makes one account, and answers the same again, also late", async (context) => {
  const server = await startTestServer(context);
  const phone = await makePhone(server, mobile);
  const { verified } = await proveNumber(server, phone);
  const request = await accountRequest(phone, verified);
  const create = (asked: typeof request) => phone.account.createAccount(asked);
  const answers = await Promise.all([create(request), create(request), create(request)]);
  for (const { accountId } of answers) assert.deepEqual(accountId, phone.accountId);

  const late = await proveNumber(server, phone);
  server.clock.nowMs += 600_000;
  assert.deepEqual((await create(request)).accountId, phone.accountId);
  assert.equal(await codeOf(create(await accountRequest(phone, late.verified))), "code_expired");

  // Spent by an account that is gone again: a claim makes no second one.
  await turnOn(server, await makePhone(server, mobile), server.clock.nowMs);
  assert.equal(await codeOf(create(request)), "code_expired");
});

async function toTheFormer(context: TestContext) {
  const server = await startTestServer(context);
  const phone = await makePhone(server, mobile);
  const { keys } = await turnOn(server, phone);
  await addKeyPackages(phone, [randomBytes(100), randomBytes(100)]);
  const { devices } = await phone.directory.takeKeyPackages({ accountId: phone.accountId });
  const capability = devices[0]!.provisionalCapability;
  const inbox = await openInbox(server, phone);
  await inbox.until("delivery");
  return { server, phone, keys, capability, inbox };
}

async function outcomeOfPut(server: ServerForTests, capability: Uint8Array) {
  const outbox = await openOutbox(server);
  const result = await outbox.resultOf(outbox.put({ capability }));
  outbox.webSocket.terminate();
  return result.kind === "put" ? result.outcome : result;
}

test("a newer claim ends the former account: its socket, its addresses, its record", async (context) => {
  const { server, phone, capability, inbox } = await toTheFormer(context);
  assert.equal(await outcomeOfPut(server, capability), PutOutcome.STORED);
  const newer = await makePhone(server, mobile);
  const { keys } = await turnOn(server, newer);
  await assert.rejects(inbox.until("never"), /signed_out/);
  assert.equal(await codeOf(addKeyPackages(phone, [])), "signed_out");
  const { accountId } = phone;
  assert.equal(await codeOf(phone.directory.takeKeyPackages({ accountId })), "gone");
  assert.equal(await outcomeOfPut(server, capability), PutOutcome.GONE);
  const { sealedRecord } = await newer.directory.getRecord({ lookupKey: keys.lookupKey });
  const record = await openRecord(keys.recordKey, sealedRecord);
  assert.deepEqual(record?.rootKey, newer.root.publicKey);
});

/** The same root key on another device, by another proof of the number. */
async function makeAnew(server: ServerForTests, phone: Phone, manifest: ManifestChanges) {
  const again = await makePhone(server, mobile, phone.root);
  const { verified } = await proveNumber(server, again);
  const request = await accountRequest(again, verified, manifest);
  return { again, answer: await codeOf(again.account.createAccount(request)) };
}

test("on again under its own root key, an account has another device and a higher manifest", async (context) => {
  const { server, phone, keys, capability } = await toTheFormer(context);
  const previousHash = randomBytes(32);
  assert.equal((await makeAnew(server, phone, { version: 1 })).answer, "request_invalid");
  assert.equal(await codeOf(addKeyPackages(phone, [])), "accepted");
  const { again, answer } = await makeAnew(server, phone, { version: 5, previousHash });
  assert.equal(answer, "accepted");
  assert.equal(await codeOf(addKeyPackages(phone, [])), "signed_out");
  assert.equal(await codeOf(addKeyPackages(again, [])), "accepted");
  assert.equal(await outcomeOfPut(server, capability), PutOutcome.GONE);
  const { found } = await phone.directory.getRecord({ lookupKey: keys.lookupKey });
  assert.equal(found, true);
  const { accountId } = phone;
  const { devices } = await phone.directory.takeKeyPackages({ accountId });
  assert.deepEqual(devices, [], "those of the former device are gone, the account is not");
});

test("record and manifest change by the root key, and the same again changes nothing", async (context) => {
  const server = await startTestServer(context);
  const phone = await makePhone(server, mobile);
  const { keys } = await turnOn(server, phone);
  const { accountId } = phone;
  const record = async () =>
    (await phone.directory.getRecord({ lookupKey: keys.lookupKey })).sealedRecord;
  const manifest = async () =>
    (await phone.directory.takeKeyPackages({ accountId })).manifest!.encoded;
  const first = await manifest();
  const update = (request: Awaited<ReturnType<typeof updateRequest>>) =>
    codeOf(phone.account.updateAccount(request));

  const second = await updateRequest(phone, keys, 2n);
  assert.equal(await update(second), "accepted");
  assert.deepEqual(await record(), second.sealedRecord);
  assert.deepEqual(await manifest(), first);
  const next = { version: 2, previousHash: sha256(first), features: ["later"] };
  const third = await updateRequest(phone, keys, 9n, undefined, next);
  assert.equal(await update(third), "accepted");
  assert.equal(await update(third), "accepted");
  assert.equal(await update(second), "request_invalid", "it was replaced since");

  const current = await manifest();
  assert.deepEqual(current, third.manifest.encoded);
  const [device] = fromBinary(ManifestSchema, current).devices;
  const other = { ...device!, signatureKey: randomBytes(32) };
  const follows = { version: 3, previousHash: sha256(current) };
  const request = await updateRequest(phone, keys, 10n, undefined, next);
  const stranger = await makePhone(server, mobile);
  const forged = { ...request, accountId: accountIdOf(randomBytes(32)) };
  const refusals: [string, Parameters<typeof update>[0]][] = [
    ["request_invalid", await updateRequest(phone, keys, 8n, undefined, next)],
    ["request_invalid", await updateRequest(phone, keys, 0n, undefined, next)],
    ["request_invalid", await updateRequest(phone, keys, 2n ** 53n, undefined, next)],
    ["request_invalid", await updateRequest(phone, keys, 10n)],
    [
      "request_invalid",
      await updateRequest(phone, keys, 10n, undefined, { ...follows, version: 4 }),
    ],
    ["request_invalid", await updateRequest(phone, keys, 10n, undefined, { version: 3 })],
    [
      "not_offered",
      await updateRequest(phone, keys, 10n, undefined, { ...follows, devices: [other] }),
    ],
    ["request_invalid", { ...request, sequence: 11n }],
    ["request_invalid", { ...request, signature: randomBytes(64) }],
    ["request_invalid", { ...request, sealedRecord: randomBytes(256) }],
    ["request_invalid", forged],
    [
      "request_invalid",
      {
        ...forged,
        signature: await signAccountUpdate(phone.root.privateKey, phone.cellId, forged),
      },
    ],
    ["signed_out", await updateRequest(stranger, keys, 10n)],
  ];
  for (const [index, [code, refused]] of refusals.entries()) {
    assert.equal(await update(refused), code, `refusal ${index}`);
  }
  assert.deepEqual(await record(), third.sealedRecord);
  assert.equal(await update(request), "accepted");
});

test("a device that begins anew has other KeyPackages, another generation, or neither", async (context) => {
  const { server, phone, capability } = await toTheFormer(context);
  assert.equal(await outcomeOfPut(server, capability), PutOutcome.STORED);
  const fresh = randomBytes(100);
  assert.equal((await restartDevice(phone, 7, [fresh])).generation, 7);
  const refused = await outcomeOfPut(server, capability);
  assert.deepEqual(
    typeof refused === "object" && refused.kind === "error" && refused.code,
    "address_expired",
  );
  const inbox = await openInbox(server, phone);
  const { value } = await inbox.until("ready");
  assert.deepEqual([value.generation, value.singleUseKeyPackagesLeft], [7, 1]);
  const { value: delivery } = await inbox.until("delivery");
  assert.deepEqual(delivery.envelopes, [], "what waited is lost");

  assert.equal(await codeOf(restartDevice(phone, 6, [])), "request_invalid");
  assert.equal(await codeOf(restartDevice(phone, 0, [])), "request_invalid");
  assert.equal(await codeOf(restartDevice(phone, 8, [randomBytes(8_193)])), "request_invalid");
  const { devices } = await phone.directory.takeKeyPackages({ accountId: phone.accountId });
  assert.deepEqual(devices[0]?.keyPackage, fresh);
  assert.equal(await outcomeOfPut(server, devices[0]!.provisionalCapability), PutOutcome.STORED);
  assert.equal((await restartDevice(phone, 7, [])).generation, 7, "asked again");
  assert.equal(await outcomeOfPut(server, devices[0]!.provisionalCapability), PutOutcome.STORED);
});

test("one device begins anew a few times, and is told when it may again", async (context) => {
  const server = await startTestServer(context);
  const phone = await makePhone(server, mobile);
  await turnOn(server, phone);
  for (let generation = 2; generation < 10; generation += 1) {
    assert.equal(await codeOf(restartDevice(phone, generation)), "accepted");
  }
  await assert.rejects(restartDevice(phone, 10), (error) => {
    const { code, retryAfterSeconds } = refusalIn(error);
    return code === "rate_limited" && retryAfterSeconds === 3 * 3_600;
  });
  server.clock.nowMs += 3 * 3_600_000;
  assert.equal(await codeOf(restartDevice(phone, 10)), "accepted");
  assert.equal(await codeOf(restartDevice(phone, 11)), "rate_limited");
});

test("an account takes no other number with it yet", async (context) => {
  const server = await startTestServer(context);
  const phone = await makePhone(server, mobile);
  assert.equal(await codeOf(phone.account.moveNumber({})), "not_offered");
});

test("who took a number over is told busy where the journal takes nothing, and what ended by it is told at once", async (context) => {
  const server = await startTestServer(context);
  const phone = await makePhone(server, mobile);
  const { verified } = await proveNumber(server, phone);
  const { claim, manifest, sealedRecord, signature } = await accountRequest(phone, verified);
  const opened = fromBinary(ClaimSchema, claim.encoded);
  const told: string[] = [];
  const journalled = Promise.reject(new AssentError("busy"));
  journalled.catch(() => undefined);
  const accounts = createAccounts({
    cellId: phone.cellId,
    store: {
      accountOfClaim: async () => undefined,
      create: async () => ({ kind: "created", endedMailboxes: [], endedPlaces: [], journalled }),
    },
    claims: { open: async () => opened },
    voprf: { current: () => ({ epoch: opened.voprfEpoch }) },
    events: {
      mailboxesEnded: () => void told.push("mailboxes"),
      placesChanged: () => void told.push("places"),
    },
    numberMoves: async () => undefined,
    now: () => server.clock.nowMs,
    stampMs: () => server.clock.nowMs,
    randomness: systemRandomness,
  } as unknown as Parameters<typeof createAccounts>[0]);
  const request = { claim, manifest, sealedRecord, signature };
  await assert.rejects(accounts.create(request), { code: "busy" });
  assert.deepEqual(told, ["mailboxes", "places"]);
});
