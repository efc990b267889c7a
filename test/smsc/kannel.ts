// A messaging entity that nobody here wrote: Debian's Kannel, bound to an SMSC of the test's. Everything is in one temporary
// folder and on free ports of loopback.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { type AddressInfo, connect, createServer as createTcpServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

export interface Kannel {
  /** Has it send an SMS; resolves when it took it. */
  send(key: string, to: string, text: string, alphabet: "gsm" | "ucs2"): Promise<void>;
  /** What it was told of what it sent: the SMS's key, and 1 delivered, 2 failed. */
  readonly reports: readonly (readonly [key: string, type: string])[];
  /** What people wrote, as it put it together. */
  readonly texts: readonly { readonly from: string; readonly text: string }[];
  close(): Promise<void>;
}

/** @param port of the SMSC. */
export async function startKannel(port: number): Promise<Kannel> {
  const folder = await mkdtemp(join(tmpdir(), "assent-kannel-"));
  const [admin, box, sending] = await freePorts();
  const reports: [string, string][] = [];
  const texts: { from: string; text: string }[] = [];
  const children: ChildProcess[] = [];

  const heard = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://127.0.0.1");
    const field = (name: string) => searchParams.get(name) ?? "";
    if (pathname === "/report") reports.push([field("key"), field("type")]);
    else texts.push({ from: field("from"), text: field("text") });
    response.end();
  });
  heard.listen(0, "127.0.0.1");
  await once(heard, "listening");
  const listener = `http://127.0.0.1:${(heard.address() as AddressInfo).port}`;

  async function start(command: string, ready: number): Promise<void> {
    const args = ["-v", "4", join(folder, "kannel.conf")];
    children.push(spawn(command, args, { cwd: folder, stdio: "ignore" }));
    for (let attempt = 0; !(await isOpen(ready)); attempt++) {
      if (attempt > 600) throw new Error(`${command} did not open port ${ready}`);
      await delay(50);
    }
  }

  async function close(): Promise<void> {
    for (const child of children.toReversed()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill("SIGKILL");
      await once(child, "exit");
    }
    heard.closeAllConnections();
    heard.close();
    await rm(folder, { recursive: true, force: true });
  }

  try {
    const config = configOf({ port, admin, box, sending, listener });
    await writeFile(join(folder, "kannel.conf"), config);
    await start("/usr/sbin/bearerbox", box);
    await start("/usr/sbin/smsbox", sending);
  } catch (error) {
    await close();
    throw error;
  }

  return {
    reports,
    texts,
    close,
    async send(key, to, text, alphabet) {
      const url = new URL(`http://127.0.0.1:${sending}/cgi-bin/sendsms`);
      const fields = {
        username: "tester",
        password: "secret12",
        from: "Assent",
        to,
        text,
        charset: "UTF-8",
        coding: alphabet === "gsm" ? "0" : "2",
        // Delivered and failed.
        "dlr-mask": "3",
        "dlr-url": `${listener}/report?key=${key}&type=%d`,
      };
      for (const [name, value] of Object.entries(fields)) url.searchParams.set(name, value);
      const answer = await fetch(url);
      if (answer.status !== 202) throw new Error(`kannel answered ${answer.status}`);
    },
  };
}

function configOf(at: {
  readonly port: number;
  readonly admin: number;
  readonly box: number;
  readonly sending: number;
  readonly listener: string;
}): string {
  return `group = core
admin-port = ${at.admin}
admin-interface = 127.0.0.1
admin-password = secret12
smsbox-port = ${at.box}
smsbox-interface = 127.0.0.1
box-allow-ip = 127.0.0.1
sms-combine-concatenated-mo = true

group = smsc
smsc = smpp
smsc-id = tested
host = 127.0.0.1
port = ${at.port}
smsc-username = assent
smsc-password = secret12
system-type = "OTP"
transceiver-mode = true
reconnect-delay = 1
source-addr-ton = 5
source-addr-npi = 0
dest-addr-ton = 1
dest-addr-npi = 1

group = smsbox
bearerbox-host = 127.0.0.1
bearerbox-port = ${at.box}
sendsms-port = ${at.sending}
sendsms-interface = 127.0.0.1

group = sendsms-user
username = tester
password = secret12
max-messages = 10
concatenation = true

group = sms-service
keyword = default
catch-all = true
max-messages = 0
get-url = "${at.listener}/text?from=%p&text=%b"
`;
}

/** Three in a row, below those that whoever wants any port is given: until Kannel has them, nobody else gets them. */
async function freePorts(): Promise<[number, number, number]> {
  for (;;) {
    const first = 10_000 + Math.floor(Math.random() * 20_000);
    const ports: [number, number, number] = [first, first + 1, first + 2];
    if ((await Promise.all(ports.map(isFree))).every(Boolean)) return ports;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createTcpServer().listen(port, "127.0.0.1");
  const listens = await once(server, "listening").then(
    () => true,
    () => false,
  );
  if (listens) await once(server.close(), "close");
  return listens;
}

async function isOpen(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  const opened = await once(socket, "connect").then(
    () => true,
    () => false,
  );
  socket.destroy();
  return opened;
}
