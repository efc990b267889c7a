// What a copy of a profile may hold: everything that was said, and nothing that must not be in two places.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { loadMls } from "../encryption/mls.ts";
import { readingOf } from "../reading-former.ts";
import { areas, type TableName } from "./areas.ts";
import { migrate } from "./migrations.ts";
import { Records } from "./records.ts";
import { createMemoryStore, type StoreForTests } from "./store-for-tests.ts";

const frozen = new URL("../../../../test/vectors/profile-format-5/profile.json", import.meta.url);

async function livedIn(): Promise<StoreForTests> {
  const store = createMemoryStore();
  const { tables } = JSON.parse(readFileSync(frozen, "utf8")) as {
    readonly tables: Record<TableName, Record<string, string>>;
  };
  for (const [table, rows] of Object.entries(tables))
    for (const [key, value] of Object.entries(rows))
      await store.commit([
        { table: table as TableName, key, value: new Uint8Array(Buffer.from(value, "base64")) },
      ]);
  await migrate(store, readingOf(await loadMls()));
  return store;
}

test("every table that is written has an area", async () => {
  const store = await livedIn();
  const written = new Set(store.commits.flat().map(({ table }) => table));
  assert.ok(written.size > 15);
  for (const table of written) assert.ok(areas[table], table);
});

test("no key of this device, and no right to its mailbox, stands outside its own area", async () => {
  const store = await livedIn();
  const records = new Records(store);
  const { identity } = (await records.get("profile", "state")) ?? {};
  assert.ok(identity);
  const secrets = [
    identity.rootPrivateKey,
    identity.devicePrivateKey,
    identity.sealingPrivateKey,
    ...(await records.list("keyPackages")).map(({ record }) => record.privatePart),
    ...(await records.list("groupParts"))
      .filter(({ record }) => record.bytes.length > 64)
      .map(({ record }) => record.bytes.subarray(0, 64)),
    ...(await records.list("given")).map(({ record }) => record.envelopeKey),
    ...(await records.list("spare")).map(({ record }) => record.capability),
    ...(await records.list("outgoing")).map(({ record }) => record.secret),
  ].map((secret) => Buffer.from(secret));
  assert.ok(secrets.length > 40 && secrets.every(({ length }) => length >= 32));
  const holding = new Set<string>();
  for (const [table, area] of Object.entries(areas))
    for (const { value } of await store.list(table as TableName))
      if (secrets.some((secret) => Buffer.from(value).includes(secret))) holding.add(area);
  // That it can see any: this device's own area holds them all.
  assert.deepEqual([...holding], ["device"]);
});
