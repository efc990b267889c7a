// One of a kind of work in this folder at a time: `npm test` and `npm start` may be called together, and one would
// empty the folder that the other is filling. Uses only what Node 20.11 has.
import { createHash } from "node:crypto";
import { rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
// An owner that was killed is not waited for any longer than this.
const staleTurnMs = 10_000;

/** Resolves when it is this process's turn, which lasts until the process ends. */
export async function takeTurn(work) {
  const name = createHash("sha256").update(root).digest("hex").slice(0, 16);
  // A file that its owner keeps fresh. Not in the folder itself, where npm would empty it and git would see it.
  const turn = join(tmpdir(), `assent-${work}-${name}`);
  for (let waiting = false; !isOurs(turn); await sleep(200)) {
    const age = Date.now() - (statSync(turn, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > staleTurnMs) rmSync(turn, { force: true });
    if (!waiting) console.log(`Waiting for another ${work} of this folder to end.`);
    waiting = true;
  }
  setInterval(() => utimesSync(turn, new Date(), new Date()), staleTurnMs / 10).unref();
  process.on("exit", () => rmSync(turn, { force: true }));
}

function isOurs(turn) {
  try {
    writeFileSync(turn, "", { flag: "wx" });
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  }
}
