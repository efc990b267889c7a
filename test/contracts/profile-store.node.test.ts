// The profile store's contract in Node, and what is particular to a folder on disk.
import assert from "node:assert/strict";
import { mkdir, mkdtemp, open, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
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

test("what cannot be read says whether it is damaged, and what can be read is", async () => {
  const folder = await newFolder();
  const key = (number: number) => String(number).padStart(12, "0");
  const changes = Array.from({ length: 2_000 }, (_, number) => {
    return { table: "messages", key: key(number), value: new Uint8Array(1_000).fill(1) } as const;
  });
  const store = await openNodeStore(folder);
  await store.commit(changes);
  await store.close();
  for (const asked of [store.get("messages", key(1)), store.list("messages")])
    await assert.rejects(asked, { name: "AssentError", code: "storage_failed" });
  const file = await open(join(folder, "profile.db"), "r+");
  await file.write(new Uint8Array(400_000).fill(0xee), 0, 400_000, 1_000_000);
  await file.close();
  const damaged = await openNodeStore(folder);
  const unreadable = { name: "AssentError", code: "profile_unreadable" };
  await assert.rejects(damaged.list("messages"), unreadable);
  const read = await Promise.allSettled(changes.map(({ key }) => damaged.get("messages", key)));
  assert.ok(
    read.some(({ status }) => status === "fulfilled"),
    "the control",
  );
  const failed = read.filter((row) => row.status === "rejected");
  assert.ok(failed.length > 0);
  for (const { reason } of failed) assert.equal(reason.code, "profile_unreadable");
  await damaged.close();
});

test("one writer at a time; the next gets in when it is done", async () => {
  const folder = await newFolder();
  const first = await openNodeStore(folder);
  await assert.rejects(openNodeStore(folder, { waitMs: 0 }), { code: "profile_in_use" });
  const second = openNodeStore(folder);
  await first.close();
  await (await second).close();
});
