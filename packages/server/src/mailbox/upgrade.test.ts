// Opening the mailbox sockets: only the two, only with the subprotocol, and no frame larger than there may be.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createConnection } from "node:net";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { connect } from "@assent/bare-phone";
import { WebSocket } from "ws";
import { startTestServer } from "../server-for-tests.ts";
import { serveEdge } from "./edge-for-tests.ts";

test("only the two sockets, only with the subprotocol", async (context) => {
  const server = await startTestServer(context);
  await assert.rejects(connect(server, "/other"), /404/);
  const plain = new WebSocket(`${server.origin.replace("http", "ws")}/outbox`);
  await assert.rejects(new Promise((_, reject) => plain.once("error", reject)), /400/);
  const outbox = await connect(server, "/outbox");
  assert.equal(outbox.webSocket.protocol, "assent.mailbox.v1");
  outbox.webSocket.terminate();
});

test("who is refused is let go of, also where it never ends", {
  timeout: 60_000,
}, async (context) => {
  const server = await startTestServer(context);
  const { port } = new URL(server.origin);
  for (const [path, status] of [
    ["/other", 404],
    ["/outbox", 400],
  ]) {
    const stream = createConnection({ port: Number(port), host: "127.0.0.1", allowHalfOpen: true });
    context.after(() => stream.destroy());
    stream.write(
      `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
    );
    let told = "";
    stream.on("data", (data: Buffer) => {
      told += data.toString();
    });
    await once(stream, "end");
    assert.match(told, new RegExp(`^HTTP/1.1 ${status} `));
    // Nobody is there any more who would take it.
    stream.on("error", () => undefined);
    while (!stream.destroyed) {
      stream.write(".");
      await turn();
    }
  }
});

for (const asked of ["GET /other", "GET /outbox", "POST /outbox"]) {
  test(`${asked}: who is refused and takes nothing of it is let go of`, async (context) => {
    const { port, server } = await serveEdge(context, { quotas: { unknownMs: 50 } });
    const closed = new Promise((resolve) => {
      server.prependListener("upgrade", ({ socket }) => {
        socket.once("close", resolve);
        // What was to be told before it, which nobody takes.
        socket.write(Buffer.alloc(64_000_000));
      });
    });
    const stream = createConnection(port, "127.0.0.1").pause();
    context.after(() => stream.destroy());
    const offered = asked === "GET /outbox" ? "other" : "assent.mailbox.v1";
    stream.write(
      `${asked} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Protocol: ${offered}\r\n\r\n`,
    );
    await closed;
  });
}

test("a frame of a gigabyte is refused at its header", async (context) => {
  const server = await startTestServer(context);
  const { port } = new URL(server.origin);
  const stream = createConnection(Number(port), "127.0.0.1");
  context.after(() => stream.destroy());
  const lines = [
    "GET /outbox HTTP/1.1",
    "Host: 127.0.0.1",
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    `Sec-WebSocket-Key: ${Buffer.alloc(16).toString("base64")}`,
    "Sec-WebSocket-Protocol: assent.mailbox.v1",
  ];
  stream.write(`${lines.join("\r\n")}\r\n\r\n`);
  const frames = await new Promise<Buffer>((resolve) => {
    let upgraded = false;
    stream.on("data", (data: Buffer) => {
      if (upgraded) return resolve(data);
      upgraded = true;
      // A binary frame, masked, that says it has 2^30 bytes; none follow.
      stream.write(Buffer.from([0x82, 0xff, 0, 0, 0, 0, 0x40, 0, 0, 0, 1, 2, 3, 4]));
    });
  });
  // A close frame: message too big.
  assert.deepEqual([...frames.subarray(0, 4)], [0x88, 0x02, 0x03, 0xf1]);
});

test("a service that stops says that it comes back", async (context) => {
  const server = await startTestServer(context);
  const polite = await connect(server, "/outbox");
  await server.close();
  assert.equal(await polite.closed, 1012);
});
