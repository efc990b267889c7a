// A new VOPRF key against a real service: claims without an SMS, for who holds the number, and what a former hash is for.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import {
  accountRequest,
  codeOf,
  keysOf,
  lastCode,
  leaveByNumber,
  makePhone,
  type Phone,
  proveNumber,
  renewClaim,
  startRegistration,
  turnOn,
  updateRequest,
} from "@assent/bare-phone";
import {
  type Claim,
  ClaimSchema,
  Intent,
  openCertifiedClaim,
  openDeletionReceipt,
  randomBytes,
  VerifyCodeResponseSchema,
} from "@assent/protocol";
import { create, fromBinary } from "@bufbuild/protobuf";
import { readFolders, rotateKeys } from "../main.ts";
import { type ServerForTests, startTestServer } from "../server-for-tests.ts";

const mobile = "+4915123456789";

async function phoneThatIsOn(context: TestContext) {
  const server = await startTestServer(context);
  const phone = await makePhone(server, mobile);
  const { keys, claim } = await turnOn(server, phone);
  return { server, phone, keys, claim };
}

/** The cell's next VOPRF key, and the phone as it is once it has asked for the parameters again. */
async function rotated(server: ServerForTests, phone: Phone) {
  const folders = readFolders({ data: server.folder }, {});
  const { inUse } = await rotateKeys(folders, { what: ["voprf"], rootKeyFile: undefined });
  assert.equal(inUse, true);
  const { parameters, certificate } = await makePhone(server, mobile);
  return { ...phone, parameters, certificate };
}

async function claimIn(phone: Phone, answer: Awaited<ReturnType<typeof renewClaim>>) {
  const cell = { id: phone.cellId, certificateNumber: phone.certificate.number };
  return openCertifiedClaim(cell, answer);
}

const found = async (phone: Phone, lookupKey: Uint8Array) =>
  (await phone.directory.getRecord({ lookupKey })).found;

test("after a rotation the account's phone renews its claim and moves, without an SMS", async (context) => {
  const { server, phone, keys } = await phoneThatIsOn(context);
  const messages = () => server.fakeSms?.messagesTo(mobile).length;
  const sent = messages();
  const renewed = await rotated(server, phone);
  const answer = await renewClaim(renewed);
  assert.equal(messages(), sent);
  const claim = await claimIn(renewed, answer);
  assert.deepEqual(
    [claim?.intent, claim?.voprfEpoch, claim?.rootKey, claim?.policyVersion],
    [Intent.RENEW, 2, phone.root.publicKey, 0],
  );

  const newKeys = keysOf(renewed, answer);
  const update = await updateRequest(renewed, newKeys, 2n, answer.claim);
  assert.equal(await codeOf(renewed.account.updateAccount(update)), "accepted");
  assert.equal(await codeOf(renewed.account.updateAccount(update)), "accepted", "the same again");
  assert.equal(await found(renewed, keys.lookupKey), false);
  assert.equal(await found(renewed, newKeys.lookupKey), true);
  const tags = async (epoch: number) => {
    const answer = await fetch(`${server.origin}/buckets/${epoch}/0`);
    return answer.status === 200 ? (await answer.arrayBuffer()).byteLength / 4 : answer.status;
  };
  assert.deepEqual([await tags(1), await tags(2)], [404, 1], "nobody stands in the first any more");

  // Another change by the same claim: it is spent.
  const other = await updateRequest(renewed, newKeys, 3n, answer.claim);
  assert.equal(await codeOf(renewed.account.updateAccount(other)), "code_expired");
});

test("a renewal is for the number the account is under, and for its own root key", async (context) => {
  const { server, phone } = await phoneThatIsOn(context);
  assert.equal((await claimIn(phone, await renewClaim(phone)))?.voprfEpoch, 1, "already current");
  const stranger = await makePhone(server, "+4915123456780");
  await turnOn(server, stranger);
  const renewed = await rotated(server, phone);
  const { number, parameters, certificate } = renewed;
  const foreign = { ...stranger, number, parameters, certificate };
  assert.equal(await codeOf(renewClaim(foreign)), "request_invalid");

  const { claim, evaluation } = await renewClaim(renewed);
  const keys = keysOf(renewed, { evaluation });
  const stolen = await updateRequest(foreign, keys, 2n, claim);
  assert.equal(await codeOf(foreign.account.updateAccount(stolen)), "request_invalid");
  const anew = { version: 2, previousHash: randomBytes(32) };
  const verifiedBefore = create(VerifyCodeResponseSchema, { claim, evaluation });
  const request = await accountRequest(renewed, verifiedBefore, anew);
  assert.equal(await codeOf(renewed.account.createAccount(request)), "request_invalid");
  const { verified } = await proveNumber(server, renewed);
  const registering = await updateRequest(renewed, keys, 2n, verified.claim);
  assert.equal(await codeOf(renewed.account.updateAccount(registering)), "request_invalid");
  server.clock.nowMs += 600_000;
  const late = await updateRequest(renewed, keys, 2n, claim);
  assert.equal(await codeOf(renewed.account.updateAccount(late)), "code_expired");
  const fresh = await updateRequest(renewed, keys, 2n, (await renewClaim(renewed)).claim);
  assert.equal(await codeOf(renewed.account.updateAccount(fresh)), "accepted");
});

