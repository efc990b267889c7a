// What an operator does to the folder of a service that does not run.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { readConfig, readFolders, type ServeOptions } from "./config.ts";
import { askForBackup } from "./operating/ask.ts";
import { startTestServer } from "./server-for-tests.ts";
import { examineStart, rotateKeys } from "./service-folder.ts";

test("where the database is missing no keys are rotated, and no other database is made", async (context) => {
  const server = await startTestServer(context);
  await server.close();
  const [database, elsewhere] = ["assent.db", "lost.db"].map((name) =>
    join(server.folder, name),
  ) as [string, string];
  await rename(database, elsewhere);
  const folders = readFolders({ data: server.folder }, {});
  const rotation = { what: ["capability"], rootKeyFile: undefined } as const;
  await assert.rejects(rotateKeys(folders, rotation), {
    code: "refused",
    message: /its database .*assent\.db is not/,
  });
  assert.ok(!existsSync(database));
  await rename(elsewhere, database);
  assert.deepEqual((await rotateKeys(folders, rotation)).capabilityEpochs, [1, 2]);
});

test("a check of a start says what that start would meet, also of a backup that was put back and of no database", async (context) => {
  const server = await startTestServer(context);
  const [database, backup] = ["assent.db", "backup.db"].map((name) =>
    join(server.folder, name),
  ) as [string, string];
  const { operatingSocket } = readFolders({ data: server.folder }, {});
  await askForBackup(operatingSocket, backup, () => undefined);
  await server.close();
  const found = async (how: ServeOptions) => {
    const options = { data: server.folder, sms: "fake", port: 0, ...how };
    const findings = await examineStart(readConfig(options, {}));
    return findings.find(({ of }) => of === "database");
  };
  assert.equal((await found({}))?.kind, "well");
  const nothingToRestore = await found({ newDatabase: true });
  assert.match(nothingToRestore?.message ?? "", /leave out --new-database/);
  for (const suffix of ["", "-wal", "-shm"]) await rm(database + suffix, { force: true });
  assert.match((await found({}))?.message ?? "", /its database .* is not/);
  assert.equal((await found({ newDatabase: true }))?.kind, "well");
  assert.ok(!existsSync(database));
  await rename(backup, database);
  assert.match((await found({}))?.message ?? "", /Start once with --restored/);
  // As often as it is asked: the start itself is still to come.
  for (let times = 0; times < 2; times += 1) {
    assert.equal((await found({ restored: true }))?.kind, "well");
  }
});
