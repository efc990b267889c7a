// How many connections this process can hold: each is an open file, and a process that has none left can neither answer nor
// write.
import { readFile } from "node:fs/promises";
import type { Log } from "../log.ts";
import { StartRefused } from "../start-refused.ts";

// For the database, the log, threads, the operating socket.
const filesOfItsOwn = 256;
const leastConnections = 256;

/** The soft limit; undefined where the system does not say. */
export async function readOpenFilesLimit(): Promise<number | undefined> {
  const limits = await readFile("/proc/self/limits", "utf8").catch(() => "");
  const [, soft] = /^Max open files\s+(\d+)/m.exec(limits) ?? [];
  return soft === undefined ? undefined : Number(soft);
}

/**
 * How many connections are let in, so that there are always files left.
 * @param wanted as many as the quotas allow
 * @throws StartRefused where there is hardly room for any
 */
export function mostConnections(
  wanted: number,
  openFiles: number | undefined,
  log: Pick<Log, "warn">,
): number {
  if (openFiles === undefined || openFiles - filesOfItsOwn >= wanted) return wanted;
  const most = openFiles - filesOfItsOwn;
  if (most < leastConnections) {
    throw new StartRefused(
      `This process may have ${openFiles} files open, too few to serve anybody. Raise ulimit -n, to ${wanted + filesOfItsOwn} where many connect.`,
    );
  }
  log.warn("fewer can connect than could be served: raise ulimit -n", {
    connections: most,
    files: openFiles,
    filesNeeded: wanted + filesOfItsOwn,
  });
  return most;
}
