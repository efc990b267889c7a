// What HTTP itself can be got wrong in: each is asked over a plain socket, byte for byte, and so is what goes well.
import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import { gzipSync } from "node:zlib";
import {
  AssentError,
  CellService,
  type ErrorCode,
  ErrorDetailSchema,
  errorTable,
  GetParametersRequestSchema,
  isWireErrorCode,
  limits,
} from "@assent/protocol";
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { createHttp, type HttpQuotas } from "./http.ts";
import { createLog } from "./log.ts";

const path = `/${CellService.typeName}/${CellService.method.getParameters.name}`;
const quotas: HttpQuotas = {
  requestMs: 10_000,
  keepAliveMs: 10_000,
  headersMs: 10_000,
  stalledMs: 10_000,
  checkEveryMs: 1_000,
  requestsPerConnection: 1_000,
};

/** A server whose one call does what it is told to. */
async function startHttp(
  context: TestContext,
  call: () => Promise<{ certificate: { encoded: Uint8Array } }> = async () => ({
    certificate: { encoded: new TextEncoder().encode("it went well") },
  }),
  changes: Partial<HttpQuotas> = {},
) {
  const log: string[] = [];
  const http = await createHttp({
    log: createLog("debug", { write: (line) => void log.push(line) }),
    quotas: { ...quotas, ...changes },
    refused: () => {},
    before: () => {},
    mostConnections: 50,
    isTrustedProxy: () => false,
    health: () => ({ kind: "well" }),
    peerOf: ({ socket }) => socket.remoteAddress,
    routes: (router) => void router.service(CellService, { getParameters: call }),
  });
  http.server.on("upgrade", (_request, stream) => stream.end("HTTP/1.1 101 upgraded\r\n\r\n"));
  await http.listen({ host: "127.0.0.1", port: 0 });
  context.after(() => http.close());
  const { port } = http.server.address() as AddressInfo;
  return { port, log, server: http.server };
}

interface Answer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

/** Sends exactly this, and reads until the other side closes. */
async function ask(
  port: number,
  head: readonly string[],
  body: Uint8Array | string = "",
): Promise<Answer> {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  const bytes = Buffer.from(body);
  socket.write([...head, "", ""].join("\r\n"));
  socket.write(bytes);
  const answer = await text(socket);
  const end = answer.indexOf("\r\n\r\n");
  return {
    status: Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1]),
    head: answer.slice(0, end),
    body: answer.slice(end + 4),
  };
}

function post(body: Uint8Array | string, ...headers: string[]): string[] {
  return [
    `POST ${path} HTTP/1.1`,
    "Connection: close",
    `Content-Length: ${Buffer.from(body).length}`,
    ...headers,
  ];
}

const host = "Host: assent.example";
const proto = "Content-Type: application/proto";
const json = "Content-Type: application/json";
const message = toBinary(GetParametersRequestSchema, {
  $typeName: "assent.v1.GetParametersRequest",
  contract: 1,
});

/** The code of the detail, as a client reads it. */
function codeIn({ body }: Answer): string {
  const { details } = JSON.parse(body) as { details?: { type: string; value: string }[] };
  const detail = details?.find(({ type }) => type === ErrorDetailSchema.typeName);
  return fromBinary(ErrorDetailSchema, Buffer.from(detail?.value ?? "", "base64")).code;
}

function assertWent({ status, head, body }: Answer): void {
  assert.equal(status, 200, head);
  // In JSON, bytes are base64.
  assert.match(body, /it went well|aXQgd2VudCB3ZWxs/);
}

test("a request that is a message is answered, in protobuf and in JSON", async (context) => {
  const { port, log } = await startHttp(context);
  assertWent(await ask(port, post(message, host, proto), message));
  assertWent(await ask(port, post("{}", host, json), "{}"));
  assertWent(await ask(port, post(message, host, proto, "Content-Encoding: identity"), message));
  assert.deepEqual(log, []);
});

