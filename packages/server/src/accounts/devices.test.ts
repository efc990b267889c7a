// Who calls: what is signed for something else, comes twice or late, and what a device is told that is let in or signed out.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import {
  accountRequest,
  codeOf,
  leave,
  leaveByNumber,
  makePhone,
  openInbox,
  type Phone,
  proveNumber,
  signedCall,
  turnOn,
} from "@assent/bare-phone";
import {
  type AuthenticatedRequest,
  EndingReason,
  openAccountEnding,
  provesSetBack,
  randomBytes,
} from "@assent/protocol";
import { type ServerForTests, startTestServer } from "../server-for-tests.ts";

const mobile = "+4915123456789";
const procedure = "DirectoryService/AddKeyPackages";

async function phoneThatIsOn(context: TestContext) {
  const server = await startTestServer(context);
  const phone = await makePhone(server, mobile);
  await turnOn(server, phone);
  return { server, phone };
}

const sign = (phone: Phone, counter?: bigint) =>
  signedCall(phone, procedure, new Uint8Array(), counter);
const send = (phone: Phone, request: AuthenticatedRequest) =>
  codeOf(phone.directory.addKeyPackages({ request }));

test("a signed request counts once, for its procedure, from its device", async (context) => {
  const server = await startTestServer(context);
  const phone = await makePhone(server, mobile);
  assert.equal(await send(phone, await sign(phone)), "signed_out");
  await turnOn(server, phone);
  const request = await sign(phone);
  const answers = await Promise.all([1, 2, 3].map(() => send(phone, request)));
  assert.deepEqual(answers.sort(), ["accepted", "counter_behind", "counter_behind"]);

  const elsewhere = await signedCall(phone, "DiscoveryService/Evaluate", new Uint8Array());
  assert.equal(await send(phone, elsewhere), "unauthenticated");
  const changes: Partial<AuthenticatedRequest>[] = [
    { signature: randomBytes(64) },
    { body: randomBytes(2) },
    { counter: 1_000n },
  ];
  for (const change of changes) {
    const changed = { ...(await sign(phone)), ...change };
    assert.equal(await send(phone, changed), "unauthenticated");
  }
  const foreign = await makePhone(server, mobile);
  const byAnother = { ...(await sign(foreign, 500n)), deviceId: phone.device.id };
  assert.equal(await send(phone, byAnother), "unauthenticated");
  assert.equal(await send(phone, await sign(phone)), "accepted", "none of these counted");
  await leave(phone);
  assert.equal(await send(phone, await sign(phone)), "signed_out");
});

test("counters may leave out some, and never go back", async (context) => {
  const { server, phone } = await phoneThatIsOn(context);
  assert.equal(await send(phone, await sign(phone, 1_000n)), "accepted");
  for (const counter of [1_000n, 999n, 1n]) {
    assert.equal(await send(phone, await sign(phone, counter)), "counter_behind");
  }
  const reached = await makePhone(await server.restart(), mobile, phone.root);
  const same = { ...reached, device: phone.device };
  assert.equal(await send(same, await sign(same, 1_000n)), "counter_behind");
  assert.equal(await send(same, await sign(same, 1_001n)), "accepted");
  for (const counter of [0n, 2n ** 53n, 2n ** 64n - 1n]) {
    assert.equal(await send(same, await sign(same, counter)), "request_invalid");
  }
  const last = BigInt(Number.MAX_SAFE_INTEGER);
  assert.equal(await send(same, await sign(same, last)), "accepted");
  assert.equal(await send(same, await sign(same, last)), "counter_behind");
});

test("who speaks no contract, or has no proper lengths, is told so", async (context) => {
  const { phone } = await phoneThatIsOn(context);
  const request = await sign(phone);
  assert.equal(await send(phone, { ...request, contract: 0 }), "request_invalid");
  assert.equal(await send(phone, { ...request, deviceId: randomBytes(31) }), "request_invalid");
  assert.equal(await send(phone, { ...request, signature: randomBytes(63) }), "request_invalid");
  assert.equal(await send(phone, { ...request, contract: 7 }), "accepted");
});

