// A disk that is full: nobody is told that something went wrong, what was answered stays, and the service says so of itself.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  addKeyPackages,
  codeOf,
  leaveByNumber,
  makePhone,
  startRegistration,
  turnOn,
} from "@assent/bare-phone";
import { Intent, randomBytes } from "@assent/protocol";
import { startTestServer } from "./server-for-tests.ts";

test("a full disk means later, and /health says so until it is over", async (context) => {
  const server = await startTestServer(context, {}, {}, { mostDatabasePages: 120 });
  const health = async () => (await fetch(`${server.origin}/health`)).status;
  const phone = await makePhone(server, "+4915123456789");
  await turnOn(server, phone);
  const add = () =>
    codeOf(
      addKeyPackages(
        phone,
        Array.from({ length: 20 }, () => randomBytes(8_000)),
      ),
    );
  const answers: string[] = [];
  while (answers.length < 10 && answers.at(-1) !== "busy") {
    assert.equal(await health(), 200);
    answers.push(await add());
  }
  assert.ok(answers.includes("accepted"), "there was room at first");
  assert.equal(answers.at(-1), "busy");
  assert.equal(await health(), 503);
  assert.match(server.log.join(""), /the disk takes nothing/);
  assert.doesNotMatch(server.log.join(""), /a request failed/);
  const { devices } = await phone.directory.takeKeyPackages({ accountId: phone.accountId });
  assert.equal(devices.length, 1, "what needs no room goes on");
  server.clock.nowMs += 60_000;
  assert.equal(await health(), 200);
});

test("where no account can be made no code to register is sent; those to leave, and for never, are", async (context) => {
  const refusePutsBelowBytes = Number.MAX_SAFE_INTEGER;
  const server = await startTestServer(context, {}, {}, { refusePutsBelowBytes });
  const phone = await makePhone(server, "+4915123456789");
  assert.equal(await codeOf(startRegistration(phone)), "busy");
  assert.deepEqual(server.fakeSms?.messagesTo(phone.number), []);
  assert.equal(await codeOf(leaveByNumber(server, phone)), "accepted");
  assert.equal(await codeOf(startRegistration(phone, { intent: Intent.NEVER })), "accepted");
});