test("bytes that are no message are refused as such: 400, request_invalid", async (context) => {
  const { port, log } = await startHttp(context);
  for (const body of [
    Buffer.from([0xff]),
    Buffer.from("08ffffffffffffffffffff01", "hex"),
    "nonsense",
  ]) {
    const answer = await ask(port, post(body, host, proto), body);
    assert.equal(answer.status, 400);
    assert.match(answer.head, /content-type: application\/json/i);
    assert.equal(codeIn(answer), "request_invalid");
  }
  for (const body of ["", "{", "[]", '{"contract":"x"}', '{"contract":-1}', "\xff"]) {
    const answer = await ask(port, post(body, host, json), body);
    assert.equal(answer.status, 400, body);
    assert.equal(codeIn(answer), "request_invalid");
    assert.doesNotMatch(answer.body, /contract|JSON/, "its words quote nothing");
  }
  assert.deepEqual(log, [], "which is the caller's affair");
});

test("a compressed body is told so", async (context) => {
  const { port } = await startHttp(context);
  for (const [encoding, body] of [
    ["gzip", gzipSync(message)],
    ["GZIP", message],
    ["br", message],
    ["zstd", message],
    ["nonsense", message],
    ["gzip, identity", message],
  ] as const) {
    const headers = [host, proto, `Content-Encoding: ${encoding}`];
    const answer = await ask(port, post(body, ...headers), body);
    assert.equal(answer.status, 400, encoding);
    assert.equal(codeIn(answer), "request_compressed");
  }
});

test("a body past the limit is told so, and one at the limit is read", async (context) => {
  const { port } = await startHttp(context);
  // A field that nobody knows: the message may have any length.
  const filled = (length: number) => {
    const body = Buffer.alloc(length);
    body.set([0x9a, 0x3f]);
    const room = length - 5;
    body.set([(room & 127) | 128, ((room >> 7) & 127) | 128, room >> 14], 2);
    return body;
  };
  const most = filled(limits.requestBytes);
  assertWent(await ask(port, post(most, host, proto), most));
  const tooLong = filled(limits.requestBytes + 1);
  const answer = await ask(port, post(tooLong, host, proto), tooLong);
  assert.equal(answer.status, 429);
  assert.equal(codeIn(answer), "request_too_large");
});

test("an upgrade to anything but a WebSocket is ignored, and the request answered", async (context) => {
  const { port } = await startHttp(context);
  const upgraded = async (to: string, ...more: string[]) =>
    ask(
      port,
      [
        `POST ${path} HTTP/1.1`,
        host,
        proto,
        `Content-Length: ${message.length}`,
        "Connection: Upgrade, HTTP2-Settings, close",
        `Upgrade: ${to}`,
        "HTTP2-Settings: AAEAAEAAAAIAAAAAAAMAAAAAAAQBAAAAAAUAAEAAAAYABgAA",
        ...more,
      ],
      message,
    );
  for (const to of ["h2c", "H2C", "TLS/1.0", "websocket2", "h2c, websocket"])
    assertWent(await upgraded(to));
  for (const to of ["websocket", "WebSocket"]) assert.equal((await upgraded(to)).status, 101, to);
  const plain = ["Connection: Upgrade, close", "Upgrade: h2c"];
  const health = await ask(port, ["GET /health HTTP/1.1", host, ...plain]);
  assert.deepEqual([health.status, health.body], [200, "ok"]);
});

test("a request names one host, and one that can be read", async (context) => {
  const { port, log } = await startHttp(context);
  for (const hosts of [
    [host, host],
    [host, "Host: other.example"],
    ["Host: a b"],
    ["Host: assent.example/path"],
    ["Host: assent.example:port"],
    ["Host: localhost:8080:8080"],
    ["Host: anna.assent.localhost:8080;x"],
    ["Host: anna.assent.localhost:123456"],
    ["Host: somebody@assent.example"],
    ["Host:"],
    ["Host: [::1"],
    [],
  ]) {
    const answer = await ask(port, post(message, ...hosts, proto), message);
    assert.equal(answer.status, 400, String(hosts));
    const upgrade = ["GET /inbox HTTP/1.1", "Connection: Upgrade, close", "Upgrade: websocket"];
    const refused = await ask(port, [...upgrade, ...hosts]);
    assert.equal(refused.status, 400, String(hosts));
  }
  assert.equal(
    (await ask(port, ["GET /health HTTP/1.0"])).status,
    400,
    "HTTP/1.0 may leave it out",
  );
  for (const named of ["assent.example:8443", "[::1]:8080", "127.0.0.1", "ASSENT.example."])
    assertWent(await ask(port, post(message, `Host: ${named}`, proto), message));
  assert.deepEqual(log, []);
});

