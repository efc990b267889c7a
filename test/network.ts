// Boots what the scenarios run on: a real server process and phones driven by the real command line, each in a
// folder of its own below one temporary folder. A phone's commands run in this process, each on the profile that the one
// before left on the disk, or as processes of their own. Everything ends with the test.
import assert from "node:assert/strict";
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Readable, type Writable } from "node:stream";
import { text as readAll } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import { run as runCommandLine } from "../packages/cli/src/main.ts";
import { commandFile } from "./command.ts";

const clockAhead = new URL("./clock-ahead.ts", import.meta.url).href;

type Process = ChildProcessByStdio<Writable, Readable, Readable>;

function start(args: readonly string[]): Process {
  return spawn(process.execPath, [commandFile, ...args], { stdio: ["pipe", "pipe", "pipe"] });
}

/** With a clock that is ahead of this machine's. */
function startAhead(
  clockAheadMs: number,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Process {
  return spawn(process.execPath, ["--import", clockAhead, commandFile, ...args], {
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, ...environment, ASSENT_TEST_CLOCK_AHEAD_MS: String(clockAheadMs) },
  });
}

/** How a service sends SMS: its option, and what it reads of the environment for it. */
export interface ServerSms {
  readonly transport: string;
  readonly environment?: NodeJS.ProcessEnv;
}

export interface Finished {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What ends what it began: a test, or a program of its own. */
export interface Lifetime {
  after(end: () => unknown): void;
}

/** A temporary folder that goes with the test. */
async function temporaryFolder(context: Lifetime): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "assent-test-"));
  context.after(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}

/** A running `assent serve`, with `--sms fake` unless a test says otherwise. */
export class TestServer {
  readonly folder: string;
  origin = "";
  /** How far its clock is ahead of this machine's, from the next start on. */
  clockAheadMs = 0;
  #process: Process | undefined;
  #port = "0";
  readonly #log: string[] = [];

  readonly #sms: ServerSms;

  private constructor(folder: string, sms: ServerSms) {
    this.folder = folder;
    this.#sms = sms;
  }

  static async start(
    context: Lifetime,
    sms: ServerSms = { transport: "fake" },
  ): Promise<TestServer> {
    const server = new TestServer(join(await temporaryFolder(context), "server"), sms);
    context.after(() => server.kill());
    await server.start();
    return server;
  }

  /** Starts it, again on the port it had before. @param more such as `--restored` */
  async start(...more: string[]): Promise<void> {
    // While it did not run, its port may have been given to somebody else, for a while.
    for (let times = 0; !(await this.#isStarted(more)); times += 1) {
      const isTaken = this.#port !== "0" && this.log.trimEnd().endsWith("[address_in_use]");
      assert.ok(isTaken && times < 100, `the server did not get ready: ${this.log}`);
      await pause(300);
    }
  }

  async #isStarted(more: readonly string[]): Promise<boolean> {
    const options = {
      sms: this.#sms.transport,
      data: this.folder,
      port: this.#port,
      "log-level": "debug",
    };
    const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
    const all = ["serve", ...args, ...more];
    const process = startAhead(this.clockAheadMs, all, this.#sms.environment);
    this.#process = process;
    process.stderr.on("data", (part: Buffer) => this.#log.push(part.toString()));
    const closed = once(process, "close");
    const lines = createInterface({ input: process.stdout });
    for await (const line of lines) {
      const ready = /^assent ready (http:\/\/\S+)$/.exec(line);
      if (!ready?.[1]) continue;
      this.origin = ready[1];
      this.#port = new URL(this.origin).port;
      return true;
    }
    // All that it said was read.
    await closed;
    return false;
  }

  /** Of its process, while it runs. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** All it logged, at level debug. */
  get log(): string {
    return this.#log.join("");
  }

  /** Runs a command of whoever looks after the service, in its folder: such as `admin status`. */
  operate(...args: string[]): Promise<Finished> {
    return finish(start([...args, "--data", this.folder]), "");
  }

  /** Puts new keys beside the former ones: `assent keys rotate`, which must succeed. */
  async rotate(...only: readonly ("sealing" | "voprf" | "capability" | "online")[]): Promise<void> {
    const { exitCode, stderr } = await this.operate("keys", "rotate", "--only", only.join(","));
    assert.equal(exitCode, 0, stderr);
  }

  /** Has it say that it ends today: the day may change between the look at the clock and the command. */
  async endToday(): Promise<void> {
    const dayNow = () => new Date().toISOString().slice(0, 10);
    for (;;) {
      const today = dayNow();
      const { exitCode, stderr } = await this.operate("admin", "ends", "--on", today);
      if (exitCode === 0) return;
      assert.notEqual(today, dayNow(), stderr);
    }
  }

  /** Clean stop; the exit code. */
  async stop(): Promise<number | null> {
    return this.#end("SIGTERM");
  }

  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  async #end(signal: NodeJS.Signals): Promise<number | null> {
    const process = this.#process;
    this.#process = undefined;
    if (!process || process.exitCode !== null || process.signalCode !== null) return null;
    const exited = once(process, "exit");
    process.kill(signal);
    const [code] = (await exited) as [number | null];
    return code;
  }

  /** The newest code that was sent to a number. */
  codeFor(number: string): Promise<string> {
    return codeAt(this.origin)(number);
  }
}

/** What the service at an origin pretended to send to a number last. */
export function codeAt(origin: string): (number: string) => Promise<string> {
  return async (number) => {
    const answer = await fetch(`${origin}/sms/messages?to=${encodeURIComponent(number)}`);
    const messages = (await answer.json()) as { to: string; text: string }[];
    const code = /\b(\d{6})\b/.exec(messages.at(-1)?.text ?? "")?.[1];
    assert.ok(code, "no code was sent");
    return code;
  };
}

/** A phone: one profile folder, driven by the command line. To start a process costs more than most commands: they run here. */
export class TestPhone {
  readonly folder: string;
  readonly number: string;

