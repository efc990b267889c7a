// What the operator said goes with a backup and comes back with it, unless the folder still knows better.
import assert from "node:assert/strict";
import { copyFile, cp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type TestContext, test } from "node:test";
import { type ServerForTests, startTestServer } from "../server-for-tests.ts";
import { StartRefused } from "../start-refused.ts";
import { askForBackup, askForStatus, askService } from "./ask.ts";
import type { Command } from "./command.ts";

const end = { on: "2100-03-31", message: "Thank you all." };
const before: readonly Command[] = [
  { command: "registration", is: "invite-only" },
  { command: "origins", are: ["https://assent.example"] },
  { command: "sms-relay", is: "stopped" },
  { command: "ends", end },
];
const since: readonly Command[] = [
  { command: "registration", is: "closed" },
  { command: "origins", are: ["https://moved.example"] },
  { command: "sms-relay", is: "on" },
  { command: "goes-on" },
];

async function said(folder: string) {
  const {
    registration,
    origins,
    smsRelay,
    end: ends,
  } = await askForStatus(join(folder, "service.sock"));
  return { registration, origins, smsRelay, end: ends };
}

async function say({ folder }: ServerForTests, commands: readonly Command[]): Promise<void> {
  for (const command of commands) await askService(join(folder, "service.sock"), command);
}

/** A service that was steered, backed up, and steered again since; stopped. */
async function steeredTwice(context: TestContext) {
  const server = await startTestServer(context, { smsRelay: "on" });
  await say(server, before);
  const backup = join(server.folder, "a.db");
  await askForBackup(join(server.folder, "service.sock"), backup, () => undefined);
  await say(server, since);
  await server.close();
  return { server, backup };
}

const saidBefore = {
  registration: "invite-only",
  origins: ["https://assent.example"],
  smsRelay: "stopped",
  end,
};

test("on a new disk a backup brings back what was said when it was made", async (context) => {
  const { server, backup } = await steeredTwice(context);
  const data = join(server.folder, "restored");
  await cp(join(server.folder, "keys"), join(data, "keys"), { recursive: true });
  await copyFile(backup, join(data, "assent.db"));
  let restored = await startTestServer(context, { data, smsRelay: "on", restored: true });
  assert.deepEqual(await said(data), saidBefore);
  assert.equal((await stat(join(data, "steering.json"))).mode & 0o777, 0o600);
  const told = restored.log.filter((line) => line.includes("say again"));
  assert.equal(told.length, 1, "the operator is told that it may be old");
  await restored.close();
  // From then on it is what this folder says, whatever was in the backup.
  await rm(join(data, "steering.json"));
  restored = await startTestServer(context, { data, smsRelay: "on" });
  assert.equal((await said(data)).registration, "open");
  await restored.close();
  const database = new DatabaseSync(join(data, "assent.db"));
  const tables = database.prepare("SELECT name FROM sqlite_schema").all();
  database.close();
  assert.ok(!tables.some(({ name }) => String(name).includes("steering")));
});

test("where the folder knows what was said since the backup, that holds", async (context) => {
  const { server, backup } = await steeredTwice(context);
  for (const suffix of ["", "-wal", "-room"])
    await rm(join(server.folder, `assent.db${suffix}`), { force: true });
  await copyFile(backup, join(server.folder, "assent.db"));
  const options = { data: server.folder, smsRelay: "on", restored: true };
  const restored = await startTestServer(context, options);
  assert.deepEqual(await said(server.folder), {
    registration: "closed",
    origins: ["https://moved.example"],
    smsRelay: "on",
    end: null,
  });
  assert.ok(!restored.log.some((line) => line.includes("say again")));
  await restored.close();
});

test("a backup whose steering nobody wrote is refused, and stays a backup", async (context) => {
  const { server, backup } = await steeredTwice(context);
  const data = join(server.folder, "restored");
  await cp(join(server.folder, "keys"), join(data, "keys"), { recursive: true });
  await copyFile(backup, join(data, "assent.db"));
  const database = new DatabaseSync(join(data, "assent.db"));
  database.exec(`UPDATE backed_up_steering SET written = '{"registration":"ajar"}'`);
  database.close();
  const start = (restored: boolean) => startTestServer(context, { data, smsRelay: "on", restored });
  const refused = (what: RegExp) => (error: unknown) =>
    error instanceof StartRefused && what.test(error.message);
  await assert.rejects(start(true), refused(/steering\.json cannot be read/));
  await assert.rejects(start(false), refused(/is a backup that was put back/));
  // As the message has it: what the operator has of the file itself.
  await writeFile(
    join(data, "steering.json"),
    await readFile(join(server.folder, "steering.json"), "utf8"),
  );
  const restored = await start(true);
  assert.equal((await said(data)).registration, "closed");
  await restored.close();
});