test("errors of the contract go out under their code; what is not of it is internal, and logged", async (context) => {
  let thrown: unknown;
  const { port, log } = await startHttp(context, async () => {
    throw thrown;
  });
  const call = () => ask(port, post(message, host, proto), message);
  for (const code of Object.keys(errorTable) as ErrorCode[]) {
    log.length = 0;
    thrown = new AssentError(code);
    const answer = await call();
    assert.equal(codeIn(answer), isWireErrorCode(code) ? code : "internal");
    assert.equal(log.length, isWireErrorCode(code) ? 0 : 1, code);
    const isOfService = ["internal", "sms_failed", "busy"].includes(codeIn(answer));
    assert.equal(answer.status >= 500, isOfService, code);
  }
  for (const other of [
    new Error("with a secret in it"),
    new TypeError("secret"),
    "secret",
    undefined,
  ]) {
    log.length = 0;
    thrown = other;
    const answer = await call();
    assert.equal(answer.status, 500);
    assert.equal(codeIn(answer), "internal");
    assert.equal(log.length, 1);
    assert.doesNotMatch(log.join("") + answer.body, /secret/);
  }
});

test("a connection ends after its last request, and no other before", async (context) => {
  const { port } = await startHttp(context, undefined, { requestsPerConnection: 3 });
  const socket = connect(port, "127.0.0.1");
  const asked = "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n";
  socket.write(asked.repeat(3));
  const answered = await text(socket);
  assert.deepEqual(answered.match(/^Connection: .*$/gim), [
    "Connection: keep-alive",
    "Connection: keep-alive",
    "Connection: close",
  ]);
});

test("whoever takes nothing of an answer is cut off, whatever it is to", async (context) => {
  const stalledMs = 7_000;
  const { port, server } = await startHttp(context, undefined, { stalledMs });
  const timers: number[] = [];
  server.once("connection", (socket: Socket) => {
    const set = socket.setTimeout.bind(socket);
    context.mock.method(socket, "setTimeout", (ms: number) => {
      timers.push(ms);
      return set(ms);
    });
  });
  const head = (target: string, ...lines: string[]) =>
    [`GET ${target} HTTP/1.1`, "Host: a", ...lines, "", ""].join("\r\n");
  const socket = connect(port, "127.0.0.1");
  socket.write(head("/health") + head("/%zz") + head("/health", "Expect: other"));
  socket.write(head("/health", "Connection: close"));
  const statuses = (await text(socket)).match(/HTTP\/1\.1 \d+/g);
  assert.deepEqual(
    statuses?.map((line) => line.slice(-3)),
    ["200", "400", "417", "200"],
  );
  assert.equal(timers.filter((ms) => ms === stalledMs).length, 4);
});

test("who sends no head, or takes nothing of an answer, is cut off", async (context) => {
  const large = { certificate: { encoded: new Uint8Array(64_000_000) } };
  const { port, server } = await startHttp(context, async () => large, {
    headersMs: 50,
    stalledMs: 100,
    checkEveryMs: 20,
  });
  const silent = connect(port, "127.0.0.1");
  silent.write("GET /health HTTP/1.1\r\n");
  // Cut off before what it sent was read, it may be told nothing.
  const told = await text(silent).catch(() => "cut off");
  assert.match(told, /^HTTP\/1\.1 408 |^cut off$/);

  const cutOff = new Promise<void>((resolve) => {
    server.once("connection", (socket: Socket) => socket.once("close", () => resolve()));
  });
  const stalled = connect(port, "127.0.0.1").pause();
  const head = post(message, host, proto).join("\r\n");
  stalled.write(`${head}\r\n\r\n`);
  stalled.write(message);
  await cutOff;
  stalled.destroy();
});
