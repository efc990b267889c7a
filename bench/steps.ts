// Runs a program to its end, and gives what it printed. Whoever ends this process ends that one, and this one then still
// tidies up.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** @throws where it fails; what it says of that is on standard error. */
export async function outputOf(
  program: string,
  args: readonly string[],
  folder: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<string> {
  const running = spawn(program, args, {
    cwd: folder,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const end = (signal: NodeJS.Signals) => running.kill(signal);
  for (const signal of signals) process.on(signal, end);
  const [printed, [code, signal]] = await Promise.all([
    text(running.stdout),
    once(running, "close"),
  ]);
  for (const signal of signals) process.off(signal, end);
  if (code !== 0) throw new Error(`${[program, ...args].join(" ")} failed (${signal ?? code})`);
  return printed;
}
