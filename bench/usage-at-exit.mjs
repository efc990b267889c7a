// Loaded before a program that is measured: notes, when that ends, what it used, and how long its first thread could have gone
// on and had no processor.
import { readFileSync, writeFileSync } from "node:fs";

process.on("exit", () => {
  if (!process.env.USAGE_FILE) return;
  // Nanoseconds on a processor, and of waiting for one (proc_pid_schedstat(5)).
  const [, waited] = readFileSync(`/proc/self/task/${process.pid}/schedstat`, "utf8").split(" ");
  const usage = { ...process.resourceUsage(), waitedSeconds: Number(waited) / 1e9 };
  writeFileSync(process.env.USAGE_FILE, JSON.stringify(usage));
});
