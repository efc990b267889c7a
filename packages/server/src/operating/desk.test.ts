// What the operator does for people at the desk: an account ends by a code that its number got, and a number on the never list gets
// none to register. Neither leaves a trace of a number.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import {
  codeOf,
  lastCode,
  leave,
  leaveByNumber,
  makePhone,
  proveNumber,
  renewClaim,
  startRegistration,
  turnOn,
} from "@assent/bare-phone";
import { Intent } from "@assent/protocol";
import { startTestServer } from "../server-for-tests.ts";
import { askForStatus, askService } from "./ask.ts";

const number = "+4915123456789";

async function serve(context: TestContext) {
  const server = await startTestServer(context);
  const socket = join(server.folder, "service.sock");
  return { server, socket };
}

test("an account ends by the code that its number got, and by no other", async (context) => {
  const { server, socket } = await serve(context);
  const anna = await makePhone(server, number);
  await turnOn(server, anna);
  server.clock.nowMs += 86_400_000;
  const { session, codeExpiresInSeconds } = await askService(socket, {
    command: "code-to-leave",
    number: "+49 1512 3456789",
  });
  assert.equal(codeExpiresInSeconds, 600);
  const code = lastCode(server, number);
  const [sms] = server.fakeSms?.messagesTo(number).slice(-1) ?? [];
  assert.match(sms?.text ?? "", /delete the account of this number/);
  const wrong = code === "000000" ? "000001" : "000000";
  const asked = (typed: string) => askService(socket, { command: "leave", session, code: typed });
  await assert.rejects(asked(wrong), { code: "refused", message: /code is not right/ });
  assert.equal((await askForStatus(socket)).counts["accounts"], 1);
  assert.deepEqual(await asked(code), { ended: true });
  assert.equal((await askForStatus(socket)).counts["accounts"], 0);
  assert.equal(await codeOf(leave(anna)), "signed_out");
  assert.deepEqual(await asked(code), { ended: false }, "a code ends one account, once");
});

test("whether a number has an account shows once it is proved; what is none is refused", async (context) => {
  const { server, socket } = await serve(context);
  const ask = (typed: string) => askService(socket, { command: "code-to-leave", number: typed });
  const { session } = await ask(number);
  const code = lastCode(server, number);
  assert.deepEqual(await askService(socket, { command: "leave", session, code }), {
    ended: false,
  });
  for (const typed of ["", "0151 234", "+49301234567", "somebody"]) {
    await assert.rejects(ask(typed), { code: "refused" }, typed);
  }
  await assert.rejects(askService(socket, { command: "leave", session: "00".repeat(32), code }), {
    code: "refused",
    message: /no longer valid/,
  });
});

test("a number on the never list gets no code to register; what it has stays, and leaves", async (context) => {
  const { server, socket } = await serve(context);
  const anna = await makePhone(server, number);
  await turnOn(server, anna);
  server.clock.nowMs += 86_400_000;
  assert.deepEqual(await askService(socket, { command: "add-never", number }), { added: true });
  assert.deepEqual(await askService(socket, { command: "add-never", number }), { added: false });
  assert.deepEqual(await askService(socket, { command: "count-never" }), { numbers: 1 });
  const again = await makePhone(server, number);
  const nowMs = server.clock.nowMs;
  const before = server.fakeSms?.messagesTo(number).length;
  assert.equal(await codeOf(startRegistration(again, { nowMs })), "number_refused");
  assert.equal(await codeOf(startRegistration(again, { intent: Intent.NEVER })), "number_refused");
  assert.equal(server.fakeSms?.messagesTo(number).length, before);
  assert.ok((await renewClaim(anna)).claim, "the account goes on");
  assert.ok((await leaveByNumber(server, anna)).answer.receipt, "codes to leave are sent");
  assert.deepEqual(await askService(socket, { command: "remove-never", number }), {
    removed: true,
  });
  assert.deepEqual(await askService(socket, { command: "remove-never", number }), {
    removed: false,
  });
  assert.equal(await codeOf(startRegistration(again, { nowMs })), "accepted");
});

test("a code that went out before its number was put on the never list proves nothing to register", async (context) => {
  const { server, socket } = await serve(context);
  const anna = await makePhone(server, number);
  const { session } = await startRegistration(anna);
  const code = lastCode(server, number);
  await askService(socket, { command: "add-never", number });
  const verified = () => anna.registration.verifyCode({ session, code });
  assert.equal(await codeOf(verified()), "number_refused");
  await askService(socket, { command: "remove-never", number });
  assert.equal(await codeOf(verified()), "accepted");
});

test("whoever asked for it with the phone is counted, and can be taken off by the operator alone", async (context) => {
  const { server, socket } = await serve(context);
  const anna = await makePhone(server, number);
  const { verified } = await proveNumber(server, anna, { intent: Intent.NEVER });
  assert.equal(verified.claim, undefined);
  assert.deepEqual(await askService(socket, { command: "count-never" }), { numbers: 1 });
  assert.equal(await codeOf(startRegistration(anna)), "number_refused");
  await askService(socket, { command: "remove-never", number });
  server.clock.nowMs += 86_400_000;
  const nowMs = server.clock.nowMs;
  assert.equal(await codeOf(startRegistration(anna, { nowMs })), "accepted");
});

test("neither the log, nor the audit log, nor the database has the number", async (context) => {
  const { server, socket } = await serve(context);
  await askService(socket, { command: "add-never", number });
  const { session } = await askService(socket, { command: "code-to-leave", number });
  await askService(socket, { command: "leave", session, code: lastCode(server, number) });
  await server.close();
  const audit = await readFile(join(server.folder, "audit.log"), "utf8");
  assert.deepEqual(
    audit
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).did),
    ["add-never", "code-to-leave", "leave"],
  );
  const database = await readFile(join(server.folder, "assent.db"), "latin1");
  assert.ok(database.includes("never_number"));
  for (const text of [audit, database, server.log.join("")]) {
    assert.ok(!text.includes(number.slice(1)));
  }
});
