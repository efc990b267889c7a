// How long this machine has been up, also while it slept. By its default export, so that a test can have time pass.
import os from "node:os";

export function uptimeOfThisMachine(): number {
  return os.uptime() * 1_000;
}
