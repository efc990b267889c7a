// A real server in a process of its own, and what the operating system says it used.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** The folder of the repository that this runs in. */
export const thisTree = fileURLToPath(new URL("..", import.meta.url));

const ticksPerSecond = 100;

export class MeasuredProcess {
  readonly #process: ChildProcess;
  readonly origin: string;
  /** From when it was started until it was ready. */
  readonly startedInMs: number;

  private constructor(process: ChildProcess, origin: string, startedInMs: number) {
    this.#process = process;
    this.origin = origin;
    this.startedInMs = startedInMs;
  }

  /** Starts a script that prints a line ending in its origin when it is ready. */
  static start(script: string, args: readonly string[]): Promise<MeasuredProcess> {
    return MeasuredProcess.#startAt(fileURLToPath(new URL(script, import.meta.url)), args);
  }

  static async #startAt(path: string, args: readonly string[]): Promise<MeasuredProcess> {
    const start = performance.now();
    const started = spawn(process.execPath, [path, ...args], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    for await (const line of createInterface({ input: started.stdout })) {
      const origin = /(?:http|ws):\/\/\S+$/.exec(line)?.[0];
      if (origin) return new MeasuredProcess(started, origin, performance.now() - start);
    }
    throw new Error(`${path} ended before it was ready`);
  }

  /** @param tree whose service it is; this one's if left out. */
  static serve(folder: string, tree = thisTree): Promise<MeasuredProcess> {
    return MeasuredProcess.#startAt(join(tree, "packages/cli/bin/assent.mjs"), [
      "serve",
      "--sms",
      "fake",
      "--data",
      folder,
      "--port",
      "0",
      "--log-level",
      "warn",
    ]);
  }

  /** User and system time of all its threads so far. */
  cpuSeconds(): Promise<number> {
    return cpuSecondsOf(`/proc/${this.#process.pid}/stat`);
  }

  /** Of the thread that answers requests, which is the process's first. */
  servingThreadSeconds(): Promise<number> {
    const { pid } = this.#process;
    return cpuSecondsOf(`/proc/${pid}/task/${pid}/stat`);
  }

  async residentBytes(): Promise<number> {
    const status = await readFile(`/proc/${this.#process.pid}/status`, "utf8");
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null) return;
    const exited = once(this.#process, "exit");
    this.#process.kill("SIGTERM");
    await exited;
  }
}

async function cpuSecondsOf(file: string): Promise<number> {
  const stat = await readFile(file, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}
