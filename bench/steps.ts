// Runs a program to its end, and gives what it printed.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";

/** @throws where it fails; what it says of that is on standard error. */
export async function outputOf(
  program: string,
  args: readonly string[],
  folder: string,
): Promise<string> {
  const running = spawn(program, args, { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
  const [printed, [code, signal]] = await Promise.all([
    text(running.stdout),
    once(running, "close"),
  ]);
  if (code !== 0) throw new Error(`${[program, ...args].join(" ")} failed (${signal ?? code})`);
  return printed;
}