  constructor(folder: string, number: string) {
    this.folder = folder;
    this.number = number;
  }

  /** Runs one command to its end. */
  run(args: readonly string[], input = ""): Promise<Finished> {
    return this.finish(["--profile", this.folder, "--json", ...args], input);
  }

  /** As people see it: without --json. */
  runPlain(args: readonly string[], input = ""): Promise<Finished> {
    return this.finish(["--profile", this.folder, ...args], input);
  }

  protected finish(args: readonly string[], input: string): Promise<Finished> {
    return runHere(args, input);
  }

  /** Starts a command and leaves it to the test to wait for or kill. */
  start(args: readonly string[]): Process {
    return start(["--profile", this.folder, "--json", ...args]);
  }

  /** Runs a command that must succeed; its lines. */
  async ok<Line = Record<string, unknown>>(args: readonly string[], input = ""): Promise<Line[]> {
    const { exitCode, stdout, stderr } = await this.run(args, input);
    assert.equal(exitCode, 0, `${args[0]} failed: ${stderr}`);
    return parseLines<Line>(stdout);
  }

  /** Runs a command that must be refused; the code of the error table. */
  async refused(args: readonly string[], input = ""): Promise<string> {
    const { exitCode, stderr, stdout } = await this.run(args, input);
    assert.equal(exitCode, 1, `${args[0]} was not refused: ${stdout}${stderr}`);
    return (JSON.parse(stderr) as { error: { code: string } }).error.code;
  }

  /** From nothing to on. */
  async turnOn(server: Pick<TestServer, "origin" | "codeFor">): Promise<void> {
    await this.ok(["on", this.number, "--server", server.origin, "--yes"]);
    await this.ok(["verify", await server.codeFor(this.number)]);
  }

  send(to: string, text: string, ...more: string[]): Promise<{ id: string; state: string }[]> {
    return this.ok(["send", to, "-m", text, ...more]);
  }

  /** Sends what only the SMS app can, which must exit 3; what was printed. */
  async handOff(to: string, text: string): Promise<{ state: string; link: string } | undefined> {
    const { exitCode, stdout, stderr } = await this.run(["send", to, "-m", text]);
    assert.equal(exitCode, 3, `not handed off: ${stdout}${stderr}`);
    return parseLines<{ state: string; link: string }>(stdout)[0];
  }

  /** What `receive` shows now. */
  receive(): Promise<Received[]> {
    return this.ok<Received>(["receive"]);
  }

  /** The texts alone of what `receive` shows now. */
  async texts(): Promise<string[]> {
    return (await this.receive()).flatMap((line) => (line.type === "message" ? [line.text] : []));
  }
}

/** A phone whose every command is a process of its own. */
export class ProcessPhone extends TestPhone {
  protected override finish(args: readonly string[], input: string): Promise<Finished> {
    return finish(start(args), input);
  }
}

async function runHere(args: readonly string[], input: string): Promise<Finished> {
  const printed = { stdout: "", stderr: "" };
  const exitCode = await runCommandLine(args, {
    input: Readable.from([Buffer.from(input)]),
    out: (line) => {
      printed.stdout += `${line}\n`;
    },
    error: (line) => {
      printed.stderr += `${line}\n`;
    },
  });
  return { exitCode, signal: null, ...printed };
}

async function finish(process: Process, input: string): Promise<Finished> {
  process.stdin.on("error", () => undefined);
  process.stdin.end(input);
  const [stdout, stderr, [exitCode, signal]] = await Promise.all([
    readAll(process.stdout),
    readAll(process.stderr),
    once(process, "exit") as Promise<[number | null, NodeJS.Signals | null]>,
  ]);
  return { exitCode, signal, stdout, stderr };
}

export interface Received {
  readonly type: "message" | "receipt" | "notice";
  readonly id: string;
  readonly from: string;
  readonly name?: string;
  readonly text: string;
  readonly sentAt: string;
  readonly route: string;
  readonly state?: string;
  readonly kind?: string;
  readonly error?: string;
}

export function parseLines<Line>(output: string): Line[] {
  return output
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Line);
}

/** Phones with folders of their own. */
export async function newPhones(context: Lifetime, ...numbers: string[]): Promise<TestPhone[]> {
  const folder = await temporaryFolder(context);
  return numbers.map((number, index) => new TestPhone(join(folder, `phone-${index}`), number));
}

/** As newPhones(), where processes are what a test is about. */
export async function newProcessPhones(
  context: Lifetime,
  ...numbers: string[]
): Promise<ProcessPhone[]> {
  const folder = await temporaryFolder(context);
  return numbers.map((number, index) => new ProcessPhone(join(folder, `phone-${index}`), number));
}
