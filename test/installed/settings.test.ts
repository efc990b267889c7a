// The settings of the Debian package are read by systemd and, for `assent serve --check`, by root's shell: whoever fills in an
// example as it stands has the same of both, whatever is in the value.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

const settings = new URL("../../deploy/debian/assent.conf", import.meta.url);

test("what is filled into an example of the settings is what a shell reads", async (context) => {
  const folder = await mkdtemp(join(tmpdir(), "assent-settings-"));
  context.after(() => rm(folder, { recursive: true }));
  const written: Record<string, string> = {};
  const lines: string[] = [];
  for (const line of (await readFile(settings, "utf8")).split("\n")) {
    const [, name, quote = ""] = /^#?(ASSENT_\w+)=('?)/.exec(line) ?? [];
    if (name === undefined) continue;
    written[name] =
      "https://api.example/Messages.json#template=twilio&from=%2B15550100 ab$$cd `x` \\";
    lines.push(`${name}=${quote}${written[name]}${quote}`);
  }
  assert.ok("ASSENT_SMS" in written && "ASSENT_SMPP_PASSWORD" in written);
  const file = join(folder, "assent.conf");
  await writeFile(file, `${lines.join("\n")}\n`);
  const { stdout, stderr } = spawnSync("/bin/sh", ["-ec", 'set -a; . "$0"; env', file], {
    env: { PATH: process.env["PATH"] },
    encoding: "utf8",
  });
  const read = stdout.split("\n").filter((line) => line.startsWith("ASSENT_"));
  assert.deepEqual(
    [
      Object.fromEntries(
        read.map((line) => [line.split("=", 1)[0], line.slice(line.indexOf("=") + 1)]),
      ),
      stderr,
    ],
    [written, ""],
  );
});
