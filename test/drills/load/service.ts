// `assent serve` in a process of its own, on a folder of the drill's own, also below a program that records or harms it.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, rm } from "node:fs/promises";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { commandFile } from "../../command.ts";
import type { Lifetime } from "../../network.ts";

/** What starts Node: a program and its arguments, or nothing. */
export type Below = readonly string[];

export class DrilledService {
  readonly folder: string;
  origin = "";
  /** What it wrote to standard error, since it was started last. */
  log = "";
  #process: ChildProcess | undefined;
  /** Of the service itself, where another program runs it. */
  #pid = 0;
  #port = "0";

  get #report(): string {
    return `${this.folder}.report.json`;
  }

  constructor(context: Lifetime, folder: string) {
    this.folder = folder;
    context.after(() => this.kill());
  }

  /** Starts it, again on the port it had before. @param more such as `--restored` @throws where it does not get ready */
  async start(below: Below = [], more: readonly string[] = []): Promise<void> {
    const serve = ["serve", "--sms", "fake", "--data", this.folder, "--log-level", "warn"];
    const line = [...below, process.execPath, commandFile, ...serve, "--port", this.#port, ...more];
    const [program = "", ...args] = line;
    const started = spawn(program, args, {
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...process.env,
        // Files are written by calls of their own, which can be recorded and made to fail.
        UV_USE_IO_URING: "0",
        NODE_OPTIONS: `--report-on-signal --report-exclude-network --report-filename=${this.#report}`,
      },
    });
    this.#process = started;
    this.#pid = 0;
    this.log = "";
    started.stderr.on("data", (part: Buffer) => {
      this.log += part.toString();
    });
    for await (const text of createInterface({ input: started.stdout })) {
      const origin = /^assent ready (http:\/\/\S+)$/.exec(text)?.[1];
      if (!origin) continue;
      this.origin = origin;
      this.#port = new URL(origin).port;
      this.#pid = below.length === 0 ? (started.pid ?? 0) : await childOf(started.pid ?? 0);
      return;
    }
    await this.ended();
    throw new Error(`the service did not get ready: ${this.log}`);
  }

  /** Resolves when it has ended, by itself too. */
  async ended(): Promise<number | null> {
    const running = this.#process;
    if (!running) return null;
    if (running.exitCode === null && running.signalCode === null) await once(running, "exit");
    this.#process = undefined;
    return running.exitCode;
  }

  get isRunning(): boolean {
    const running = this.#process;
    return running !== undefined && running.exitCode === null && running.signalCode === null;
  }

  /** Of the service itself. */
  get pid(): number {
    return this.#pid;
  }

  /**
   * What its JavaScript holds, garbage that was not collected yet included, as Node reports of itself.
   * @throws where it ends before it said so
   */
  async heapMegabytes(): Promise<number> {
    await rm(this.#report, { force: true });
    process.kill(this.#pid, "SIGUSR2");
    while (this.isRunning) {
      const report = await readFile(this.#report, "utf8").catch(() => "");
      // The last of what is written.
      if (report.trimEnd().endsWith("}")) {
        const { usedMemory, externalMemory } = JSON.parse(report).javascriptHeap;
        return Math.round((usedMemory + externalMemory) / 1_048_576);
      }
      await delay(50);
    }
    throw new Error(`the service ended: ${this.log}`);
  }

  kill(): Promise<number | null> {
    return this.end("SIGKILL");
  }

  stop(): Promise<number | null> {
    return this.end("SIGTERM");
  }

  /** Resolves with its exit code when it has ended; null where the signal itself ended it. */
  end(signal: NodeJS.Signals): Promise<number | null> {
    if (this.isRunning) {
      if (this.#pid > 0) process.kill(this.#pid, signal);
      else this.#process?.kill(signal);
    }
    return this.ended();
  }
}

async function childOf(pid: number): Promise<number> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8");
  return Number(children.trim().split(" ")[0]);
}
