// An SMSC nobody here wrote: Debian's osmo-msc with its home register, for tests. Everything is in one temporary folder
// and on one address of the loopback network that nobody else has, because its ports cannot all be chosen.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { imsiOf } from "./telephone.ts";

export const ports = { registerConsole: 4_258, smpp: 2_775, sgs: 29_118 };

export interface OsmoMsc {
  readonly host: string;
  /** Ends the MSC as a power cut does; telephones have to attach again. */
  kill(): Promise<void>;
  /** The same again, after it was killed. */
  start(): Promise<void>;
  close(): Promise<void>;
}

/** @param numbers of its subscribers, without the plus sign. */
export async function startOsmoMsc(...numbers: readonly string[]): Promise<OsmoMsc> {
  const folder = await mkdtemp(join(tmpdir(), "assent-smsc-"));
  const host = `127.${1 + (process.pid % 250)}.${(process.pid >> 8) % 250}.${1 + Math.floor(Math.random() * 250)}`;
  const library = join(folder, "sctp-over-tcp.so");
  let register: ChildProcess | undefined;
  let msc: ChildProcess | undefined;

  async function close(): Promise<void> {
    for (const child of [msc, register]) if (child) await killed(child);
    await rm(folder, { recursive: true });
  }

  function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    return spawn(command, args, { cwd: folder, env: { ...process.env, ...env }, stdio: "ignore" });
  }

  async function start(): Promise<void> {
    msc = run("osmo-msc", ["-c", "msc.cfg"], { LD_PRELOAD: library });
    await openedPort(host, ports.smpp);
    await openedPort(host, ports.sgs);
  }

  try {
    await writeFile(join(folder, "register.cfg"), registerConfig(host));
    await writeFile(join(folder, "msc.cfg"), mscConfig(host));
    const source = fileURLToPath(new URL("sctp-over-tcp.c", import.meta.url));
    const compiler = spawn("gcc", ["-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"]);
    const [exitCode] = await once(compiler, "exit");
    if (exitCode !== 0) throw new Error("gcc could not make the library for SCTP");
    register = run("osmo-hlr", ["-c", "register.cfg", "-l", "register.db"]);
    await openedPort(host, ports.registerConsole);
    await subscribe(host, numbers);
    await start();
    const kill = async () => {
      if (msc) await killed(msc);
    };
    return { host, kill, start, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "exit");
}

async function subscribe(host: string, numbers: readonly string[]): Promise<void> {
  const console = connect(ports.registerConsole, host);
  console.write("enable\n");
  for (const [index, number] of numbers.entries()) {
    const subscriber = `subscriber imsi ${imsiOf(index)}`;
    console.write(`${subscriber} create\n${subscriber} update msisdn ${number}\n`);
  }
  console.write("exit\nexit\n");
  console.resume();
  await once(console, "close");
}

async function openedPort(host: string, port: number): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const socket = connect(port, host);
    const isOpen = await once(socket, "connect").then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isOpen) return;
    await delay(50);
  }
  throw new Error(`osmo-msc did not open port ${port}`);
}

function registerConfig(host: string): string {
  return `line vty
 no login
 bind ${host} ${ports.registerConsole}
ctrl
 bind ${host}
hlr
 database register.db
 gsup
  bind ip ${host}
  ipa-name unnamed-HLR
`;
}

function mscConfig(host: string): string {
  return `line vty
 no login
 bind ${host} 4254
ctrl
 bind ${host}
network
 network country code 1
 mobile network code 1
 encryption a5 0
 authentication optional
msc
 mncc guard-timeout 180
smsc
 database sms.db
hlr
 remote-ip ${host}
 remote-port 4222
smpp
 local-tcp-ip ${host} ${ports.smpp}
 system-id test-msc
 policy closed
 esme app
  password secret12
  default-route
sgs
 local-ip ${host}
 local-port ${ports.sgs}
 vlr-name vlr.example.net
`;
}
