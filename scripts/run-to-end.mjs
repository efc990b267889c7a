// Runs a program that must not go on by itself when this process is told to end. Uses only what Node 20.11 has.
import { spawn } from "node:child_process";

/** Resolves to "done", or to words for how it failed. */
export async function runToEnd(program, args, options) {
  const running = spawn(program, args, { stdio: "inherit", ...options });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
    process.on(signal, () => running.kill(signal));
  return new Promise((resolve) => {
    running.on("error", (error) => resolve(`could not be started (${error.message})`));
    running.on("exit", (code, signal) =>
      resolve(code === 0 ? "done" : `failed (${signal ?? code})`),
    );
  });
}
