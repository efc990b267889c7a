// What starts a conversation, against a real service: which KeyPackages are given out, and who may add them.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import {
  addKeyPackages,
  codeOf,
  makePhone,
  openInbox,
  openOutbox,
  signedCall,
  turnOn,
} from "@assent/bare-phone";
import {
  AddKeyPackagesRequestSchema,
  openManifest,
  openRecord,
  PutOutcome,
  randomBytes,
} from "@assent/protocol";
import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { createMemoryCounters } from "../limits/memory-counters.ts";
import { quotas } from "../limits/quotas.ts";
import { startTestServer } from "../server-for-tests.ts";
import { createDirectory } from "./directory.ts";
import type { DirectoryStore } from "./store.ts";

async function phoneThatIsOn(context: TestContext) {
  const server = await startTestServer(context);
  const phone = await makePhone(server, "+4915123456789");
  const { keys } = await turnOn(server, phone);
  const { accountId } = phone;
  const take = async () => (await phone.directory.takeKeyPackages({ accountId })).devices;
  return { server, phone, keys, take };
}

const some = (count: number) => Array.from({ length: count }, () => randomBytes(100));

test("a record is found by its lookup key, and by nothing else", async (context) => {
  const { phone, keys } = await phoneThatIsOn(context);
  const found = await phone.directory.getRecord({ lookupKey: keys.lookupKey });
  const record = await openRecord(keys.recordKey, found.sealedRecord);
  assert.deepEqual(record?.rootKey, phone.root.publicKey);
  const other = await phone.directory.getRecord({ lookupKey: randomBytes(32) });
  assert.deepEqual([other.found, other.sealedRecord.length], [false, 0]);
  const short = phone.directory.getRecord({ lookupKey: randomBytes(31) });
  assert.equal(await codeOf(short), "request_invalid");
});

test("a device without KeyPackages is left out; the last resort serves again and again", async (context) => {
  const { server, phone, take } = await phoneThatIsOn(context);
  assert.deepEqual(await take(), []);
  const [older, newer, lastResort] = some(3);
  const added = await addKeyPackages(phone, [older!, newer!], { lastResort: lastResort! });
  assert.equal(added.singleUseLeft, 2);
  const ready = async () => {
    const inbox = await openInbox(server, phone);
    const { singleUseKeyPackagesLeft, lastResortTaken } = (await inbox.until("ready")).value;
    return { singleUseKeyPackagesLeft, lastResortTaken };
  };
  assert.deepEqual(await ready(), { singleUseKeyPackagesLeft: 2, lastResortTaken: false });
  const taken = [...(await take()), ...(await take()), ...(await take()), ...(await take())];
  const given = taken.map(({ keyPackage }) => keyPackage);
  assert.deepEqual(given, [newer, older, lastResort, lastResort], "the newest first");
  assert.deepEqual(taken[0]?.deviceId, phone.device.id);
  assert.deepEqual(await ready(), { singleUseKeyPackagesLeft: 0, lastResortTaken: true });
});

test("what is taken comes with the manifest, and with an address that can be put through", async (context) => {
  const { server, phone } = await phoneThatIsOn(context);
  await addKeyPackages(phone, some(1));
  const { manifest, devices } = await phone.directory.takeKeyPackages({
    accountId: phone.accountId,
  });
  assert.deepEqual((await openManifest(manifest!))?.rootKey, phone.root.publicKey);
  const outbox = await openOutbox(server);
  const put = outbox.put({ capability: devices[0]!.provisionalCapability });
  const result = await outbox.resultOf(put);
  assert.equal(result.kind === "put" && result.outcome, PutOutcome.STORED);
});

test("those that replace all leave none of the others", async (context) => {
  const { phone, take } = await phoneThatIsOn(context);
  await addKeyPackages(phone, some(3), { lastResort: some(1)[0]! });
  const [only] = some(1);
  assert.equal((await addKeyPackages(phone, [only!], { replacesAll: true })).singleUseLeft, 1);
  assert.deepEqual((await take())[0]?.keyPackage, only);
  assert.deepEqual(await take(), []);
});

