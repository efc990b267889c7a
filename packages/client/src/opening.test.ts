// A profile that cannot be opened leaves nothing locked and nothing open.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { openNodeProfile, openNodeStore, openProfile } from "./index.node.ts";
import { MemoryStore, UnreachableNetwork } from "./testing.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "assent-opening-"));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const damage = { table: "profile", key: "state", value: new Uint8Array([0xff]) } as const;
const atOnce = { waitMs: 0 };

test("a folder whose profile is damaged can be opened by the next program", async () => {
  const open = await openNodeProfile(folder, atOnce);
  await assert.rejects(openNodeStore(folder, atOnce), { code: "profile_in_use" });
  await open.close();

  const store = await openNodeStore(folder, atOnce);
  await store.commit([damage]);
  await store.close();
  for (let tries = 0; tries < 2; tries += 1) {
    await assert.rejects(openNodeProfile(folder, atOnce), { code: "profile_unreadable" });
  }
  await (await openNodeStore(folder, atOnce)).close();
});

test("parts that were handed in are closed", async () => {
  const closed: string[] = [];
  const store = new MemoryStore();
  const network = new UnreachableNetwork();
  store.close = async () => void closed.push("store");
  network.close = () => void closed.push("network");
  await store.commit([damage]);
  const encryption = {} as Parameters<typeof openProfile>[0]["encryption"];
  await assert.rejects(openProfile({ store, network, encryption, now: Date.now }), {
    code: "profile_unreadable",
  });
  assert.deepEqual(closed.sort(), ["network", "store"]);
});
