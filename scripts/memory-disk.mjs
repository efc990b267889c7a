// A folder in memory for what tests write, where this machine has one and room in it: a disk's own waiting, which differs from
// moment to moment, is then no part of a test. What is written, synced and found again is the same.
import { chmodSync, mkdtempSync, readFileSync, rmSync, statfsSync } from "node:fs";
import { join } from "node:path";

const place = "/dev/shm";
const neededBytes = 4 * 2 ** 30;

/** Gone when this process ends. Undefined where there is none. */
export function memoryDisk() {
  if (!isThere() || !hasRoom()) return undefined;
  const folder = mkdtempSync(join(place, "assent-tests-"));
  // As the one that others know: programs that tests start may run as somebody else.
  chmodSync(folder, 0o1777);
  process.on("exit", () => remove(folder));
  // What is left in memory is missing until the machine starts anew.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => process.exit(1));
  return folder;
}

/** Whatever still writes there, it is no test that failed. */
function remove(folder) {
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  } catch (error) {
    console.error(`${folder} is still there: ${error.message}`);
  }
}

/** Where programs run and files have owners and devices, as on a disk. */
function isThere() {
  if (process.platform !== "linux") return false;
  const mounts = readFileSync("/proc/mounts", "utf8").split("\n");
  const [, , kind, options] =
    mounts.map((line) => line.split(" ")).find(([, path]) => path === place) ?? [];
  return kind === "tmpfs" && !/\b(?:ro|noexec|nodev|nosuid)\b/.test(options);
}

/** Twice: the disk may be larger than the memory it is in. */
function hasRoom() {
  const { bavail, bsize } = statfsSync(place);
  return bavail * bsize >= neededBytes && process.availableMemory() >= 2 * neededBytes;
}
