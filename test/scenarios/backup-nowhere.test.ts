// `assent backup` looks for the file that the service says it made: a service that systemd gave a /tmp of its own makes it where
// nobody else finds it.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text as readAll } from "node:stream/consumers";
import { test } from "node:test";
import { commandFile } from "../command.ts";

test("a backup that is not where it was asked for is said not to be there", async (context) => {
  const data = await mkdtemp(join(tmpdir(), "assent-backup-"));
  context.after(() => rm(data, { recursive: true }));
  const file = join(data, "a.db");
  const service = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => socket.end(`${JSON.stringify({ file, bytes: 5 })}\n`));
  });
  service.listen(join(data, "service.sock"));
  await once(service, "listening");
  context.after(() => service.close());
  async function backUp() {
    const child = spawn(process.execPath, [commandFile, "backup", file, "--data", data], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    const exit = once(child, "exit");
    const [said, refused] = await Promise.all([readAll(child.stdout), readAll(child.stderr)]);
    const [status] = await exit;
    return { status, said, refused };
  }

  const nowhere = await backUp();
  assert.deepEqual([nowhere.status, nowhere.said], [1, ""]);
  assert.match(
    nowhere.refused,
    /where only the service sees it.*\/var\/backups\/assent.*\[refused\]/,
  );
  await writeFile(file, "four");
  assert.equal((await backUp()).status, 1, "another file of that name");
  await writeFile(file, "five.");
  assert.deepEqual(await backUp(), { status: 0, said: `${file}: 5 bytes, checked\n`, refused: "" });
});
