// A backup that is put back: what is answered after its first start stays, however that start ends, and what does not fit on
// the disk is refused by its name.
import assert from "node:assert/strict";
import { cp, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type TestContext, test } from "node:test";
import { AssentError } from "@assent/protocol";
import { newAccount } from "../accounts/account-for-tests.ts";
import type { NewAccount } from "../accounts/store.ts";
import { systemRandomness } from "../randomness.ts";
import { beginAgain } from "./begin-again.ts";
import type { Beginning } from "./database-file.ts";
import { type EmbeddedStoresParts, openEmbeddedStores } from "./embedded-stores.ts";
import type { EndedJournal } from "./ended-journal.ts";
import type { RestoringRows } from "./restoring.ts";
import { openEngine } from "./sqlite/engine.ts";
import { openSqliteStorage } from "./sqlite/storage.ts";
import { writeAheadBytes } from "./sqlite/write-ahead-room.ts";
import type { Stores } from "./stores.ts";

const fails = (error: unknown) => assert.fail(`storage ended: ${error}`);

/** Folders of one service, and how to open them; all of it is closed and removed at the end. */
async function begin(context: TestContext) {
  const root = await mkdtemp(join(tmpdir(), "assent-put-back-"));
  const opened: Stores[] = [];
  context.after(async () => {
    for (const stores of opened) await stores.close();
    await rm(root, { recursive: true, force: true });
  });
  const folder = join(root, "service");
  const open = async (
    beginning: Beginning,
    at = folder,
    more: Partial<EmbeddedStoresParts> = {},
  ) => {
    const parts = { randomness: systemRandomness, crashed: fails, diskFailed: fails, ...more };
    const stores = await openEmbeddedStores(at, { ...parts, beginning });
    opened.push(stores);
    return stores;
  };
  return { root, folder, open };
}

/** A service of one account, whose database is its backup now. The log beside it is of one who came after that. */
async function putBack(context: TestContext) {
  const { root, folder, open } = await begin(context);
  const [before, lost] = [newAccount(), newAccount()];
  const first = await open("as-it-is");
  await first.accounts.create(before);
  assert.equal((await first.backup.backUp(join(root, "a.db"), () => undefined)).kind, "done");
  await first.accounts.create(lost);
  await cp(join(folder, "assent.db-wal"), join(root, "former-wal"));
  await first.close();
  await rm(join(folder, "assent.db-room"), { force: true });
  await cp(join(root, "a.db"), join(folder, "assent.db"));
  await cp(join(root, "former-wal"), join(folder, "assent.db-wal"));
  return { root, folder, open, before, lost };
}

test("once it was started as restored, what it answered is there after a start as it is, however it ended", async (context) => {
  const { root, folder, open, before } = await putBack(context);
  await assert.rejects(open("as-it-is"), { name: "StartRefused", message: /--restored/ });
  const restored = await open("restored");
  const joined = newAccount();
  await restored.accounts.create(joined);
  const lineage = await restored.mailbox.lineage();
  // As a process that is killed leaves it.
  const killed = join(root, "killed");
  await cp(folder, killed, { recursive: true });
  const again = await open("as-it-is", killed);
  assert.equal(await again.mailbox.lineage(), lineage);
  for (const { accountId } of [before, joined]) assert.ok(await again.accounts.account(accountId));
});

test("a second start that is refused takes nothing from the one that serves", async (context) => {
  const { open } = await putBack(context);
  const serving = await open("restored");
  const joined = newAccount();
  await serving.accounts.create(joined);
  await assert.rejects(open("restored"), { name: "StartRefused", message: /in use/ });
  assert.equal((await serving.accounts.end(joined.accountId, 0)).kind, "ended");
});

test("of what lies beside a backup, what came before its first start goes, and what came since stays", async (context) => {
  const { root, folder, open, before, lost } = await putBack(context);
  const rows = new DatabaseSync(join(root, "a.db"));
  rows.exec("CREATE TABLE backed_up_steering AS SELECT '{}' AS written");
  rows.close();
  await cp(join(root, "a.db"), join(folder, "assent.db"));
  const putBackSteering = async () => Promise.reject(new AssentError("busy"));
  const steering = { written: () => "{}", putBack: putBackSteering };
  const refused = { name: "StartRefused", message: /full, or fails\. Make room/ };
  await assert.rejects(open("restored", folder, { steering }), refused);
  await assert.rejects(open("as-it-is"), { name: "StartRefused", message: /--restored/ });

  const since = newAccount();
  const begun = await openSqliteStorage(folder, fails);
  await begun.accounts.create(since);
  const killed = join(root, "killed");
  await cp(folder, killed, { recursive: true });
  await begun.close();
  const restored = await open("restored", killed);
  const isThere = async ({ accountId }: NewAccount) =>
    (await restored.accounts.account(accountId)) !== undefined;
  assert.deepEqual(await Promise.all([before, since, lost].map(isThere)), [true, true, false]);
});

const journal = { read: async () => [] } as unknown as EndedJournal;
const rowsOf = (more: Partial<RestoringRows>): RestoringRows => ({
  isSound: async () => true,
  steering: async () => undefined,
  endedSince: async () => [],
  replay: async () => undefined,
  dropSingleUse: async () => undefined,
  beginLineage: async () => undefined,
  isInFile: async () => true,
  ...more,
});

test("a start goes on only when the file itself is no backup any more", async () => {
  const parts = { journal, steering: undefined, now: 0 };
  await beginAgain("assent.db", "restored", { ...parts, restoring: rowsOf({}) });
  const busy = () => Promise.reject(new AssentError("busy"));
  for (const restoring of [
    rowsOf({ isInFile: async () => false }),
    rowsOf({ beginLineage: busy }),
    rowsOf({ dropSingleUse: busy }),
  ]) {
    await assert.rejects(beginAgain("assent.db", "restored", { ...parts, restoring }), {
      name: "StartRefused",
      message: /assent\.db .*full, or fails\. Make room/,
    });
  }
});

test("KeyPackages for single use go some at a time, in the room that the write-ahead log has", async (context) => {
  const folder = await mkdtemp(join(tmpdir(), "assent-put-back-"));
  const file = join(folder, "assent.db");
  openEngine(file).close();
  const rows = new DatabaseSync(file);
  rows.exec(`
    INSERT INTO account (account_id, manifest, manifest_signature, manifest_version, claim_serial)
      VALUES (x'01', x'', x'', 1, x'01');
    WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 200)
      INSERT INTO device (account, device_id, signature_key) SELECT 1, randomblob(32), x'' FROM n;
    WITH RECURSIVE n (i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM n WHERE i < 3999)
      INSERT INTO key_package (device, last_resort, added_at, key_package)
      SELECT 1 + i % 200, i % 1000 = 0, abs(random()) % 1000000, randomblob(2700) FROM n;
  `);
  rows.close();
  const engine = openEngine(file);
  context.after(() => rm(folder, { recursive: true, force: true }));
  let calls = 0;
  for (let after: unknown = 0; after !== undefined; calls += 1) {
    const [answer] = engine.run([{ port: "restoring", method: "dropSingleUse", given: [after] }]);
    assert.ok(answer && "value" in answer);
    after = answer.value;
    assert.equal((await stat(`${file}-wal`)).size, writeAheadBytes);
  }
  assert.ok(calls > 20);
  engine.close();
  const left = new DatabaseSync(file);
  const kinds = left.prepare("SELECT DISTINCT last_resort FROM key_package").all();
  left.close();
  assert.deepEqual(
    kinds.map((row) => row["last_resort"]),
    [1],
  );
});
