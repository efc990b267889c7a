// What an operator does to the folder of a service that does not run.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { rename } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { readFolders } from "./config.ts";
import { rotateKeys } from "./operator.ts";
import { startTestServer } from "./server-for-tests.ts";

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
