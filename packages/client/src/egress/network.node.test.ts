// The network in Node, over a real line: nothing is read that is longer than a frame or was compressed, what comes slowly
// is waited for, and what is not the service is nobody at all.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { limits } from "@assent/protocol";
import { type WebSocket, WebSocketServer } from "ws";
import { TimersForTests } from "../clock/timers-for-tests.ts";
import { openNodeNetwork } from "./network.node.ts";
import { Patience } from "./patience.ts";

async function serving(context: TestContext, answer?: RequestListener) {
  const server: Server = createServer(answer);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { server, http: `http://127.0.0.1:${port}`, ws: `ws://127.0.0.1:${port}` };
}

function networkIn(context: TestContext) {
  const timers = new TimersForTests();
  const network = openNodeNetwork(timers);
  context.after(() => network.close());
  return { network, timers };
}

const unreachable = { code: "unreachable" };
const get = (url: string) => ({ method: "GET" as const, url, headers: {}, body: new Uint8Array() });

/** A service that would compress, and says what a test wants of it. */
async function socketTo(context: TestContext, say: (socket: WebSocket) => void) {
  const { server, ws } = await serving(context);
  const service = new WebSocketServer({ server, perMessageDeflate: { threshold: 0 } });
  context.after(() => {
    for (const client of service.clients) client.terminate();
  });
  let offered: string | undefined;
  service.on("connection", (socket, request) => {
    offered = request.headers["sec-websocket-extensions"];
    say(socket);
  });
  const { network } = networkIn(context);
  const came: Uint8Array[] = [];
  const closed = Promise.withResolvers<number | undefined>();
  await network.openSocket(ws, "assent.mailbox.v1", {
    onMessage: (bytes) => came.push(bytes),
    onClose: closed.resolve,
  });
  return { came, code: await closed.promise, offered };
}

test("a frame of a megabyte is read, one byte more ends the socket, and nothing is compressed", async (context) => {
  const bytes = Buffer.alloc(limits.frameBytes);
  const { came, offered } = await socketTo(context, (socket) => {
    socket.send(bytes);
    socket.send(Buffer.alloc(limits.frameBytes + 1));
  });
  assert.deepEqual(
    came.map(({ length }) => length),
    [bytes.length],
  );
  assert.equal(offered, undefined);
});

test("why the service closed a socket is said", async (context) => {
  const { code, came } = await socketTo(context, (socket) => socket.close(1012));
  assert.deepEqual([code, came], [1012, []]);
});

test("what comes of a long frame is told while it comes, and a service without a place is busy", async (context) => {
  const { server, ws } = await serving(context);
  const service = new WebSocketServer({ noServer: true });
  server.on("upgrade", (request, stream, head) => {
    if (request.url === "/full") {
      stream.end("HTTP/1.1 503 Service Unavailable\r\n\r\n");
      return;
    }
    service.handleUpgrade(request, stream, head, () => {
      // Of a binary frame of 64 KB, its head and some bytes.
      stream.write(Buffer.from([0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0, 1, 2, 3]));
    });
  });
  const { network } = networkIn(context);
  const came = Promise.withResolvers<void>();
  const [onMessage, onClose] = [() => assert.fail("it is not whole"), () => undefined];
  const handlers = { onMessage, onClose, onBytes: () => came.resolve() };
  const socket = await network.openSocket(ws, "assent.mailbox.v1", handlers);
  await came.promise;
  socket.close();
  const full = network.openSocket(`${ws}/full`, "assent.mailbox.v1", handlers);
  await assert.rejects(full, { code: "busy" });
});

test("what answers with a page instead of a socket is unreachable", async (context) => {
  const { ws } = await serving(context, (_request, response) => {
    response.writeHead(200, { "content-type": "text/html" }).end("<p>Buy an hour");
  });
  const { network } = networkIn(context);
  const handlers = { onMessage: () => undefined, onClose: () => undefined };
  await assert.rejects(network.openSocket(ws, "assent.mailbox.v1", handlers), unreachable);
});

test("who says nothing for 15 seconds is unreachable", async (context) => {
  const asked = Promise.withResolvers<void>();
  const { http } = await serving(context, () => asked.resolve());
  const { network, timers } = networkIn(context);
  const answer = network.http(get(http), "anonymous", 10);
  await asked.promise;
  timers.pass(15_000);
  await assert.rejects(answer, unreachable);
});

test("an answer that takes a minute is waited for while it comes", async (context) => {
  const part = Buffer.alloc(130_000);
  const parts = Promise.withResolvers<{ send: () => void; end: () => void }>();
  const { http } = await serving(context, (_request, response) =>
    parts.resolve({ send: () => response.write(part), end: () => response.end() }),
  );
  let cameBytes = 0;
  const came = Patience.prototype.came;
  let arrived = () => undefined as unknown;
  context.mock.method(Patience.prototype, "came", function (this: Patience, bytes: number) {
    came.call(this, bytes);
    cameBytes += bytes;
    if (cameBytes % part.length === 0) arrived();
  });
  const { network, timers } = networkIn(context);
  const answer = network.http(get(http), "anonymous", 1_000_000);
  const { send, end } = await parts.promise;
  for (let window = 0; window < 4; window += 1) {
    const whole = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    send();
    await whole;
    timers.pass(15_000);
  }
  end();
  assert.equal((await answer).body.length, 4 * part.length);
});

test("closing ends an answer and a socket that are waited for", async (context) => {
  const { server, http, ws } = await serving(context, () => undefined);
  const upgraded = once(server, "upgrade");
  server.on("upgrade", () => undefined);
  const { network } = networkIn(context);
  const handlers = { onMessage: () => undefined, onClose: () => undefined };
  const asked = once(server, "request");
  const waiting = [network.http(get(http), "account", 1), network.openSocket(ws, "x", handlers)];
  const ended = Promise.all(waiting.map((each) => assert.rejects(each, unreachable)));
  await Promise.all([asked, upgraded]);
  network.close();
  await ended;
});
