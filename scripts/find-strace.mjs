// Whether there is a strace that may look at a process here: the drills that record calls, or make them fail, need one.
// Runs on the system's Node, as install-missing.mjs does.
import { spawnSync } from "node:child_process";

export function findStrace() {
  // Where it may not trace, it is there and of no use.
  return spawnSync("strace", ["-f", "-o", "/dev/null", "true"]).status === 0;
}
