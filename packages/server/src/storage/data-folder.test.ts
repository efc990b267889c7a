// Which folders a service keeps its data in, and which it leaves alone.
import assert from "node:assert/strict";
import { chmod, chown, lstat, mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { openDataFolder } from "./data-folder.ts";

test("a folder of this user's own is taken as it is, and a missing one made for its owner alone", async (context) => {
  const parent = await mkdtemp(join(tmpdir(), "assent-data-"));
  context.after(() => rm(parent, { recursive: true, force: true }));
  const modeOf = async (path: string) => (await lstat(path)).mode & 0o777;
  const refused = (path: string, message: RegExp) =>
    assert.rejects(openDataFolder(path), { name: "StartRefused", message });

  const made = join(parent, "a", "b");
  await openDataFolder(made);
  assert.equal(await modeOf(made), 0o700);
  const given = join(parent, "given");
  await mkdir(given);
  await chmod(given, 0o755);
  await openDataFolder(given);
  assert.equal(await modeOf(given), 0o755, "whoever made it says who may look");

  await symlink(given, join(parent, "link"));
  await refused(join(parent, "link"), /is a link/);
  await symlink(join(parent, "nowhere"), join(parent, "dangling"));
  await refused(join(parent, "dangling"), /cannot be made|is a link/);
  for (const mode of [0o720, 0o702, 0o777]) {
    await chmod(given, mode);
    await refused(given, /chmod 700/);
    assert.equal(await modeOf(given), mode);
  }
  await refused(join("/dev/null", "x"), /cannot be made/);
  if (process.geteuid?.() !== 0) return;
  await chmod(given, 0o700);
  await chown(given, 12_345, 12_345);
  await refused(given, /another user/);
});
