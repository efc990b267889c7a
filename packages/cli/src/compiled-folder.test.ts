// Where the command keeps what it compiled: a folder that others can make or write would have them run code as whoever types it.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const program = fileURLToPath(new URL("../bin/assent.mjs", import.meta.url));

/** Folders of one who types a command, and what is in each of them then. */
async function afterCommand(context: TestContext, changes: (root: string) => NodeJS.ProcessEnv) {
  const root = await mkdtemp(join(tmpdir(), "assent-compiled-"));
  context.after(() => rm(root, { recursive: true, force: true }));
  const [home, temporary] = [join(root, "home"), join(root, "temporary")];
  await Promise.all([home, temporary].map((folder) => mkdir(folder)));
  const { PATH } = process.env;
  const env = { PATH, HOME: home, TMPDIR: temporary, ...changes(root) };
  await promisify(execFile)(process.execPath, [program, "--version"], { env });
  assert.deepEqual(await readdir(temporary), []);
  return {
    root,
    hasCompiled: async (path: string) => (await readdir(join(root, path))).length > 0,
  };
}

test("it is in the caches of whoever types it, and not where things are temporary", async (context) => {
  const { hasCompiled } = await afterCommand(context, () => ({}));
  assert.ok(await hasCompiled("home/.cache/assent"));
});

test("or where they have theirs, or systemd has those of a unit", async (context) => {
  const chosen = await afterCommand(context, (root) => ({ XDG_CACHE_HOME: join(root, "caches") }));
  assert.ok(await chosen.hasCompiled("caches/assent"));
  const ofUnit = await afterCommand(context, (root) => ({ CACHE_DIRECTORY: join(root, "unit") }));
  assert.ok(await ofUnit.hasCompiled("unit"));
  assert.deepEqual(await readdir(join(ofUnit.root, "home")), []);
});

test("where it cannot be kept, nothing is, and the command works", async (context) => {
  const { root } = await afterCommand(context, () => ({ HOME: "/dev/null" }));
  assert.deepEqual(await readdir(join(root, "home")), []);
});
