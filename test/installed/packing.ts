// Makes what `npm run package` leaves, in a folder of a test's own, and runs programs to their end.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text as readAll } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

const packing = fileURLToPath(new URL("../../scripts/package-service.mjs", import.meta.url));

/** What it said on standard output. What does not end by itself is killed. */
export async function run(program: string, args: readonly string[]): Promise<string> {
  const child = spawn(program, args, {
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 600_000,
    killSignal: "SIGKILL",
  });
  const exit = once(child, "exit");
  const [stdout, stderr] = await Promise.all([readAll(child.stdout), readAll(child.stderr)]);
  const [status] = await exit;
  assert.equal(status, 0, `${program} ${args.join(" ")}\n${stdout}${stderr}`);
  return stdout;
}

/** @returns the file whose name ends so, which is in the folder then. */
export async function pack(folder: string, ending: ".tgz" | ".deb"): Promise<string> {
  const made = await run(process.execPath, [packing, folder, "--quick"]);
  const file = made.split("\n").find((line) => line.endsWith(ending));
  assert.ok(file, made);
  return file;
}
