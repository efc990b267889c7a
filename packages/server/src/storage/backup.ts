// Backups of the database while it is used: copied beside the place where it is to be, checked there, and given its name
// when it is whole and durable. For its owner alone.
import { access, open, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { Worker } from "node:worker_threads";
import type { BackupOutcome, BackupProgress } from "../operating/store.ts";
import type { Checked, ToCheck } from "./backup-check.ts";

export async function backUp(
  copyTo: (file: string, told: (progress: BackupProgress) => void) => Promise<"copied" | "no-room">,
  /** What the operator said, as it is when the copy ends. */
  steering: () => string | undefined,
  file: string,
  told: (progress: BackupProgress) => void,
): Promise<BackupOutcome> {
  if (await isThere(file)) return { kind: "exists" };
  const partial = `${file}.partial`;
  try {
    await rm(partial, { force: true });
    await (await open(partial, "wx", 0o600)).close();
  } catch {
    return { kind: "no-folder" };
  }
  try {
    if ((await copyTo(partial, told)) === "no-room") return { kind: "no-room" };
    const checked = await check({ file: partial, steering: steering() });
    if (checked !== "sound") return { kind: checked };
    await sync(partial);
    const { size } = await stat(partial);
    if (await isThere(file)) return { kind: "exists" };
    await rename(partial, file);
    await sync(dirname(file));
    return { kind: "done", bytes: size };
  } finally {
    for (const suffix of ["", "-wal", "-shm", "-journal"])
      await rm(partial + suffix, { force: true });
  }
}

async function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** On a thread of its own: it reads all of it, and nobody waits for that. */
function check(toCheck: ToCheck): Promise<Checked> {
  const worker = new Worker(new URL("./backup-check.ts", import.meta.url), {
    name: "backup check",
    workerData: toCheck,
    execArgv: ["--disable-warning=ExperimentalWarning"],
  });
  return new Promise((resolve, reject) => {
    worker.once("message", resolve).once("error", reject);
  });
}
