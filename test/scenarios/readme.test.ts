// The README's walk-through, typed as it is written: only the service's port and the phones' folders are others,
// and CODE is what the SMS said.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { newPhones, TestServer } from "../network.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

test("the README's walk-through works as written", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben] = await newPhones(context, "+4915123456789", "+33612345678");
  assert.ok(anna && ben);
  const readme = await readFile(`${root}/README.md`, "utf8");
  const commands = [...readme.matchAll(/^```\n([\s\S]*?)^```/gm)]
    .flatMap(([, block]) => (block ?? "").split("\n"))
    .filter((line) => /^(?:npx|curl) /.test(line));
  assert.ok(commands.length > 10, "there is a walk-through");

  const outputs = new Map<string, string>();
  let code = "";
  for (const command of commands) {
    const typed = command
      .replaceAll("http://127.0.0.1:8080", server.origin)
      .replaceAll("./data", server.folder)
      .replaceAll("/tmp/anna", anna.folder)
      .replaceAll("/tmp/ben", ben.folder)
      .replace("CODE", code);
    const { stdout, stderr } = spawnSync("bash", ["-c", typed], {
      cwd: root,
      input: "yes\n",
      encoding: "utf8",
    });
    if (command.startsWith("curl")) code = /\b\d{6}\b/.exec(stdout)?.[0] ?? "";
    outputs.set(command.replace(/^.* assent (--profile \/tmp\/)?/, ""), stdout + stderr);
  }
  const said = (command: string) =>
    outputs.get(command) ?? assert.fail(`not in the README: ${command}`);
  assert.match(said("anna check +33612345678"), /private/);
  assert.match(said("ben receive"), /Hello Ben/);
  assert.match(said("anna receive"), /Hello Anna/);
  assert.match(said("anna ledger"), /\/outbox/);
  assert.match(said("ben off"), /The service states/);
  assert.match(said("anna send +33612345678 -m 'Still there?'"), /left private messages/);
  assert.match(said("anna history ben"), /Ben \(delivered\): Hello Ben/);
  assert.match(said("admin status --data ./data"), new RegExp(`at ${server.origin}`));
  assert.match(said("keys rotate --data ./data"), /epochs: sealing 1, 2/);
});
