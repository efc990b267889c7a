// A database that is damaged is named as that, when it is opened and later, and nobody is told that they are unknown.
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { randomBytes } from "@assent/protocol";
import { openSqliteStorage } from "./sqlite/storage.ts";
import { isDatabaseSound } from "./stopped-stores.ts";

const ended = (error: unknown) => assert.fail(`storage ended: ${error}`);

test("pages that are damaged are named where they are met, and found by a look through all of it", async (context) => {
  const folder = await mkdtemp(join(tmpdir(), "assent-damaged-"));
  context.after(() => rm(folder, { recursive: true, force: true }));
  const stores = await openSqliteStorage(folder, ended);
  for (let count = 0; count < 200; count += 1) await stores.registration.addNever(randomBytes(32));
  await stores.close();
  assert.equal(await isDatabaseSound(folder), true);

  const file = join(folder, "assent.db");
  const bytes = await readFile(file);
  await writeFile(file, bytes.fill(7, 2 * 8_192));
  const named: unknown[] = [];
  const damaged = await openSqliteStorage(folder, ended, { damaged: (error) => named.push(error) });
  await assert.rejects(damaged.accounts.account(randomBytes(32)), { code: "busy" });
  assert.equal(named.length, 1);
  await damaged.close();
  assert.equal(await isDatabaseSound(folder), false);

  await writeFile(file, bytes.fill(7));
  const refused = { name: "StartRefused", message: /assent\.db is damaged\. .*--restored/ };
  await assert.rejects(openSqliteStorage(folder, ended), refused);
  await assert.rejects(isDatabaseSound(folder), refused);
});
