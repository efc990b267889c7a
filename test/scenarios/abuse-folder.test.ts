// The folder of a service, as whoever else is on its machine finds it.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { lstat, mkdir, mkdtemp, readdir, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import { commandFile } from "../command.ts";

async function parentOf(context: TestContext): Promise<string> {
  const parent = await mkdtemp(join(tmpdir(), "assent-folder-"));
  context.after(() => rm(parent, { recursive: true, force: true }));
  return parent;
}

function serve(context: TestContext, data: string) {
  const command = `umask 000; exec "${process.execPath}" "${commandFile}" serve --sms fake --port 0 --data "${data}"`;
  const service = spawn("bash", ["-c", command], { stdio: ["ignore", "pipe", "pipe"] });
  context.after(() => service.kill("SIGKILL"));
  return service;
}

test("what a service makes is its user's alone, however open its shell is", async (context) => {
  const data = join(await parentOf(context), "data");
  const service = serve(context, data);
  service.stderr.resume();
  await once(service.stdout, "data");
  const names = await readdir(data, { recursive: true });
  assert.ok(names.includes("assent.db") && names.includes(join("keys", "voprf.key")));
  for (const path of [data, ...names.map((name) => join(data, name))]) {
    assert.equal((await lstat(path)).mode & 0o077, 0, path);
  }
  service.kill("SIGTERM");
  const [code] = await once(service, "exit");
  assert.equal(code, 0);
});

test("a folder that is a link is refused in words, and nothing is made behind it", async (context) => {
  const parent = await parentOf(context);
  await mkdir(join(parent, "real"), { mode: 0o700 });
  await symlink(join(parent, "real"), join(parent, "link"));
  const service = serve(context, join(parent, "link"));
  const [said, [code]] = await Promise.all([text(service.stderr), once(service, "exit")]);
  assert.equal(code, 1);
  assert.match(said, /^assent: The data directory .* is a link\. Name the folder itself/m);
  assert.deepEqual(await readdir(join(parent, "real")), []);
});
