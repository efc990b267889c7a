// The profile store's contract in Node, and what is particular to a folder on disk.
import assert from "node:assert/strict";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { Store } from "@assent/client";
import { openNodeStore } from "@assent/client/node";
import { profileStoreContract } from "./profile-store.contract.ts";

const folders: string[] = [];

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "assent-store-"));
  folders.push(folder);
  return join(folder, "profile");
}

after(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

for (const { title, run } of profileStoreContract)
  test(`sqlite: ${title}`, () =>
    run(async () => {
      const folder = await newFolder();
      const store = await openNodeStore(folder);
      return {
        store,
        reopen: async (): Promise<Store> => {
          await store.close();
          return openNodeStore(folder);
        },
      };
    }));

test("folder and files are the owner's alone", async () => {
  const folder = await newFolder();
  const store = await openNodeStore(folder);
  await store.commit([{ table: "messages", key: "000000000001", value: new Uint8Array(10) }]);
  assert.equal((await stat(folder)).mode & 0o777, 0o700);
  for (const file of await readdir(folder)) {
    assert.equal((await stat(join(folder, file))).mode & 0o777, 0o600, file);
  }
  await store.close();
});

test("one writer at a time; the next gets in when it is done", async () => {
  const folder = await newFolder();
  const first = await openNodeStore(folder);
  await assert.rejects(openNodeStore(folder, { waitMs: 0 }), { code: "profile_in_use" });
  const second = openNodeStore(folder);
  await first.close();
  await (await second).close();
});