test("strangers who take again and again leave some for others", async (context) => {
  const { server, phone, take } = await phoneThatIsOn(context);
  const [lastResort] = some(1);
  await addKeyPackages(phone, some(100), { lastResort: lastResort! });
  const given: Uint8Array[] = [];
  for (let time = 0; time < 230; time += 1) given.push((await take())[0]!.keyPackage);
  const isLastResort = (bytes: Uint8Array) => Buffer.compare(bytes, lastResort!) === 0;
  assert.equal(given.filter((bytes) => !isLastResort(bytes)).length, 60);
  assert.equal(given.findIndex(isLastResort), 60);
  server.clock.nowMs += 3_600_000;
  assert.deepEqual(
    [await take(), await take(), await take()].map(([one]) => isLastResort(one!.keyPackage)),
    [false, false, true],
    "in an hour there are two more",
  );
});

test("ids that nobody has, have no count of an account forgotten", async () => {
  const [account] = some(1);
  const isThere = async (id: Uint8Array) => Buffer.compare(id, account!) === 0;
  const onlyLastResort: boolean[] = [];
  const store: Pick<DirectoryStore, "takeKeyPackages"> = {
    async takeKeyPackages(id, only) {
      onlyLastResort.push(only);
      return (await isThere(id))
        ? { manifest: { encoded: id, signature: id }, devices: [] }
        : undefined;
    },
  };
  const { takeKeyPackages } = createDirectory({
    store: store as DirectoryStore,
    mintProvisional: () => new Uint8Array(),
    isThere,
    hasEnded: async () => false,
    changed: () => undefined,
    allChanged: () => undefined,
    counters: createMemoryCounters(2),
    quotas: quotas.directory,
    now: () => 0,
    stampMs: () => 0,
  });
  const { most } = quotas.directory.takesOfAccount;
  for (let time = 0; time < most; time += 1) await takeKeyPackages(account!);
  for (const id of some(9)) assert.equal(await codeOf(takeKeyPackages(id)), "mailbox_unknown");
  await takeKeyPackages(account!);
  assert.deepEqual(onlyLastResort, [...Array(most).fill(false), true]);
});

test("one device adds no more than it could need, and is told when it may again", async (context) => {
  const { server, phone } = await phoneThatIsOn(context);
  for (let time = 0; time < 8; time += 1) await addKeyPackages(phone, some(100));
  assert.equal(await codeOf(addKeyPackages(phone, some(1))), "rate_limited");
  assert.equal(await codeOf(addKeyPackages(phone, [])), "accepted");
  server.clock.nowMs += 3_600_000;
  assert.equal(await codeOf(addKeyPackages(phone, some(33))), "accepted");
});

test("what was handed out is not handed out again for coming again", async (context) => {
  const { server, phone, take } = await phoneThatIsOn(context);
  const [one, lastResort] = some(2);
  await addKeyPackages(phone, [one!, one!], { lastResort: lastResort! });
  assert.deepEqual((await take())[0]?.keyPackage, one);
  assert.equal((await addKeyPackages(phone, [one!])).singleUseLeft, 0);
  assert.deepEqual((await take())[0]?.keyPackage, lastResort);
  server.clock.nowMs += 91 * 86_400_000;
  await server.sweep();
  assert.equal((await addKeyPackages(phone, [one!])).singleUseLeft, 1);
});

test("KeyPackages have bounds", async (context) => {
  const { phone } = await phoneThatIsOn(context);
  const add = async (added: MessageInitShape<typeof AddKeyPackagesRequestSchema>) => {
    const body = toBinary(AddKeyPackagesRequestSchema, create(AddKeyPackagesRequestSchema, added));
    const request = await signedCall(phone, "DirectoryService/AddKeyPackages", body);
    return phone.directory.addKeyPackages({ request });
  };
  const refused = [
    { keyPackages: [new Uint8Array()] },
    { keyPackages: [randomBytes(8_193)] },
    { keyPackages: Array.from({ length: 101 }, () => randomBytes(1)) },
    { lastResort: randomBytes(8_193) },
  ];
  for (const added of refused) assert.equal(await codeOf(add(added)), "request_invalid");
  for (const left of [100, 200, 200]) {
    assert.equal((await add({ keyPackages: some(100) })).singleUseLeft, left);
  }
});
