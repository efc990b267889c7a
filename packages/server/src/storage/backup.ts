// Backups of the database while it is used: copied beside the place where it is to be, checked there, and given its name
// when it is whole and durable. For its owner alone.
import { access, open, rename, rm, stat, statfs, truncate } from "node:fs/promises";
import { dirname } from "node:path";
import { Worker } from "node:worker_threads";
import type { BackupOutcome, BackupProgress, BackupStore } from "../operating/store.ts";
import type { Checked, ToCheck } from "./backup-check.ts";
import type { Copies } from "./sqlite/storage.ts";

export interface BackupParts {
  readonly copies: Copies;
  /** What the operator said, as it is when a copy ends. */
  readonly steering: () => string | undefined;
  /** Whether a copy in this folder leaves the service the room that it needs. */
  readonly leavesRoom: (folder: string) => Promise<boolean>;
}

export function backupsOf({ copies, steering, leavesRoom }: BackupParts): BackupStore {
  const givenUp = new AbortController();

  async function copied(
    partial: string,
    told: (progress: BackupProgress) => void,
  ): Promise<Exclude<BackupOutcome["kind"], "done"> | "sound"> {
    const how = await copies.copyTo(partial, told);
    if (how !== "copied") return how;
    return check({ file: partial, steering: steering() }, givenUp.signal);
  }

  return {
    async backUp(file, told) {
      if (await isThere(file)) return { kind: "exists" };
      const partial = `${file}.partial`;
      try {
        await rm(partial, { force: true });
        await (await open(partial, "wx", 0o600)).close();
      } catch {
        return { kind: "no-folder" };
      }
      try {
        if (!(await leavesRoom(dirname(file)))) return { kind: "no-room" };
        const how = await copied(partial, told);
        if (how !== "sound") return { kind: how };
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
    },

    giveUp() {
      copies.giveUp();
      givenUp.abort();
    },
  };
}

/** Only where it is the same disk: on another one the copy itself finds out. */
export async function leavesRoomFor(
  databaseFile: string,
  leastFreeBytes: number,
  folder: string,
): Promise<boolean> {
  const [database, place] = [await stat(databaseFile), await stat(folder)];
  if (database.dev !== place.dev) return true;
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize >= database.size + leastFreeBytes;
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

/**
 * On a thread of its own: it reads all of it, and nobody waits for that. What SQLite does in one call ends with no thread: one
 * that is given up loses what it reads, so that the call comes to an end at the next page.
 */
async function check(toCheck: ToCheck, givenUp: AbortSignal): Promise<Checked | "given-up"> {
  if (givenUp.aborted) return "given-up";
  const worker = new Worker(new URL("./backup-check.ts", import.meta.url), {
    name: "backup check",
    workerData: toCheck,
    execArgv: ["--disable-warning=ExperimentalWarning"],
  });
  const end = () => {
    truncate(toCheck.file).catch(() => undefined);
    void worker.terminate();
  };
  givenUp.addEventListener("abort", end);
  try {
    return await new Promise((resolve, reject) => {
      // What it found by then is of a file without its end.
      worker.once("message", (found: Checked) => givenUp.aborted || resolve(found));
      worker.once("error", (error) => givenUp.aborted || reject(error));
      worker.once("exit", () =>
        givenUp.aborted ? resolve("given-up") : reject(new Error("the check ended by itself")),
      );
    });
  } finally {
    givenUp.removeEventListener("abort", end);
  }
}