test("a number that is proved after a rotation ends who had it before, renewed or not", async (context) => {
  const { server, phone, keys } = await phoneThatIsOn(context);
  const renewed = await rotated(server, phone);
  const renewal = await renewClaim(renewed);
  const successor = await makePhone(server, mobile);
  const { claim } = await turnOn(server, successor);
  assert.deepEqual([claim.voprfEpoch, claim.formerLookupHashes.length], [2, 1]);
  assert.equal(await codeOf(renewClaim(renewed)), "signed_out");
  const newKeys = keysOf(renewed, renewal);
  const update = await updateRequest(renewed, newKeys, 2n, renewal.claim);
  assert.equal(await codeOf(renewed.account.updateAccount(update)), "signed_out");
  assert.equal(await found(successor, keys.lookupKey), false);
  assert.equal(await found(successor, newKeys.lookupKey), true);
});

test("who lost the phone before a rotation can leave by number after it", async (context) => {
  const { server, phone, claim } = await phoneThatIsOn(context);
  const elsewhere = await rotated(server, await makePhone(server, mobile));
  const left = await leaveByNumber(server, elsewhere);
  const receipt = await openDeletionReceipt(elsewhere.cellId, left.answer);
  assert.deepEqual(receipt?.accountId, phone.accountId);
  const proved: Claim = fromBinary(ClaimSchema, left.claim.encoded);
  assert.deepEqual(proved.formerLookupHashes, [claim.lookupHash]);
});

async function askedBefore(server: ServerForTests, phone: Phone, intent: Intent) {
  const { session } = await startRegistration(phone, { intent });
  return { session, code: lastCode(server, mobile) };
}

test("a code to leave that a rotation overtook ends the account where it stands still", async (context) => {
  const { server, phone } = await phoneThatIsOn(context);
  const elsewhere = await makePhone(server, mobile);
  const asked = await askedBefore(server, elsewhere, Intent.LEAVE);
  await rotated(server, phone);
  const { claim } = await elsewhere.registration.verifyCode(asked);
  const receipt = await openDeletionReceipt(
    phone.cellId,
    await elsewhere.account.deleteByClaim({ claim: claim! }),
  );
  assert.deepEqual(receipt?.accountId, phone.accountId);
});

test("it says nothing of an account that has moved since: whoever leaves asks again", async (context) => {
  const { server, phone } = await phoneThatIsOn(context);
  const elsewhere = await makePhone(server, mobile);
  const asked = await askedBefore(server, elsewhere, Intent.LEAVE);
  const renewed = await rotated(server, phone);
  const answer = await renewClaim(renewed);
  const update = await updateRequest(renewed, keysOf(renewed, answer), 2n, answer.claim);
  await renewed.account.updateAccount(update);
  const { claim } = await elsewhere.registration.verifyCode(asked);
  const left = await codeOf(elsewhere.account.deleteByClaim({ claim: claim! }));
  assert.equal(left, "code_expired");
  assert.equal(await codeOf(renewClaim(renewed)), "accepted", "it is there");
  const again = await leaveByNumber(server, renewed);
  const receipt = await openDeletionReceipt(phone.cellId, again.answer);
  assert.deepEqual(receipt?.accountId, phone.accountId);
});

test("a code to register that a rotation overtook makes no second account of the number", async (context) => {
  const server = await startTestServer(context);
  const phone = await makePhone(server, mobile);
  const made = await accountRequest(phone, (await proveNumber(server, phone)).verified);
  await phone.account.createAccount(made);
  const [late, later] = [await makePhone(server, mobile), await makePhone(server, mobile)];
  const proved = await late.registration.verifyCode(
    await askedBefore(server, late, Intent.REGISTER),
  );
  const asked = await askedBefore(server, later, Intent.REGISTER);
  await rotated(server, phone);
  assert.equal(await codeOf(phone.account.createAccount(made)), "accepted", "the same again");
  const successor = await makePhone(server, mobile);
  const { keys } = await turnOn(server, successor);

  assert.equal(await codeOf(later.registration.verifyCode(asked)), "code_expired");
  const request = await accountRequest(late, proved);
  assert.equal(await codeOf(late.account.createAccount(request)), "code_expired");
  assert.equal(await found(successor, request.keys.lookupKey), false);
  assert.equal(await found(successor, keys.lookupKey), true);
});

test("a clock that runs far ahead hides no account from whoever leaves by its number", async (context) => {
  const { server, phone } = await phoneThatIsOn(context);
  const elsewhere = await rotated(server, await makePhone(server, mobile));
  server.clock.jumpedMs = 401 * 86_400_000;
  const left = await leaveByNumber(server, elsewhere);
  const receipt = await openDeletionReceipt(elsewhere.cellId, left.answer);
  assert.deepEqual(receipt?.accountId, phone.accountId);
});

test("an account whose key is too old to renew by proves its number again", async (context) => {
  const { server, phone } = await phoneThatIsOn(context);
  const renewed = await rotated(server, phone);
  assert.equal(await codeOf(renewClaim(renewed)), "accepted");
  server.clock.nowMs += 401 * 86_400_000;
  assert.equal(await codeOf(renewClaim(renewed)), "key_outdated");
});
