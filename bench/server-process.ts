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

export interface HowToStart {
  /** Garbage is collected when `collect` is called. */
  readonly isCollected?: boolean;
}

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
  static start(
    script: string,
    args: readonly string[],
    how: HowToStart = {},
  ): Promise<MeasuredProcess> {
    return MeasuredProcess.#startAt(fileURLToPath(new URL(script, import.meta.url)), args, how);
  }

  static async #startAt(
    path: string,
    args: readonly string[],
    { isCollected = false }: HowToStart,
  ): Promise<MeasuredProcess> {
    const start = performance.now();
    // By the environment: threads that are told their own options inherit nothing else.
    const collecting = `--import=${new URL("collected.ts", import.meta.url).href}`;
    const started = spawn(process.execPath, [path, ...args], {
      stdio: ["ignore", "pipe", "inherit"],
      env: isCollected ? { ...process.env, NODE_OPTIONS: collecting } : process.env,
    });
    // Where this ends by an error that nobody catches, what it measured would run on.
    process.once("exit", () => started.kill());
    for await (const line of createInterface({ input: started.stdout })) {
      const origin = /(?:http|ws):\/\/\S+$/.exec(line)?.[0];
      if (origin) return new MeasuredProcess(started, origin, performance.now() - start);
    }
    throw new Error(`${path} ended before it was ready`);
  }

  /** @param tree whose service it is; this one's if left out. */
  static serve(folder: string, tree = thisTree, how: HowToStart = {}): Promise<MeasuredProcess> {
    const options = ["--sms", "fake", "--data", folder, "--port", "0", "--log-level", "warn"];
    const program = join(tree, "packages/cli/bin/assent.mjs");
    return MeasuredProcess.#startAt(program, ["serve", ...options], how);
  }

  /** Where it was started so, and soon after this. */
  collect(): void {
    this.#process.kill("SIGUSR2");
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
