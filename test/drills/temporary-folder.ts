// A folder that goes with the drill.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Lifetime } from "../network.ts";

export async function temporaryFolder(context: Lifetime): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "assent-drill-"));
  context.after(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}
