// A folder that goes with the drill. On the disk, also where the tests' other files are in memory: what a service writes, and in
// which order it waits for it, is what drills look at.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Lifetime } from "../network.ts";

export async function temporaryFolder(context: Lifetime): Promise<string> {
  const disk = process.env["ASSENT_TEST_DISK"] ?? tmpdir();
  const folder = await mkdtemp(join(disk, "assent-drill-"));
  context.after(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}
