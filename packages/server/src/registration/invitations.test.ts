// A service that takes those alone who were invited: each invitation makes one account, is lost by nothing else, and tells whoever
// guesses nothing.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import {
  accountRequest,
  codeOf,
  leaveByNumber,
  makePhone,
  type Phone,
  proveNumber,
  reachCell,
  renewClaim,
  startRegistration,
} from "@assent/bare-phone";
import {
  Intent,
  type Invitation,
  inviteOnly,
  readInvitation,
  writeInvitation,
} from "@assent/protocol";
import { askForStatus, askService } from "../operating/ask.ts";
import { type ServerForTests, startTestServer } from "../server-for-tests.ts";

const numbers = ["+4915123456789", "+33612345678", "+447400123456"] as const;
const dayMs = 86_400_000;

const socketOf = ({ folder }: ServerForTests) => join(folder, "service.sock");

async function startInviteOnly(context: TestContext): Promise<ServerForTests> {
  const server = await startTestServer(context);
  await askService(socketOf(server), { command: "registration", is: "invite-only" });
  return server;
}

async function invite(server: ServerForTests, days = 30): Promise<Invitation> {
  const made = await askService(socketOf(server), { command: "make-invitations", count: 1, days });
  const [written = ""] = made.invitations;
  return readInvitation(written) ?? assert.fail(written);
}

async function left(server: ServerForTests): Promise<number> {
  const { invitations } = await askForStatus(socketOf(server));
  return invitations.reduce((sum, { count }) => sum + count, 0);
}

async function proved(server: ServerForTests, phone: Phone, invitation: Invitation | undefined) {
  const nowMs = server.clock.nowMs;
  const { verified } = await proveNumber(server, phone, { invitation, nowMs });
  const { keys: _, ...request } = await accountRequest(phone, verified);
  return request;
}

async function joinWith(server: ServerForTests, phone: Phone, invitation: Invitation | undefined) {
  return phone.account.createAccount(await proved(server, phone, invitation));
}

test("nobody registers without one, one makes one account, and the parameters say that it is needed", async (context) => {
  const server = await startTestServer(context);
  const anna = await makePhone(server, numbers[0]);
  assert.deepEqual(anna.parameters.features, []);
  await joinWith(server, anna, undefined);
  await askService(socketOf(server), { command: "registration", is: "invite-only" });
  assert.deepEqual((await reachCell(server)).parameters.features, [inviteOnly]);
  const ben = await makePhone(server, numbers[1]);
  assert.equal(await codeOf(startRegistration(ben)), "invitation_needed");
  assert.equal(server.fakeSms?.messagesTo(ben.number).length, 0);
  const invitation = await invite(server);
  await joinWith(server, ben, invitation);
  assert.equal(await left(server), 0);
  const carl = await makePhone(server, numbers[2]);
  assert.equal(await codeOf(startRegistration(carl, { invitation })), "invitation_invalid");
});

test("who is here stays, renews and leaves without one; to turn on again takes one, whoever asks", async (context) => {
  const server = await startTestServer(context);
  const anna = await makePhone(server, numbers[0]);
  await joinWith(server, anna, undefined);
  await askService(socketOf(server), { command: "registration", is: "invite-only" });
  assert.ok((await renewClaim(anna)).claim);
  assert.equal(await codeOf(startRegistration(anna)), "invitation_needed", "nobody is told apart");
  assert.equal(await codeOf(startRegistration(anna, { intent: Intent.NEVER })), "accepted");
  server.clock.nowMs += dayMs;
  const { answer } = await leaveByNumber(server, anna);
  assert.ok(answer.receipt);
  assert.equal((await askForStatus(socketOf(server))).counts["accounts"], 0);
});

test("it is not lost where registering stops midway, nor while none is needed", async (context) => {
  const server = await startInviteOnly(context);
  const invitation = await invite(server);
  const anna = await makePhone(server, numbers[0]);
  await startRegistration(anna, { invitation });
  await proved(server, await makePhone(server, numbers[1]), invitation);
  const damaged = { ...(await proved(server, await makePhone(server, numbers[2]), invitation)) };
  damaged.signature = damaged.signature.with(0, (damaged.signature[0] ?? 0) ^ 1);
  assert.equal(await codeOf(anna.account.createAccount(damaged)), "request_invalid");
  assert.equal(await left(server), 1);
  await askService(socketOf(server), { command: "registration", is: "open" });
  await joinWith(server, anna, invitation);
  assert.equal(await left(server), 1, "an open service takes none");
});

test("of two who come with the same one, the first has the account, and may ask again", async (context) => {
  const server = await startInviteOnly(context);
  const invitation = await invite(server);
  const [anna, ben] = [await makePhone(server, numbers[0]), await makePhone(server, numbers[1])];
  const [ofAnna, ofBen] = [
    await proved(server, anna, invitation),
    await proved(server, ben, invitation),
  ];
  const made = await anna.account.createAccount(ofAnna);
  assert.equal(await codeOf(ben.account.createAccount(ofBen)), "invitation_invalid");
  assert.deepEqual(await anna.account.createAccount(ofAnna), made);
  assert.equal((await askForStatus(socketOf(server))).counts["accounts"], 1);
});

test("expired, withdrawn, spent and made up are refused in the same words, and nothing goes out", async (context) => {
  const server = await startInviteOnly(context);
  const [early, withdrawn] = [await invite(server, 1), await invite(server)];
  await invite(server, 2);
  const { withdrawn: count } = await askService(socketOf(server), {
    command: "withdraw-invitations",
    which: [writeInvitation(withdrawn)],
  });
  assert.equal(count, 1);
  const startedAt = server.clock.nowMs;
  server.clock.nowMs = startedAt + dayMs - 1;
  const anna = await makePhone(server, numbers[0]);
  const nowMs = server.clock.nowMs;
  assert.equal(await codeOf(startRegistration(anna, { invitation: early, nowMs })), "accepted");
  server.clock.nowMs = startedAt + dayMs;
  const before = server.fakeSms?.messagesTo(anna.number).length;
  const invented = new Uint8Array(10).fill(1) as Invitation;
  for (const invitation of [early, withdrawn, invented]) {
    const refused = codeOf(startRegistration(anna, { invitation, nowMs: server.clock.nowMs }));
    assert.equal(await refused, "invitation_invalid");
  }
  assert.equal(server.fakeSms?.messagesTo(anna.number).length, before);
  assert.equal(await left(server), 1, "the one that is good for another day");
  const all = await askService(socketOf(server), { command: "withdraw-invitations", which: "all" });
  assert.equal(all.withdrawn, 1);
  assert.equal(await left(server), 0);
});

test("who began in time finishes, also where it expired meanwhile", async (context) => {
  const server = await startInviteOnly(context);
  const invitation = await invite(server, 1);
  server.clock.nowMs += dayMs - 1_000;
  const anna = await makePhone(server, numbers[0]);
  const request = await proved(server, anna, invitation);
  server.clock.nowMs += 60_000;
  await server.sweep();
  assert.ok((await anna.account.createAccount(request)).accountId);
});

test("no file of the service holds one, nor its plain hash", async (context) => {
  const server = await startInviteOnly(context);
  const invitation = await invite(server);
  const mayHold = [Buffer.from(invitation), createHash("sha256").update(invitation).digest()];
  await server.close();
  const held = await readFile(join(server.folder, "assent.db"));
  assert.ok(held.includes("invitation"), "the table is there");
  for (const bytes of mayHold) assert.ok(!held.includes(bytes));
  assert.ok(!server.log.join("").includes(writeInvitation(invitation)));
});
