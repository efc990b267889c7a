// What the operator does to a running service: registration is closed and opened over restarts, and what was done is noted
// without anybody in it.
import assert from "node:assert/strict";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { codeOf, leave, makePhone, startRegistration, turnOn } from "@assent/bare-phone";
import { Intent } from "@assent/protocol";
import { startTestServer } from "../server-for-tests.ts";
import { askForBackup, askForStatus, askToRotate, setRegistration } from "./ask.ts";

test("closed, it takes no new numbers, over a restart too; who is here stays, and leaves", async (context) => {
  let server = await startTestServer(context);
  const anna = await makePhone(server, "+4915123456789");
  await turnOn(server, anna);
  const socket = join(server.folder, "service.sock");
  assert.deepEqual(await setRegistration(socket, "closed"), { registration: "closed" });
  const ben = await makePhone(server, "+33612345678");
  assert.equal(await codeOf(startRegistration(ben)), "registration_closed");
  server = await server.restart();
  assert.equal((await askForStatus(socket)).registration, "closed");
  const carl = await makePhone(server, "+447400123456");
  assert.equal(await codeOf(startRegistration(carl)), "registration_closed");
  assert.equal(await codeOf(startRegistration(carl, { intent: Intent.LEAVE })), "accepted");
  const here = await makePhone(server, anna.number);
  assert.equal(
    await codeOf(startRegistration(here)),
    "registration_closed",
    "nobody is told apart",
  );
  assert.deepEqual(await setRegistration(socket, "open"), { registration: "open" });
  assert.equal(await codeOf(startRegistration(await makePhone(server, carl.number))), "accepted");
  server = await server.restart();
  assert.equal((await askForStatus(socket)).registration, "open");
});

test("who is here leaves while registration is closed", async (context) => {
  const server = await startTestServer(context);
  const anna = await makePhone(server, "+4915123456789");
  await turnOn(server, anna);
  await setRegistration(join(server.folder, "service.sock"), "closed");
  assert.ok((await leave(anna)).answer.receipt);
});

test("what the operator does is noted: when, what, and whether it was done, and of whom nothing", async (context) => {
  const server = await startTestServer(context);
  const socket = join(server.folder, "service.sock");
  const file = join(server.folder, "audit.log");
  await askForStatus(socket);
  await assert.rejects(stat(file), { code: "ENOENT" }, "who only asks leaves no line");
  await setRegistration(socket, "closed");
  await askToRotate(socket, { what: ["sealing"], rootKeyFile: undefined });
  const backup = join(server.folder, "a.db");
  await askForBackup(socket, backup, () => undefined);
  await assert.rejects(askForBackup(socket, backup, () => undefined));
  const text = await readFile(file, "utf8");
  const at = new Date(server.clock.nowMs).toISOString();
  assert.deepEqual(
    text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line)),
    [
      { at, did: "registration", is: "closed", outcome: "done" },
      { at, did: "rotate", what: ["sealing"], outcome: "done" },
      { at, did: "backup", outcome: "done" },
      { at, did: "backup", outcome: "refused" },
    ],
  );
  assert.equal((await stat(file)).mode & 0o777, 0o600);
});
