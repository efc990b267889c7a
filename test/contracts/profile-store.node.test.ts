// The profile store's contract in Node, and what is particular to a folder on disk.
import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
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

test("a folder that cannot hold a profile is said to be none, and not that it is damaged", async () => {
  const folder = await newFolder();
  await writeFile(folder, "a file where the folder is to be");
  const unusable = { code: "folder_unusable" };
  await assert.rejects(openNodeStore(folder), unusable);
  await assert.rejects(openNodeStore(join(folder, "below")), unusable);
  await assert.rejects(openNodeStore(""), unusable);
  const other = await newFolder();
  await mkdir(join(other, "profile.db"), { recursive: true });
  await assert.rejects(openNodeStore(other), unusable);
});

test("a file that is no profile is unreadable, and stays as it is", async () => {
  const folder = await newFolder();
  await mkdir(folder);
  const file = join(folder, "profile.db");
  await writeFile(file, "not a database: ".repeat(100));
  await assert.rejects(openNodeStore(folder), { code: "profile_unreadable" });
  assert.match(await readFile(file, "utf8"), /^(not a database: ){100}$/);
  await rm(file);
  const another = new DatabaseSync(file);
  another.exec("PRAGMA user_version = 1");
  another.close();
  await assert.rejects(openNodeStore(folder), { code: "profile_unreadable" });
});

test("one writer at a time; the next gets in when it is done", async () => {
  const folder = await newFolder();
  const first = await openNodeStore(folder);
  await assert.rejects(openNodeStore(folder, { waitMs: 0 }), { code: "profile_in_use" });
  const second = openNodeStore(folder);
  await first.close();
  await (await second).close();
});
