// A backup whose disk takes nothing: said to be that, with nothing left of it, and nothing said of the service's own disk.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { backUp } from "./backup.ts";

test("where the copy finds no room nothing is left of it", async (context) => {
  const folder = await mkdtemp(join(tmpdir(), "assent-backup-"));
  context.after(() => rm(folder, { recursive: true }));
  const file = join(folder, "a.db");
  const steering = () => "{}";
  const made = (copied: "copied" | "no-room") =>
    backUp(
      async (partial) => {
        assert.deepEqual(await readdir(folder), [`a.db.partial`], partial);
        const copy = new DatabaseSync(partial);
        copy.exec("CREATE TABLE registration_session (id)");
        copy.close();
        return copied;
      },
      steering,
      file,
      () => undefined,
    );
  assert.deepEqual(await made("no-room"), { kind: "no-room" });
  assert.deepEqual(await readdir(folder), []);
  assert.equal((await made("copied")).kind, "done");
  assert.deepEqual(await readdir(folder), ["a.db"]);
});

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
