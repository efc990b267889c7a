// Makes what `npm run package` leaves, in a folder of a test's own, and runs programs to their end.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { text as readAll } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

const packing = fileURLToPath(new URL("../../scripts/package-service.mjs", import.meta.url));

/** Where machines are made in folders: on the disk, also where other tests write in memory. */
export const disk = process.env["ASSENT_TEST_DISK"] ?? tmpdir();

/** What it said on standard output. What does not end by itself is killed. */
export async function run(program: string, args: readonly string[]): Promise<string> {
  // A machine in a folder has none of the places of this one.
  const { TMPDIR: _, ...environment } = process.env;
  const child = spawn(program, args, {
    env: { ...environment, DEBIAN_FRONTEND: "noninteractive" },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 1_500_000,
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
