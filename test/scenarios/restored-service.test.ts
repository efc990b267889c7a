// A service whose disk was lost goes on from a backup: the short form of the drill, and what is refused.
import assert from "node:assert/strict";
import { chmod, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import type { PhoneNumber } from "@assent/protocol";
import { restoreServiceDrill } from "../drills/restore-service.ts";
import { phonesOn, phonesThatTexted } from "../memory-phone.ts";
import { parseLines, TestServer } from "../network.ts";

const numbers = ["+4915123456789", "+33612345678"] as [PhoneNumber, PhoneNumber];
const others = ["+447400654321", "+447400654322", "+447400654323"] as PhoneNumber[];

test("a service is put back from a backup: nothing is lost, shown twice or handed out twice, and who left stays away", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben] = await phonesThatTexted(server, numbers);
  const [carol, dave, eve] = await phonesOn(server, others);
  assert.ok(carol && dave && eve);
  const phones = { anna, ben, carol, dave, eve };
  const { refusal, ...result } = await restoreServiceDrill({
    ...phones,
    server,
    order: "people first",
    start: "restored",
  });
  assert.deepEqual(result, { lost: [], twice: [], false: [], daveIsBack: false });
  assert.match(refusal, /assent\.db is a backup that was put back\. Start once with --restored/);
});

test("a backup is whole, its owner's alone, and never written over another file", async (context) => {
  const server = await TestServer.start(context);
  const backup = join(server.folder, "..", "a.db");
  const made = await server.operate("backup", backup, "--json");
  assert.equal(made.exitCode, 0, made.stderr);
  const { size, mode } = await stat(backup);
  assert.deepEqual(JSON.parse(made.stdout), { file: backup, bytes: size });
  assert.equal(mode & 0o777, 0o600);
  for (const there of [backup, join(server.folder, "assent.db")]) {
    const again = await server.operate("backup", there, "--json");
    assert.deepEqual([again.exitCode, JSON.parse(again.stderr).error.code], [1, "refused"]);
  }
  await server.kill();
  const nobody = await server.operate("backup", `${backup}-2`, "--json");
  assert.equal(JSON.parse(nobody.stderr).error.code, "no_service");

  const serve = (...more: string[]) =>
    server.operate("serve", "--sms", "fake", "--port", "0", ...more);
  const database = join(server.folder, "assent.db");
  for (const suffix of ["", "-wal", "-shm"]) await rm(database + suffix, { force: true });
  assert.match((await serve()).stderr, /keys of this service are here, and its database/);
  assert.match((await serve("--restored")).stderr, /no backup at/);
  await writeFile(database, Buffer.alloc(65_536, 7));
  assert.match((await serve()).stderr, /assent\.db is damaged\. .*--restored/);
  assert.match((await serve("--new-database")).stderr, /There is a database/);
  await rm(database);
  await server.start("--new-database");
  assert.equal((await server.operate("admin", "status")).exitCode, 0);
});

test("doctor says what is wrong with a folder, while a service runs there and when it does not", async (context) => {
  const server = await TestServer.start(context);
  const doctor = async () => {
    const { exitCode, stdout } = await server.operate("doctor", "--json");
    const findings = parseLines<{ of: string; kind: string }>(stdout).filter(
      // Of the machine that tests run on, whatever it is like: machine.test.ts.
      ({ of }) => !["disk", "open files", "clock"].includes(of),
    );
    return [exitCode, ...findings.map(({ of, kind }) => `${of} ${kind}`)];
  };
  const keys = ["keys well", "root key look"];
  const well = [0, ...keys, "database well", "journal well"];
  assert.deepEqual(await doctor(), [...well, "time well", "sms well", "sms relay well"]);
  await server.stop();
  assert.deepEqual(await doctor(), well);
  await chmod(join(server.folder, "keys", "voprf.key"), 0o644);
  const database = join(server.folder, "assent.db");
  const bytes = await readFile(database);
  // Past the first page, where nothing looks when it is opened.
  await writeFile(database, bytes.fill(7, 5 * 8_192, 7 * 8_192));
  await writeFile(join(server.folder, "ended.journal"), "something else\n");
  const wrong = [1, "keys wrong", "root key look", "database wrong", "journal wrong"];
  assert.deepEqual(await doctor(), wrong);
});
