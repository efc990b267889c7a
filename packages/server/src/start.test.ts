// A start that fails leaves nothing behind that goes on, nor does a stop of which a part fails.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { type Config, readConfig, type ServeOptions } from "./config.ts";
import { quotas } from "./limits/quotas.ts";
import { startServer } from "./main.ts";
import { startTestServer } from "./server-for-tests.ts";

async function silentSmsc(context: TestContext) {
  const smsc = createServer();
  smsc.listen(0, "127.0.0.1");
  await once(smsc, "listening");
  context.after(() => smsc.close());
  const address = smsc.address();
  assert.ok(address && typeof address === "object");
  return { connected: once(smsc, "connection"), port: address.port };
}

test("where the port is taken, the SMS provider is let go again", async (context) => {
  const { connected, port } = await silentSmsc(context);
  const options = { sms: `smpp://assent@127.0.0.1:${port}`, port };
  await assert.rejects(startTestServer(context, options), { code: "EADDRINUSE" });
  const [socket] = (await connected) as [Socket];
  context.after(() => socket.destroy());
  socket.resume();
  await once(socket, "close");
});

test("what stands in the way of a start is said in a sentence that names it", async (context) => {
  const folder = await mkdtemp(join(tmpdir(), "assent-start-"));
  context.after(() => rm(folder, { recursive: true, force: true }));
  const at = (name: string) => join(folder, name);
  await writeFile(at("file"), "");
  await mkdir(at("steered/steering.json"), { recursive: true, mode: 0o700 });
  const { port } = await silentSmsc(context);
  const refused = async (
    message: RegExp,
    options: ServeOptions,
    environment: Record<string, string> = {},
  ) =>
    assert.rejects(startTestServer(context, { data: at("data"), ...options }, environment), {
      name: "StartRefused",
      message,
    });
  await refused(/^The data directory .*file cannot be made\.$/, { data: at("file") });
  await refused(
    /file is no folder: .*\(ASSENT_KEYS_DIRECTORY\)/,
    {},
    {
      ASSENT_KEYS_DIRECTORY: at("file"),
    },
  );
  await refused(/steering\.json cannot be read/, { data: at("steered") });
  await refused(/port 0: this machine has no such address\. See --host/, { host: "192.0.2.1" });
  await refused(
    /another program listens there\. See .*ASSENT_METRICS_PORT/,
    {},
    {
      ASSENT_METRICS_PORT: String(port),
    },
  );
  await refused(
    /this machine has no such address\. See ASSENT_METRICS_HOST/,
    {},
    {
      ASSENT_METRICS_HOST: "192.0.2.1",
      ASSENT_METRICS_PORT: "0",
    },
  );
  const server = await startTestServer(context, { data: at("data") });
  await server.close();
});

/** A cell with the fake transport, in a folder of its own. */
async function configured(context: TestContext, environment: Record<string, string> = {}) {
  const folder = await mkdtemp(join(tmpdir(), "assent-start-"));
  context.after(() => rm(folder, { recursive: true, force: true }));
  return readConfig({ data: join(folder, "data"), port: 0, sms: "fake" }, environment);
}

test("a start that fails counts nothing afterwards", async (context) => {
  const { port } = await silentSmsc(context);
  const lines: string[] = [];
  const counted = () => lines.filter((line) => line.includes("the last minute")).length;
  const start = (config: Config) =>
    startServer(config, { logDestination: { write: (line) => lines.push(line) } });
  context.mock.timers.enable({ apis: ["setInterval"] });
  const everyMs = quotas.operating.countsEveryMs;
  const running = await start(await configured(context));
  context.mock.timers.tick(everyMs);
  assert.equal(counted(), 1);
  await running.close();
  const before = counted();
  const taken = await configured(context, { ASSENT_METRICS_PORT: String(port) });
  await assert.rejects(start(taken), { name: "StartRefused" });
  const atEnd = counted();
  context.mock.timers.tick(2 * everyMs);
  assert.deepEqual([before, counted()], [2, atEnd]);
});

test("where a part of a stop fails, the stores are closed all the same", async (context) => {
  const config = await configured(context);
  const broken = new Error("nobody reads the log");
  const running = await startServer(config, {
    logDestination: {
      write(line) {
        if (line.includes("the last minute")) throw broken;
      },
    },
  });
  assert.ok((await readdir(config.dataDirectory)).includes("assent.db-wal"));
  await assert.rejects(running.close(), broken);
  assert.ok(!(await readdir(config.dataDirectory)).includes("assent.db-wal"));
});

test("a start that is refused with a provider ends the process", async (context) => {
  const { connected, port } = await silentSmsc(context);
  const data = await mkdtemp(join(tmpdir(), "assent-start-"));
  context.after(() => rm(data, { recursive: true, force: true }));
  const command = fileURLToPath(new URL("../../cli/bin/assent.mjs", import.meta.url));
  const options = ["--port", "0", "--data", data, "--sms", `smpp://assent@127.0.0.1:${port}`];
  // Too few open files are noticed when the provider is there already.
  const service = spawn(
    "sh",
    ["-c", 'ulimit -n 500; exec "$0" "$@"', process.execPath, command, "serve", ...options],
    { stdio: ["ignore", "ignore", "pipe"], timeout: 60_000, killSignal: "SIGKILL" },
  );
  void connected.then(([provider]) => {
    const socket = provider as Socket;
    context.after(() => socket.destroy());
    socket.resume();
  });
  const [said, [code]] = await Promise.all([text(service.stderr), once(service, "exit")]);
  assert.match(said, /ulimit -n/);
  assert.equal(code, 1);
});
