// Types what docs/operating.md says on a clean Debian, in a network of its own, with an SMSC of ours as the provider. Run by
// installed.test.ts with the root, in which the first step was done; prints JSON of what was found.
import { execFileSync, spawn } from "node:child_process";
import { appendFile, readdir, readFile } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import { text as readAll } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import {
  createTestSmsc,
  type TestSmsc,
} from "../../packages/server/src/sms/smpp/smsc-for-tests.ts";
import { stepsOf } from "./typed-steps.ts";

const root = process.argv[2] ?? "";
const page = new URL("../../docs/operating.md", import.meta.url);
const name = "assent.example";
/** Of the certificate that Caddy makes for itself here. */
const believing = { NODE_EXTRA_CA_CERTS: "/run/caddy/caddy/pki/authorities/local/root.crt" };

const providers: TestSmsc[] = [];
const lines = new Set<Socket>();
const provider = createServer((line) => {
  lines.add(line);
  providers.push(createTestSmsc(line));
});

/** What is typed as root of that machine. */
async function tried(commands: string, environment: NodeJS.ProcessEnv = {}) {
  const shell = spawn("chroot", [root, "/bin/sh", "-e"], {
    stdio: ["pipe", "pipe", "pipe"],
    timeout: 60_000,
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
  const { status, stdout, stderr } = await tried(commands, environment);
  if (status === 0) return stdout;
  const log = await readFile(join(root, "run/assent.log"), "utf8").catch(() => "");
  throw new Error(`${commands}\n${stdout}${stderr}${log}`);
}

/** Of the SMS that the provider was given last. */
function lastCode(): string {
  const text = providers
    .flatMap(({ submitted }) => submitted)
    .at(-1)
    ?.content.toString("latin1");
  return /\b(\d{6})\b/.exec(text ?? "")?.[1] ?? "";
}

async function untilAnswered(url: string): Promise<void> {
  const asked = `for i in $(seq 100); do
    /usr/lib/assent/runtime/node -e 'fetch("${url}").then((a) => process.exit(a.ok ? 0 : 1), () => process.exit(1))' && exit 0
    sleep 0.2
  done; exit 1`;
  await typed(asked, believing);
}

// What the machine that tests run on is like, whatever that is.
const ofTheMachine = ["disk", "open files"];

function kindsIn(findings: string): Record<string, string> {
  const rows = findings
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, string>);
  const told = rows.map(({ of = "", kind = "" }): [string, string] => [of, kind]);
  return Object.fromEntries(told.filter(([of]) => !ofTheMachine.includes(of)));
}

const service = "http://127.0.0.1:8080/health";
const figures = (figure: string) =>
  typed(
    `/usr/lib/assent/runtime/node -e 'fetch("http://127.0.0.1:9464/metrics").then((a) => a.text()).then((t) => console.log(t))' | grep '^${figure} '`,
  );

async function tryAll() {
  const [, settings, check, start, proxy, outside, rootKey, text, backup] = await stepsOf(
    page,
    "From an empty machine to the first text",
  );
  if (backup === undefined || text === undefined) throw new Error("the page has other steps");
  await appendFile(join(root, "etc/hosts"), `127.0.0.1 localhost ${name}\n`);
  const filled = settings?.replace("NAME@HOST:PORT", "app@127.0.0.1:2775") ?? "";
  const checkJson = check?.replace("serve --check", "serve --check --json") ?? "";
  // A fault first, so that the check is seen to see.
  const unset = await tried(checkJson);
  await typed(filled);
  const unreached = await tried(checkJson);
  provider.listen(2_775, "127.0.0.1");
  const checked = kindsIn(await typed(checkJson));
  await typed(start ?? "");
  await untilAnswered(service);
  const owner = await typed("stat -c '%U %a' /var/lib/assent /var/lib/assent/keys/voprf.key");
  const outsideJson = `${outside?.trim()} --json`;
  const noProxy = await tried(outsideJson, believing);
  await typed(proxy ?? "");
  await untilAnswered(`https://${name}/health`);
  const unbelieved = await tried(outsideJson);
  const fromOutside = kindsIn(await typed(outsideJson, believing));
  await typed(rootKey ?? "");
  const doctor = kindsIn(await typed("runuser -u assent -- assent doctor --json"));

  // Line by line: each code is known once its SMS came.
  const said: string[] = [];
  for (const line of text.trim().split("\n")) {
    said.push(await typed(line.replace("CODE", lastCode()), believing));
  }
  const moved = [await figures("assent_accounts"), await figures("assent_codes_proved_total")];

  await typed(backup);
  const [kept] = await readdir(join(root, "var/backups/assent"));
  for (const commands of await stepsOf(page, "Backup and restore")) {
    await typed(commands.replaceAll("BACKUP", `/var/backups/assent/${kept}`));
  }
  await untilAnswered(`https://${name}/health`);
  const accounts = await figures("assent_accounts");
  const again = await typed(
    "assent --profile ben send +4915123456789 -m 'Still here.' --json\nassent --profile anna receive --json",
    believing,
  );
  await typed("systemctl stop assent\nsystemctl stop caddy");
  return {
    unset: unset.status,
    unreached: kindsIn(unreached.stdout)["sms"],
    checked,
    owner: owner.trim().split("\n"),
    noProxy: kindsIn(noProxy.stdout),
    unbelieved: kindsIn(unbelieved.stdout),
    fromOutside,
    doctor,
    received: /Is anybody there\?/.test(said.at(-1) ?? ""),
    moved: moved.map((line) => line.trim()),
    restored: accounts.trim(),
    receivedAgain: /Still here\./.test(again),
  };
}

execFileSync("ip", ["link", "set", "lo", "up"]);
execFileSync("mount", ["-t", "proc", "proc", join(root, "proc")]);
try {
  process.stdout.write(`${JSON.stringify(await tryAll())}\n`);
} finally {
  await tried("systemctl stop assent; systemctl stop caddy");
  provider.close();
  for (const line of lines) line.destroy();
  await delay(0);
}
