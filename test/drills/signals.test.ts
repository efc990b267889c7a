// The short setting of the drill of signals; `npm run drill:signals` is the long one. And it sees a key that is half written, and
// half a backup under its name.
import assert from "node:assert/strict";
import { copyFile, truncate } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { signalsDrill } from "./signals.ts";

test("whatever a signal cuts off ends in time, and the next start finds everything", async (context) => {
  const { faults, changes } = await signalsDrill({
    context,
    cuts: [
      { work: "first start", signal: "SIGKILL", afterChanges: 30 },
      {
        work: "rotation on files",
        signal: "SIGKILL",
        afterChanges: 8,
        harm: (folder) => truncate(join(folder, "data/keys/capability.key"), 100),
      },
      {
        work: "backup, the service",
        signal: "SIGTERM",
        afterChanges: 3,
        async harm(folder) {
          await copyFile(join(folder, "data/assent.db"), join(folder, "backups/new.db"));
          await truncate(join(folder, "backups/new.db"), 16_384);
        },
      },
    ],
    progress: (line) => context.diagnostic(line),
  });
  assert.ok(
    changes.every((count) => count > 0),
    "each was under way",
  );
  const [torn = "", half = "", ...others] = faults;
  assert.match(torn, /^rotation on files: .*capability\.key is damaged/);
  assert.match(half, /^backup, the service: .*half a backup has the name of one/);
  assert.deepEqual(others, []);
});
