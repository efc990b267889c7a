// Leaving against a real service: from the phone, without it, and that what is stated holds under the cell id alone.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  addKeyPackages,
  codeOf,
  leave,
  leaveByNumber,
  makePhone,
  openOutbox,
  proveNumber,
  turnOn,
} from "@assent/bare-phone";
import {
  AssentError,
  type DeletionReceipt,
  Intent,
  labelledHash,
  openDeletionReceipt,
  randomBytes,
  requestHashOf,
  sha256,
} from "@assent/protocol";
import { startTestServer } from "../server-for-tests.ts";
import { createLeaving } from "./leaving.ts";

const mobile = "+4915123456789";

function countsOf(receipt: DeletionReceipt | undefined) {
  const { records, tags, devices, keyPackages, envelopes } = receipt ?? {};
  return { records, tags, devices, keyPackages, envelopes };
}

test("leaving is answered with a signed receipt of this request, and is final", async (context) => {
  const server = await startTestServer(context);
  const phone = await makePhone(server, mobile);
  const { keys } = await turnOn(server, phone);
  await addKeyPackages(phone, [randomBytes(9), randomBytes(9)], { lastResort: randomBytes(9) });
  const { devices } = await phone.directory.takeKeyPackages({ accountId: phone.accountId });
  const outbox = await openOutbox(server);
  const { provisionalCapability: capability } = devices[0]!;
  await outbox.resultOf(outbox.put({ capability }));
  const { request, answer } = await leave(phone);
  const receipt = await openDeletionReceipt(phone.cellId, answer);
  const { counter, body, deviceId } = request;
  assert.deepEqual(
    receipt?.requestHash,
    requestHashOf({
      cellId: phone.cellId,
      procedure: "/assent.v1.AccountService/DeleteAccount",
      deviceId,
      counter,
      bodyHash: sha256(body),
    }),
  );
  assert.deepEqual(receipt?.accountId, phone.accountId);
  assert.equal(receipt?.deletedAtMs, BigInt(server.clock.nowMs));
  const counts = { records: 1, tags: 1, devices: 1, keyPackages: 2, envelopes: 1 };
  assert.deepEqual(countsOf(receipt), counts);
  assert.equal(await codeOf(leave(phone)), "signed_out");
  assert.equal((await phone.directory.getRecord({ lookupKey: keys.lookupKey })).found, false);
  const { accountId } = phone;
  assert.equal(await codeOf(phone.directory.takeKeyPackages({ accountId })), "gone");
  const unknown = phone.directory.takeKeyPackages({ accountId: randomBytes(32) });
  assert.equal(await codeOf(unknown), "mailbox_unknown");
});

test("leaving by number needs no phone, and can be asked again", async (context) => {
  const server = await startTestServer(context);
  const phone = await makePhone(server, mobile);
  await turnOn(server, phone);
  const elsewhere = await makePhone(server, mobile);
  const { claim, answer } = await leaveByNumber(server, elsewhere);
  const receipt = await openDeletionReceipt(phone.cellId, answer);
  assert.deepEqual(receipt?.accountId, phone.accountId);
  assert.deepEqual(receipt?.requestHash, labelledHash("request", claim.encoded));
  assert.equal(receipt?.devices, 1);
  assert.equal(await codeOf(leave(phone)), "signed_out");

  const again = await phone.account.deleteByClaim({ claim });
  const nothing = await openDeletionReceipt(phone.cellId, again);
  const counts = { records: 0, tags: 0, devices: 0, keyPackages: 0, envelopes: 0 };
  assert.deepEqual(countsOf(nothing), counts);
  assert.deepEqual(nothing?.accountId, new Uint8Array());

  // Whoever joins since is safe from that claim.
  await turnOn(server, elsewhere);
  assert.equal(await codeOf(phone.account.deleteByClaim({ claim })), "code_expired");
  assert.equal(await codeOf(leave(elsewhere)), "accepted");
});

test("only a fresh claim to leave deletes", async (context) => {
  const server = await startTestServer(context);
  const phone = await makePhone(server, mobile);
  await turnOn(server, phone);
  const remove = async (intent: Intent) => {
    const { verified } = await proveNumber(server, phone, { intent });
    return verified.claim;
  };
  const registering = await remove(Intent.REGISTER);
  const answerTo = (claim: typeof registering) =>
    codeOf(phone.account.deleteByClaim(claim ? { claim } : {}));
  assert.equal(await answerTo(registering), "request_invalid");
  assert.equal(await answerTo(undefined), "request_invalid");
  const late = await remove(Intent.LEAVE);
  assert.equal(await answerTo({ ...late!, signature: randomBytes(64) }), "request_invalid");
  server.clock.nowMs += 600_000;
  assert.equal(await answerTo(late), "code_expired");
  assert.equal(await codeOf(leave(phone)), "accepted", "it was there still");
});

test("what ended is told at once where the journal takes nothing, and whoever asked is told busy", async () => {
  const told: string[] = [];
  const ended = { kind: "ended", endedMailboxes: [], place: { voprfEpoch: 1, bucketBits: 0 } };
  const end = async () => ({ ...ended, journalled: Promise.reject(new AssentError("busy")) });
  const claim = { intent: Intent.LEAVE, expiresAtMs: 1n, formerLookupHashes: [] };
  const leaving = createLeaving({
    cellId: "",
    store: { end, endByNumber: end, ending: async () => undefined },
    claims: { open: async () => claim },
    voprf: { current: () => ({ epoch: 1 }) },
    receipts: {},
    events: {
      mailboxesEnded: () => void told.push("mailboxes"),
      placesChanged: () => void told.push("places"),
    },
    now: () => 0,
    stampMs: () => 0,
  } as unknown as Parameters<typeof createLeaving>[0]);
  const signed = { encoded: randomBytes(1), signature: randomBytes(64) };
  for (const leave of [
    () => leaving.leave(randomBytes(32), randomBytes(32)),
    () => leaving.leaveByNumber(signed),
  ]) {
    await assert.rejects(leave(), { code: "busy" });
    assert.deepEqual(told.splice(0), ["mailboxes", "places"]);
  }
});
