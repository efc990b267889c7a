// A machine in a folder, as somebody sees it who types on it as root, and as phones reach its service. The programs that look
// share its network.
import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { request as requestPlain } from "node:http";
import { request as requestByTls } from "node:https";
import { join } from "node:path";
import { text as readAll } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";

/** @param name of the service that runs there, behind TLS. */
export function openMachine(root: string, name: string) {
  async function tried(commands: string, environment: NodeJS.ProcessEnv = {}) {
    const shell = spawn("chroot", [root, "/bin/sh", "-e"], {
      stdio: ["pipe", "pipe", "pipe"],
      env: { PATH: "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", HOME: "/root", ...environment },
    });
    shell.stdin.end(`cd /root\n${commands}\n`);
    const [stdout, stderr, status] = await Promise.all([
      readAll(shell.stdout),
      readAll(shell.stderr),
      new Promise<number | null>((resolve) => shell.once("exit", resolve)),
    ]);
    return { status, stdout, stderr };
  }

  async function typed(commands: string, environment?: NodeJS.ProcessEnv): Promise<string> {
    // Whoever starts this ends it where it hangs: the last of these lines says at what.
    process.stderr.write(`> ${commands.trim()}\n`);
    const { status, stdout, stderr } = await tried(commands, environment);
    if (status === 0) return stdout;
    const log = await readFile(join(root, "run/assent.log"), "utf8").catch(() => "");
    throw new Error(`exit ${status}\n${stdout}${stderr}${log}`);
  }

  const figures = async () => (await asked("http://127.0.0.1:9464/metrics"))?.text ?? "";

  return {
    tried,
    typed,
    /** All that it listens on is open by then. */
    untilStarted: () =>
      until(async () => {
        const said = await readFile(join(root, "run/assent.out"), "utf8").catch(() => "");
        return said.includes("assent ready");
      }),
    /** As phones reach it. */
    untilAnswered: () => until(async () => (await asked(`https://${name}/health`))?.status === 200),
    /** As it stands in `/metrics`; undefined where it is not there. */
    figure: async (named: string) => figureIn(await figures(), named),
    untilFigure: (named: string, value: number) =>
      until(async () => figureIn(await figures(), named) === value),
    /** Somebody here holds a line to there. */
    untilConnected: (port: number) =>
      until(async () => {
        const lines = (await readFile("/proc/self/net/tcp", "utf8")).split("\n");
        const there = new RegExp(`:${port.toString(16).toUpperCase().padStart(4, "0")}$`);
        return lines.some((line) => {
          const [, , remote = "", state] = line.trim().split(/\s+/);
          return state === "01" && there.test(remote);
        });
      }),
  };
}

function figureIn(text: string, named: string): number | undefined {
  const line = text.split("\n").find((one) => one.startsWith(`${named} `));
  return line === undefined ? undefined : Number(line.slice(named.length));
}

/** Whoever starts this ends it where that never is. */
async function until(is: () => Promise<boolean>): Promise<void> {
  while (!(await is())) await delay(50);
}

/** Undefined where nobody answers. Whose certificate it is, others ask. */
function asked(url: string): Promise<{ status: number; text: string } | undefined> {
  const { protocol, hostname, port, pathname } = new URL(url);
  const request = protocol === "https:" ? requestByTls : requestPlain;
  return new Promise((resolve) => {
    request({
      ...{ host: "127.0.0.1", servername: hostname, port, path: pathname },
      ...{ headers: { host: new URL(url).host }, rejectUnauthorized: false, agent: false },
      // Whoever begins to listen may have taken it and forgotten it.
      signal: AbortSignal.timeout(5_000),
    })
      .on("response", (answer) => {
        readAll(answer).then(
          (text) => resolve({ status: answer.statusCode ?? 0, text }),
          () => resolve(undefined),
        );
      })
      .on("error", () => resolve(undefined))
      .end();
  });
}
