// Below the contract's frames: bytes that are no WebSocket frame, frames that are text, and frames that are too long.
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect as connectTcp } from "node:net";
import { connect, openOutbox, type TestSocket } from "@assent/bare-phone";
import { limits, OutboxRequestSchema } from "@assent/protocol";
import { create, toBinary } from "@bufbuild/protobuf";
import type { Answer, Cases } from "./cases.ts";
import { inTime } from "./in-time.ts";
import { mutate, mutation } from "./mutation.ts";
import type { FuzzedService } from "./service.ts";

export class RawSocketTargets {
  readonly #service: FuzzedService;
  readonly #cases: Cases;

  constructor(service: FuzzedService, cases: Cases) {
    this.#service = service;
    this.#cases = cases;
  }

  async run(total: number): Promise<void> {
    await this.#webSocketBytes(total);
    await this.#textFrames();
    await this.#oversizedFrames();
  }

  /** Below WebSocket's own framing: whatever is no frame ends the connection, or is waited for. */
  async #webSocketBytes(cases: number): Promise<void> {
    const payload = toBinary(OutboxRequestSchema, create(OutboxRequestSchema, {}));
    await this.#cases.property("WebSocket bytes", cases, mutation, async (changes) => {
      const socket = await this.#upgraded("/outbox");
      const closed = once(socket, "close");
      socket.on("error", () => undefined);
      socket.end(mutate(Buffer.concat([header(0x82, BigInt(payload.length)), payload]), changes));
      socket.resume();
      await inTime(closed);
      return "dropped";
    });
  }

  async #textFrames(): Promise<void> {
    for (const path of ["/outbox", "/inbox"]) {
      for (const text of ["", "hello", "\u{1f4a9}".repeat(10_000)]) {
        const socket = await connect(this.#service, path);
        socket.webSocket.send(text);
        await this.#cases.expect("text frame", "closed 1003", closeOf(socket));
      }
    }
  }

  /** Refused when its length is known: not a byte of it has to come, and none that comes is kept. */
  async #oversizedFrames(): Promise<void> {
    const gigabyte = 1n << 30n;
    const before = await this.#service.health();
    const sockets = await Promise.all(
      ["/outbox", "/inbox"].map(async (path) => {
        const socket = await this.#upgraded(path);
        socket.on("error", () => undefined);
        const answered = closeFrameOf(socket);
        socket.write(header(0x82, gigabyte));
        await this.#cases.expect("frame of 1 GB", "closed 1009", answered);
        return socket;
      }),
    );
    const part = Buffer.alloc(1_048_576);
    for (const socket of sockets) for (let count = 0; count < 16; count += 1) socket.write(part);
    // What is only passing through is gone when it is asked again.
    let held = Number.POSITIVE_INFINITY;
    for (let attempt = 0; attempt < 20 && held > limits.frameBytes; attempt += 1) {
      held = (await this.#service.health()).arrayBuffers - before.arrayBuffers;
    }
    assert.ok(held <= limits.frameBytes, `holds ${held} bytes of frames it refused`);
    for (const socket of sockets) socket.destroy();

    // In fragments, none of which is too long by itself.
    const socket = await this.#upgraded("/outbox");
    socket.on("error", () => undefined);
    const answered = closeFrameOf(socket);
    const half = Buffer.alloc(limits.frameBytes / 2);
    for (const first of [0x02, 0x00, 0x00]) {
      socket.write(Buffer.concat([header(first, BigInt(half.length)), half]));
    }
    await this.#cases.expect("fragments over 1 MB", "closed 1009", answered);
    socket.destroy();

    // The control: as long as is allowed is read, and refused for what it is.
    const allowed = await openOutbox(this.#service);
    allowed.webSocket.send(Buffer.alloc(limits.frameBytes, 0xff));
    await this.#cases.expect("frame of 1 MB", "closed 1008", closeOf(allowed));
  }

  async #upgraded(path: string) {
    const { hostname, port } = new URL(this.#service.origin);
    const socket = connectTcp(Number(port), hostname);
    socket.write(
      [
        `GET ${path} HTTP/1.1`,
        `Host: ${hostname}:${port}`,
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
        "Sec-WebSocket-Protocol: assent.mailbox.v1",
        "\r\n",
      ].join("\r\n"),
    );
    const [answer] = (await inTime(once(socket, "data"))) as [Buffer];
    assert.match(answer.toString("latin1"), /^HTTP\/1\.1 101 /);
    return socket;
  }
}

async function closeOf(socket: TestSocket): Promise<Answer> {
  return `closed ${await inTime(socket.closed)}`;
}

/** The code of the close frame that comes last. */
async function closeFrameOf(socket: ReturnType<typeof connectTcp>): Promise<Answer> {
  const [bytes] = (await inTime(
    (async () => {
      for (;;) {
        const [part] = (await once(socket, "data")) as [Buffer];
        const start = part.lastIndexOf(Buffer.of(0x88, 0x02));
        if (start >= 0) return [part.subarray(start)];
      }
    })(),
  )) as [Buffer];
  return `closed ${bytes.readUInt16BE(2)}`;
}

/** Of a frame of a client, masked by zeros. RFC 6455, 5.2. */
function header(first: number, length: bigint): Buffer {
  const bytes = Buffer.alloc(14);
  bytes[0] = first;
  bytes[1] = 0x80 | 127;
  bytes.writeBigUInt64BE(length, 2);
  return bytes;
}
