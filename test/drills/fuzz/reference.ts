// Asks the reference process again and again while the drill runs: an answer of the service that took as long as one of those
// says nothing about the service. What it syncs is on the service's disk.
import { fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Lifetime } from "../../network.ts";

const everyMs = 20;

export class Reference {
  longestMs = 0;
  #askedAt = 0;

  static start(context: Lifetime): Reference {
    const program = fileURLToPath(new URL("./reference-process.ts", import.meta.url));
    const folder = mkdtempSync(join(tmpdir(), "assent-fuzz-"));
    const child = fork(program, [join(folder, "synced")]);
    context.after(() => {
      if (child.connected) child.disconnect();
      rmSync(folder, { recursive: true });
    });
    const reference = new Reference();
    const ask = () => {
      if (!child.connected) return;
      reference.#askedAt = performance.now();
      child.send("there?");
    };
    let answers = 0;
    child.on("message", () => {
      answers += 1;
      // The first waited for it to start.
      const tookMs = performance.now() - reference.#askedAt;
      if (answers > 1) reference.longestMs = Math.max(reference.longestMs, tookMs);
      setTimeout(ask, everyMs).unref();
    });
    ask();
    return reference;
  }
}
