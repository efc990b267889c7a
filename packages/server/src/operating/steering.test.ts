// What the operator does to a running service: registration is closed and opened over restarts, and what was done is noted
// without anybody in it.
import assert from "node:assert/strict";
import { cp, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { codeOf, leave, makePhone, startRegistration, turnOn } from "@assent/bare-phone";
import { Intent } from "@assent/protocol";
import { startTestServer } from "../server-for-tests.ts";
import { StartRefused } from "../start-refused.ts";
import { askForBackup, askForStatus, askService, askToRotate } from "./ask.ts";
import type { Command } from "./command.ts";

test("closed, it takes no new numbers, over a restart too; who is here stays, and leaves", async (context) => {
  let server = await startTestServer(context);
  const anna = await makePhone(server, "+4915123456789");
  await turnOn(server, anna);
  const socket = join(server.folder, "service.sock");
  const closed = await askService(socket, { command: "registration", is: "closed" });
  assert.deepEqual(closed, { registration: "closed" });
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
  const open = await askService(socket, { command: "registration", is: "open" });
  assert.deepEqual(open, { registration: "open" });
  assert.equal(await codeOf(startRegistration(await makePhone(server, carl.number))), "accepted");
  server = await server.restart();
  assert.equal((await askForStatus(socket)).registration, "open");
});

test("who is here leaves while registration is closed", async (context) => {
  const server = await startTestServer(context);
  const anna = await makePhone(server, "+4915123456789");
  await turnOn(server, anna);
  await askService(join(server.folder, "service.sock"), { command: "registration", is: "closed" });
  assert.ok((await leave(anna)).answer.receipt);
});

test("what the operator does is noted: when, what, and whether it was done, and of whom nothing", async (context) => {
  const server = await startTestServer(context, { smsRelay: "on" });
  const socket = join(server.folder, "service.sock");
  const file = join(server.folder, "audit.log");
  await askForStatus(socket);
  await askService(socket, { command: "count-invitations" });
  await assert.rejects(stat(file), { code: "ENOENT" }, "who only asks leaves no line");
  const does = (command: Command) => askService(socket, command);
  await does({ command: "registration", is: "closed" });
  await askToRotate(socket, { what: ["sealing"], rootKeyFile: undefined });
  const backup = join(server.folder, "a.db");
  await askForBackup(socket, backup, () => undefined);
  await assert.rejects(askForBackup(socket, backup, () => undefined));
  const made = await askService(socket, { command: "make-invitations", count: 2, days: 3 });
  await does({ command: "withdraw-invitations", which: made.invitations });
  await assert.rejects(does({ command: "withdraw-invitations", which: ["no invitation"] }));
  await does({ command: "withdraw-invitations", which: "all" });
  await does({ command: "origins", are: ["https://assent.example"] });
  const on = new Date(server.clock.nowMs).toISOString().slice(0, 10);
  await does({ command: "ends", end: { on, message: "Call +4915123456789." } });
  await does({ command: "goes-on" });
  await does({ command: "sms-relay", is: "stopped" });
  await does({ command: "sms-relay", is: "on" });
  await does({ command: "add-never", number: "+33612345678" });
  await does({ command: "count-never" });
  await does({ command: "remove-never", number: "+33612345678" });
  const { session } = await askService(socket, {
    command: "code-to-leave",
    number: "+447400123456",
  });
  await assert.rejects(does({ command: "leave", session, code: "none" }));
  await does({ command: "drain" });
  await does({ command: "undrain" });
  const text = await readFile(file, "utf8");
  const at = new Date(server.clock.nowMs).toISOString();
  assert.deepEqual(
    text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line)),
    [
      { did: "registration", is: "closed", outcome: "done" },
      { did: "rotate", what: ["sealing"], outcome: "done" },
      { did: "backup", outcome: "done" },
      { did: "backup", outcome: "refused" },
      { did: "make-invitations", count: 2, days: 3, outcome: "done" },
      { did: "withdraw-invitations", count: 2, outcome: "done" },
      { did: "withdraw-invitations", count: 1, outcome: "refused" },
      { did: "withdraw-invitations", count: "all", outcome: "done" },
      { did: "origins", origins: ["https://assent.example"], outcome: "done" },
      { did: "ends", on, outcome: "done" },
      { did: "goes-on", outcome: "done" },
      { did: "sms-relay", is: "stopped", outcome: "done" },
      { did: "sms-relay", is: "on", outcome: "done" },
      { did: "add-never", outcome: "done" },
      { did: "remove-never", outcome: "done" },
      { did: "code-to-leave", outcome: "done" },
      { did: "leave", outcome: "refused" },
      { did: "drain", outcome: "done" },
      { did: "undrain", outcome: "done" },
    ].map((line) => ({ at, ...line })),
  );
  assert.equal((await stat(file)).mode & 0o777, 0o600);
});

test("what was said is in a file of the owner's alone, and a start on a damaged one is refused", async (context) => {
  const server = await startTestServer(context);
  const file = join(server.folder, "steering.json");
  await assert.rejects(stat(file), { code: "ENOENT" }, "nothing was said");
  await askService(join(server.folder, "service.sock"), { command: "registration", is: "closed" });
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  const said = await readFile(file, "utf8");
  await server.close();
  const refused = (error: unknown) =>
    error instanceof StartRefused && /steering\.json is damaged/.test(error.message);
  const relay = '{"registration":"open","smsRelay":"paused"}';
  for (const damaged of [
    "",
    "{",
    "null",
    "[]",
    '{"registration":"ajar"}',
    relay,
    said.slice(0, -9),
  ]) {
    await writeFile(file, damaged);
    await assert.rejects(server.restart(), refused, damaged);
  }
  await writeFile(file, said);
  await server.restart();
});

test("a backup that is put back brings no invitation back: some were spent since", async (context) => {
  const server = await startTestServer(context);
  await turnOn(server, await makePhone(server, "+4915123456789"));
  const socket = join(server.folder, "service.sock");
  await askService(socket, { command: "make-invitations", count: 2, days: 3 });
  const folder = join(server.folder, "restored");
  await cp(join(server.folder, "keys"), join(folder, "keys"), { recursive: true });
  await askForBackup(socket, join(folder, "assent.db"), () => undefined);
  const counted = await askService(socket, { command: "count-invitations" });
  assert.deepEqual(
    counted.invitations.map(({ count }) => count),
    [2],
  );
  await startTestServer(context, { data: folder, restored: true });
  const again = join(folder, "service.sock");
  assert.equal((await askForStatus(again)).counts["accounts"], 1);
  assert.deepEqual((await askService(again, { command: "count-invitations" })).invitations, []);
});