test("an inbox shows the last request, by which a phone that was set back knows it", async (context) => {
  const { server, phone } = await phoneThatIsOn(context);
  const ready = async (counter?: bigint) => {
    const inbox = await openInbox(server, phone, counter);
    const { value } = await inbox.until("ready");
    inbox.webSocket.terminate();
    return value.lastRequest;
  };
  assert.equal(await ready(), undefined, "this is the first");
  await send(phone, await sign(phone));
  const shown = await ready();
  assert.equal(shown?.procedure, `/assent.v1.${procedure}`);
  assert.equal(shown?.counter, 2n);

  // A phone that remembers less asks with a counter that is behind: it is let in, and nothing is counted.
  const { cellId, device } = phone;
  const { signatureKey } = device;
  const remembers = (counter: bigint) => ({ cellId, deviceId: device.id, signatureKey, counter });
  const proof = await ready(2n);
  assert.equal(proof?.counter, 3n);
  assert.equal(await provesSetBack(remembers(2n), proof), true);
  assert.equal(await provesSetBack(remembers(3n), proof), false);
  assert.equal(await send(phone, await sign(phone, 3n)), "counter_behind");
  assert.equal(await send(phone, await sign(phone, 4n)), "accepted");
});

/** What an inbox says to a phone that is signed out. */
async function toldAtInbox(server: ServerForTests, phone: Phone) {
  const inbox = await openInbox(server, phone);
  const answer = await inbox.answer();
  assert.ok(answer.case === "error");
  assert.equal(answer.value.code, "signed_out");
  const { ending, certificate } = answer.value;
  if (!ending || !certificate) return undefined;
  return openAccountEnding(phone.cellId, { ending, certificate });
}

test("a device that is signed out is told how its account ended, under the cell's key", async (context) => {
  const { server, phone } = await phoneThatIsOn(context);
  await leave(phone);
  const left = await toldAtInbox(server, phone);
  assert.equal(left?.reason, EndingReason.LEFT);
  assert.deepEqual(left?.accountId, phone.accountId);
  assert.ok(Math.abs(Number(left?.endedAtMs) - server.clock.nowMs) <= 3_600_000);

  const second = await makePhone(server, mobile);
  await turnOn(server, second);
  const third = await makePhone(server, mobile);
  await turnOn(server, third);
  assert.equal((await toldAtInbox(server, second))?.reason, EndingReason.TAKEN_OVER);
  server.clock.nowMs += 3_600_000;
  await leaveByNumber(server, third);
  assert.equal((await toldAtInbox(server, third))?.reason, EndingReason.LEFT_BY_NUMBER);
  const stranger = await makePhone(server, "+4915123456780");
  assert.equal(await toldAtInbox(server, stranger), undefined);
});

test("whoever takes a number over, and names the former device as theirs, keeps nothing from it", async (context) => {
  const { server, phone } = await phoneThatIsOn(context);
  const thief = { ...(await makePhone(server, mobile)), device: phone.device };
  await turnOn(server, thief);
  assert.equal(await send(thief, await sign(thief, 900n)), "accepted", "it is a device of theirs");
  assert.equal((await toldAtInbox(server, phone))?.reason, EndingReason.TAKEN_OVER);
});

test("an account made anew has not ended: its former device is signed out, and told no more", async (context) => {
  const { server, phone } = await phoneThatIsOn(context);
  const again = await makePhone(server, mobile, phone.root);
  const { verified } = await proveNumber(server, again);
  const previousHash = randomBytes(32);
  const request = await accountRequest(again, verified, { version: 2, previousHash });
  await again.account.createAccount(request);
  assert.equal(await toldAtInbox(server, phone), undefined);
  assert.equal(await send(again, await sign(again)), "accepted");
});
