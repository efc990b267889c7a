// A service behind a real proxy that runs one of our examples, in a network of its own where this machine has two addresses
// more: what passes, what does not, and who is braked. Run by test/scenarios/abuse-proxies.test.ts; prints JSON.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { Agent, request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { makePhone, startRequest } from "@assent/bare-phone";
import {
  OutboxAnswerSchema,
  OutboxRequestSchema,
  randomBytes,
  StartRegistrationRequestSchema,
} from "@assent/protocol";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { WebSocket } from "ws";
import { TestServer } from "../../network.ts";

const name = "assent.example";
/** Whoever connects to one of this machine's addresses comes from it. */
const addresses = { flooding: "198.51.100.7", other: "203.0.113.9" } as const;
const start = "/assent.v1.RegistrationService/StartRegistration";
const deploy = new URL("../../../deploy/", import.meta.url);

const ends: (() => unknown)[] = [];
const folder = await mkdtemp(join(tmpdir(), "assent-proxy-"));
ends.push(() => rm(folder, { recursive: true, force: true }));

interface Answered {
  readonly status: number;
  readonly strictTransport: readonly string[];
}

// Its certificate is of its own making.
const believing = { rejectUnauthorized: false, servername: name };
const agent = new Agent({ keepAlive: true, ...believing });

function ask(
  from: string,
  path: string,
  body?: Uint8Array,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answered> {
  const more = body ? { "content-type": "application/proto", "content-length": body.length } : {};
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        agent,
        host: from,
        path,
        method: body ? "POST" : "GET",
        headers: { host: name, ...more, ...headers },
      },
      (answer) => {
        answer.resume();
        answer.on("error", reject).on("end", () =>
          resolve({
            status: answer.statusCode ?? 0,
            strictTransport: answer.headersDistinct["strict-transport-security"] ?? [],
          }),
        );
      },
    );
    sent.on("error", reject).end(body);
  });
}

/** An outbox whose heartbeat is answered. */
async function openOutbox(from: string): Promise<WebSocket> {
  const socket = new WebSocket(`wss://${from}/outbox`, "assent.mailbox.v1", {
    ...believing,
    headers: { host: name, origin: `https://${name}` },
  });
  await once(socket, "open");
  const heartbeat = create(OutboxRequestSchema, { heartbeats: [{ number: 1 }] });
  socket.send(toBinary(OutboxRequestSchema, heartbeat));
  const [frame] = (await once(socket, "message")) as [Buffer];
  if (fromBinary(OutboxAnswerSchema, frame).heartbeats.length !== 1) throw new Error("no answer");
  return socket;
}

/** The example as it is, but for what belongs to another machine. @throws where it no longer has that */
async function example(file: string, changes: Readonly<Record<string, string>>): Promise<string> {
  let text = await readFile(new URL(file, deploy), "utf8");
  for (const [from, to] of Object.entries(changes)) {
    if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
    text = text.replaceAll(from, to);
  }
  return text;
}

async function startNginx(port: string): Promise<ChildProcess> {
  const [certificate, key] = [join(folder, "certificate.pem"), join(folder, "key.pem")];
  execFileSync(
    "openssl",
    [
      ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"],
      ...["-subj", `/CN=${name}`, "-keyout", key, "-out", certificate],
    ],
    { stdio: "ignore" },
  );
  const site = await example("nginx.conf", {
    "127.0.0.1:8080": `127.0.0.1:${port}`,
    "/etc/ssl/assent.example/fullchain.pem": certificate,
    "/etc/ssl/assent.example/privkey.pem": key,
    "/var/log/nginx/assent-error.log": join(folder, "error.log"),
  });
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (kind) => `${kind}_temp_path ${join(folder, kind)};`,
  );
  // One process: in a network of its own, nobody but this user is there to become.
  const configuration = `daemon off; master_process off; user root; pid ${join(folder, "pid")}; error_log stderr crit;
    events { worker_connections 2048; }
    http { ${temporary.join(" ")} ${site} }`;
  await writeFile(join(folder, "nginx.conf"), configuration);
  return spawn("nginx", ["-p", folder, "-c", join(folder, "nginx.conf")], {
    stdio: ["ignore", "ignore", "inherit"],
  });
}

async function startCaddy(port: string): Promise<ChildProcess> {
  const site = await example("Caddyfile", { "127.0.0.1:8080": `127.0.0.1:${port}` });
  const here =
    "{\n admin off\n local_certs\n skip_install_trust\n auto_https disable_redirects\n}\n";
  await writeFile(join(folder, "Caddyfile"), here + site);
  const data = join(folder, "caddy");
  await mkdir(data);
  return spawn("caddy", ["run", "--config", join(folder, "Caddyfile"), "--adapter", "caddyfile"], {
    stdio: "ignore",
    env: { ...process.env, HOME: data, XDG_DATA_HOME: data, XDG_CONFIG_HOME: data },
  });
}

async function untilItAnswers(): Promise<void> {
  for (let left = 100; left > 0; left -= 1) {
    const answered = await ask(addresses.other, "/health").catch(() => undefined);
    if (answered?.status === 200) return;
    await delay(50);
  }
  throw new Error("the proxy does not answer");
}

async function tryProxy(kind: string) {
  const server = await TestServer.start(
    { after: (end) => ends.push(end) },
    { transport: "fake", environment: { ASSENT_TRUSTED_PROXIES: "127.0.0.1" } },
  );
  const { port } = new URL(server.origin);
  const proxy = await (kind === "nginx" ? startNginx(port) : startCaddy(port));
  ends.push(() => proxy.kill("SIGKILL"));
  await untilItAnswers();

  const startFor = async (number: string) => {
    const phone = await makePhone({ origin: server.origin }, number);
    const made = create(StartRegistrationRequestSchema, await startRequest(phone));
    return toBinary(StartRegistrationRequestSchema, made);
  };
  const health = await ask(addresses.other, "/health");
  const direct = await fetch(`${server.origin}/health`);
  const registered = await ask(addresses.other, start, await startFor("+4915123456789"));
  const messages = "/sms/messages?to=%2B4915123456789";
  const outbox = await openOutbox(addresses.other);
  outbox.terminate();

  // What a client says of itself would be another address each time.
  const flood = await Promise.all(
    Array.from({ length: 260 }, (_, index) =>
      ask(addresses.flooding, start, randomBytes(100), {
        "x-forwarded-for": `192.0.2.${index % 250}`,
      }),
    ),
  );
  const braked = flood.filter(({ status }) => status === 429).length;
  const flooding = await ask(addresses.flooding, start, await startFor("+4915123456780"));
  const other = await ask(addresses.other, start, await startFor("+4915123456781"));
  (await openOutbox(addresses.other)).terminate();
  return {
    health: health.status,
    strictTransport: health.strictTransport,
    strictTransportOfService: direct.headers.get("strict-transport-security"),
    registered: registered.status,
    messagesThroughProxy: (await ask(addresses.other, messages)).status,
    messagesOnThisMachine: (await fetch(server.origin + messages)).status,
    braked,
    flooding: flooding.status,
    other: other.status,
  };
}

try {
  execFileSync("ip", ["link", "set", "lo", "up"]);
  for (const address of Object.values(addresses)) {
    execFileSync("ip", ["addr", "add", `${address}/32`, "dev", "lo"]);
  }
  process.stdout.write(`${JSON.stringify(await tryProxy(process.argv[2] ?? ""))}\n`);
} finally {
  agent.destroy();
  for (const end of ends.reverse()) await end();
}
