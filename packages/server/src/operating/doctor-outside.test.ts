// `assent doctor URL`: a service as it should be, and each fault of the way to it made and found. TLS and HSTS are tried
// with a real proxy, where the Debian package is.
import assert from "node:assert/strict";
import { once } from "node:events";
import { request as ask, createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { startTestServer } from "../server-for-tests.ts";
import { askService } from "./ask.ts";
import { examineFromOutside } from "./doctor-outside.ts";

const kindsAt = async (url: string, now = Date.now()) =>
  Object.fromEntries((await examineFromOutside(url, now)).map(({ of, kind }) => [of, kind]));

interface Proxy {
  readonly passesUpgrade: boolean;
  /** What the service is told of the name that was asked for. */
  readonly host?: string;
  /** Answered by the proxy itself. */
  readonly statuses?: Readonly<Record<string, number>>;
}

/** In front of a service; its address on loopback, by a name that is not known for it. */
async function startProxy(context: TestContext, origin: string, proxy: Proxy) {
  const { hostname, port } = new URL(origin);
  const passed = ({ upgrade, connection, ...headers }: IncomingHttpHeaders) => ({
    ...headers,
    ...(proxy.passesUpgrade && upgrade ? { upgrade, connection } : {}),
    ...(proxy.host === undefined ? {} : { host: proxy.host }),
    "x-forwarded-for": "192.0.2.1",
  });
  const server = createServer((request, response) => {
    const status = proxy.statuses?.[request.url ?? ""];
    if (status !== undefined) return void response.writeHead(status).end();
    const { url: path, method } = request;
    const onward = ask(
      { hostname, port, path, method, headers: passed(request.headers) },
      (answer) => answer.pipe(response.writeHead(answer.statusCode ?? 0, answer.headers)),
    );
    return request.pipe(onward);
  });
  if (proxy.passesUpgrade) {
    server.on("upgrade", (request, client) => {
      const onward = ask({ hostname, port, path: request.url, headers: passed(request.headers) });
      onward.on("upgrade", ({ headers }, stream) => {
        const accept = headers["sec-websocket-accept"];
        client.write(
          `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
        );
        client.on("error", () => {}).on("close", () => stream.destroy());
        stream.on("error", () => {});
      });
      onward.on("response", ({ statusCode }) =>
        client.end(`HTTP/1.1 ${statusCode} -\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`),
      );
      onward.end();
    });
  }
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://[::ffff:127.0.0.1]:${(server.address() as AddressInfo).port}`;
}

test("on its own machine a service is well, and says that its codes can be read", async (context) => {
  const server = await startTestServer(context);
  const well = {
    service: "well",
    "secure context": "well",
    "Host and Upgrade": "well",
    clock: "well",
    "fake SMS": "look",
    figures: "well",
    parameters: "well",
    "sms relay": "well",
  };
  assert.deepEqual(await kindsAt(server.origin), well);
  assert.equal((await kindsAt(server.origin, Date.now() + 600_000))["clock"], "look");
});

test("what a proxy does wrong is found", async (context) => {
  const { origin } = await startTestServer(context);
  const through = async (proxy: Proxy) => kindsAt(await startProxy(context, origin, proxy));
  // Its name is none of this machine's, so that nothing but TLS is missing.
  const good = {
    service: "well",
    "secure context": "wrong",
    "Host and Upgrade": "well",
    clock: "well",
    "fake SMS": "well",
    figures: "well",
    parameters: "well",
    "sms relay": "well",
  };
  assert.deepEqual(await through({ passesUpgrade: true }), good);
  const faults: readonly (readonly [Proxy, Record<string, string>])[] = [
    [{ passesUpgrade: false }, { "Host and Upgrade": "wrong" }],
    [{ passesUpgrade: true, host: "inside.example" }, { "Host and Upgrade": "wrong" }],
    [{ passesUpgrade: true, statuses: { "/sms/messages?to=%2B0": 200 } }, { "fake SMS": "wrong" }],
    [{ passesUpgrade: true, statuses: { "/metrics": 200 } }, { figures: "look" }],
    [{ passesUpgrade: true, statuses: { "/health": 503 } }, { service: "wrong" }],
    [{ passesUpgrade: true, statuses: { "/health": 404 } }, { service: "wrong" }],
  ];
  for (const [proxy, found] of faults) {
    assert.deepEqual(await through(proxy), { ...good, ...found });
  }
  const { "sms relay": _, ...others } = good;
  const unbelieved = { "/assent.v1.CellService/GetParameters": 502 };
  const found = await through({ passesUpgrade: true, statuses: unbelieved });
  assert.deepEqual(found, { ...others, parameters: "wrong" });
});

test("a service that lets nobody in is told from a proxy that passes no socket on", async (context) => {
  const server = await startTestServer(context);
  const said = async (url: string) =>
    (await examineFromOutside(url, Date.now()))
      .filter(({ kind }) => kind !== "well")
      .map(({ of, kind, message }) => `${kind} ${of}: ${message}`)
      .filter((line) => !line.startsWith("look fake SMS"));
  assert.deepEqual(await said(server.origin), []);
  await askService(join(server.folder, "service.sock"), { command: "drain" });
  const [drained = "", ...others] = await said(server.origin);
  assert.match(drained, /^wrong service: it lets nobody in now: .*assent admin status/);
  assert.deepEqual(others, []);
  await askService(join(server.folder, "service.sock"), { command: "undrain" });
  assert.deepEqual(await said(server.origin), []);
  const braking = createServer((_request, response) => response.writeHead(200).end());
  braking.on("upgrade", (_request, client) =>
    client.end("HTTP/1.1 429 -\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
  );
  braking.listen(0, "127.0.0.1");
  await once(braking, "listening");
  context.after(() => braking.close());
  const { port } = braking.address() as AddressInfo;
  const braked = await said(`http://127.0.0.1:${port}`);
  assert.ok(
    braked.some((line) => /^look Host and Upgrade: .*brakes/.test(line)),
    braked.join("\n"),
  );
});

test("whether a service offers SMS for phones without a SIM is what phones are told", async (context) => {
  const server = await startTestServer(context, { smsRelay: "on" });
  const said = async () => {
    const found = await examineFromOutside(server.origin, Date.now());
    return found.find(({ of }) => of === "sms relay")?.message;
  };
  assert.match((await said()) ?? "", /^it offers to send SMS/);
  const socket = join(server.folder, "service.sock");
  await askService(socket, { command: "sms-relay", is: "stopped" });
  assert.match((await said()) ?? "", /^it offers no SMS/);
});

test("what is no address, and where nobody answers, is said", async () => {
  const notAnOrigin = ["assent.example", "ftp://a.example", "https://a.example/x"];
  for (const text of notAnOrigin) assert.deepEqual(await kindsAt(text), { address: "wrong" });
  assert.deepEqual(await kindsAt("http://127.0.0.1:1"), { service: "wrong" });
});
