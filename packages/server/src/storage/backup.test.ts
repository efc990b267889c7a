// What a backup leaves where it does not come to its end, and whose disk it says failed: its own, or the service's.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type TestContext, test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { askForBackup } from "../operating/ask.ts";
import { startTestServer } from "../server-for-tests.ts";
import { backupsOf, leavesRoomFor } from "./backup.ts";
import { backupMark } from "./backup-mark.ts";
import { openEngine } from "./sqlite/engine.ts";
import type { CopyOutcome } from "./sqlite/storage.ts";

async function temporaryFolder(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "assent-backup-"));
  context.after(() => rm(folder, { recursive: true }));
  return folder;
}

/** Whose copies end like this, with a file that is whole. */
function copiesThatEnd(how: CopyOutcome) {
  let isGivenUp = false;
  return {
    async copyTo(partial: string): Promise<CopyOutcome> {
      const copy = new DatabaseSync(partial);
      copy.exec("CREATE TABLE registration_session (id)");
      copy.close();
      return isGivenUp ? "given-up" : how;
    },
    giveUp() {
      isGivenUp = true;
    },
  };
}

test("where the copy does not come to its end nothing is left of it", async (context) => {
  const folder = await temporaryFolder(context);
  const made = (how: CopyOutcome) =>
    backupsOf({
      copies: copiesThatEnd(how),
      steering: () => "{}",
      leavesRoom: async () => true,
    }).backUp(join(folder, "a.db"), () => undefined);
  for (const kind of ["no-room", "unreadable", "given-up"] as const) {
    assert.deepEqual(await made(kind), { kind });
    assert.deepEqual(await readdir(folder), []);
  }
  assert.equal((await made("copied")).kind, "done");
  assert.deepEqual(await readdir(folder), ["a.db"]);
});

test("a copy that would take the room that the service needs is not begun", async (context) => {
  const folder = await temporaryFolder(context);
  const database = join(folder, "assent.db");
  await writeFile(database, "");
  for (const [leastFree, kind] of [
    [0, "done"],
    [Number.MAX_SAFE_INTEGER, "no-room"],
  ] as const) {
    const backups = backupsOf({
      copies: copiesThatEnd("copied"),
      steering: () => "{}",
      leavesRoom: (place) => leavesRoomFor(database, leastFree, place),
    });
    assert.equal((await backups.backUp(join(folder, `${kind}.db`), () => undefined)).kind, kind);
  }
  assert.deepEqual((await readdir(folder)).sort(), ["assent.db", "done.db"]);
  // The disk of processes, in memory: another one.
  assert.equal(await leavesRoomFor(database, Number.MAX_SAFE_INTEGER, "/proc"), true);
});

test("a service that stops gives up what is looked through, and what is asked for later", async (context) => {
  const folder = await temporaryFolder(context);
  const file = join(folder, "a.db");
  const backups = backupsOf({
    copies: copiesThatEnd("copied"),
    steering: () => {
      // The copy has ended, and its check begins.
      backups.giveUp();
      return "{}";
    },
    leavesRoom: async () => true,
  });
  for (const _ of ["under way", "later"]) {
    assert.deepEqual(await backups.backUp(file, () => undefined), { kind: "given-up" });
    assert.deepEqual(await readdir(folder), []);
  }
});

test("a service that stops waits for no look through a large copy", {
  timeout: 30_000,
}, async (context) => {
  const folder = await temporaryFolder(context);
  const file = join(folder, "a.db");
  const partial = `${file}.partial`;
  const backups = backupsOf({
    copies: {
      async copyTo() {
        fillWithWhatIsSlow(partial);
        return "copied";
      },
      giveUp: () => undefined,
    },
    steering: () => undefined,
    leavesRoom: async () => true,
  });
  const made = backups.backUp(file, () => undefined);
  while (markOf(partial) !== backupMark) await nextTurn();
  backups.giveUp();
  assert.deepEqual(await made, { kind: "given-up" });
  assert.deepEqual(await readdir(folder), []);
});

/** To look through it takes more than a minute; what SQLite has in memory of it, seconds. */
function fillWithWhatIsSlow(file: string): void {
  const database = new DatabaseSync(file);
  database.exec(`
    CREATE TABLE registration_session (id);
    CREATE TABLE slow (bytes BLOB CHECK (length(hex(zeroblob(length(bytes) * 500))) > 0));
    PRAGMA ignore_check_constraints = ON;
    WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 15000)
    INSERT INTO slow SELECT zeroblob(4000) FROM number;
  `);
  database.close();
}

/** What the check writes before it looks. */
function markOf(file: string): number {
  try {
    return readFileSync(file).readUInt32BE(68);
  } catch {
    return 0;
  }
}

test("a copy that is given up ends with the part that is under way", async (context) => {
  const folder = await temporaryFolder(context);
  const engine = openEngine(join(folder, "assent.db"));
  engine.close();
  fill(join(folder, "assent.db"));
  for (const isGivenUp of [false, true]) {
    const filled = openEngine(join(folder, "assent.db"));
    let parts = 0;
    const how = await filled.copyTo(join(folder, `${isGivenUp}.db`), () => {
      parts += 1;
      if (isGivenUp) filled.giveUpCopy();
    });
    filled.close();
    assert.equal(how, isGivenUp ? "given-up" : "copied");
    assert.ok(isGivenUp ? parts === 1 : parts > 2, `${parts} parts`);
  }
});

test("whoever waits for a backup of a service that stops is told that it was given up", async (context) => {
  const folder = await temporaryFolder(context);
  const server = await startTestServer(context);
  await server.close();
  fill(join(server.folder, "assent.db"));
  const filled = await server.restart();
  const socket = join(server.folder, "service.sock");
  let stopped: Promise<void> | undefined;
  const asked = askForBackup(socket, join(folder, "a.db"), () => {
    // The first part was copied.
    stopped ??= filled.close();
  });
  await assert.rejects(asked, { code: "no_answer", message: /given up/ });
  await stopped;
  assert.deepEqual(await readdir(folder), []);
});

/** With more than is copied at once. */
function fill(file: string): void {
  const database = new DatabaseSync(file);
  database.exec("CREATE TABLE filler (bytes BLOB); INSERT INTO filler VALUES (zeroblob(9000000))");
  database.close();
}

const inner = fileURLToPath(new URL("./backup-on-small-disk-for-tests.ts", import.meta.url));
const mounting = [
  "--mount",
  "sh",
  "-ec",
  'mount -t tmpfs -o size=256k none "$1"; exec "$0" "$2" "$1"',
];
const isRoot = process.getuid?.() === 0 && spawnSync("unshare", ["--mount", "true"]).status === 0;

test("a full disk of the backup is not the service's", {
  skip: isRoot ? false : "only root can make a small disk",
}, async (context) => {
  const disk = await mkdtemp(join(tmpdir(), "assent-small-"));
  context.after(() => rm(disk, { recursive: true }));
  const args = [...mounting, process.execPath, disk, inner];
  const { stdout, stderr } = spawnSync("unshare", args, { encoding: "utf8", timeout: 60_000 });
  assert.equal(stdout, '{"kind":"no-room"} diskFailed 0 left 0\n', stderr);
});
