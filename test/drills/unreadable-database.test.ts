// A backup of a database whose own disk cannot be read: said to be that disk, with nothing left of the backup.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { findStrace } from "../../scripts/debian-packages.mjs";
import { temporaryFolder } from "./temporary-folder.ts";

const script = fileURLToPath(new URL("./backing-up.ts", import.meta.url));
const skip = findStrace() ? false : "strace is not there, or may not trace";

test("a disk that cannot be read is the database's, and is said to be", {
  skip,
}, async (context) => {
  const folder = await temporaryFolder(context);
  const holder = spawn(process.execPath, [script, folder], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  context.after(() => holder.kill("SIGKILL"));
  const lines = createInterface({ input: holder.stdout })[Symbol.asyncIterator]();
  const backUp = async (name: string): Promise<{ readonly kind: string }> => {
    holder.stdin.write(`${join(folder, name)}\n`);
    return JSON.parse((await lines.next()).value ?? "");
  };
  assert.equal((await lines.next()).value, "open");
  const strace = spawn(
    "strace",
    [
      ...["-f", "-o", "/dev/null", "-p", String(holder.pid), "-P", join(folder, "data/assent.db")],
      ...["-e", "trace=pread64", "-e", "inject=pread64:error=EIO"],
    ],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  context.after(() => strace.kill("SIGKILL"));
  await once(strace.stderr, "data");
  assert.deepEqual(await backUp("a.db"), { kind: "unreadable", diskFailed: 1 });
  assert.deepEqual(await readdir(folder), ["data"]);
  strace.kill();
  await once(strace, "exit");
  assert.equal((await backUp("a.db")).kind, "done");
});
