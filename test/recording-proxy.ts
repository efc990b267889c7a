// A listening port that counts what reaches it and passes it on to a server: what a phone really sent, as the
// network saw it, to hold against its ledger.

import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { connect, createServer, type Server, type Socket } from "node:net";
import type { TestContext } from "node:test";

/** One thing a client sent: a request's body, the opening of a socket, or a frame through it. */
export interface SeenItem {
  readonly method: string;
  readonly path: string;
  readonly body: Buffer;
}

export class RecordingProxy {
  readonly #server: Server;
  readonly #streams: Buffer[][] = [];
  readonly #sockets = new Set<Socket>();
  connections = 0;
  #isCut = false;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** @param target the server's origin; without one, connections are counted and closed. */
  static async start(context: TestContext, target?: string): Promise<RecordingProxy> {
    const server = createServer();
    const proxy = new RecordingProxy(server);
    server.on("connection", (client) => proxy.#pass(client, target));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    context.after(() => proxy.close());
    return proxy;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Everything that was sent, each connection's in its order. */
  get items(): SeenItem[] {
    return this.#streams.flatMap((parts) => itemsOf(Buffer.concat(parts)));
  }

  get pathsByConnection(): string[][] {
    return this.#streams.map((parts) => itemsOf(Buffer.concat(parts)).map(({ path }) => path));
  }

  /** The line is dead, for what is under way and for what comes, until it is mended. */
  cut(): void {
    this.#isCut = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  /** What is connected stays so, and nothing passes any more, as where a phone lost its network. What comes is cut. */
  fallSilent(): void {
    this.#isCut = true;
    for (const socket of this.#sockets) socket.unpipe().removeAllListeners("data").pause();
  }

  mend(): void {
    this.#isCut = false;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    if (this.#server.listening) await once(this.#server, "close");
  }

  #pass(client: Socket, target: string | undefined): void {
    this.connections += 1;
    const parts: Buffer[] = [];
    this.#streams.push(parts);
    this.#track(client);
    if (!target || this.#isCut) {
      client.destroy();
      return;
    }
    const upstream = connect(Number(new URL(target).port), "127.0.0.1");
    this.#track(upstream);
    client.on("data", (part) => parts.push(part));
    client.pipe(upstream).pipe(client);
    // What broke on one side is not there on the other: a browser would keep a socket that nobody answers for its next request.
    upstream.on("error", () => client.destroy());
    client.on("error", () => upstream.destroy());
  }

  #track(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("close", () => this.#sockets.delete(socket));
    socket.on("error", () => socket.destroy());
  }
}

/** Reads one connection as HTTP/1.1 requests, and as WebSocket frames after an upgrade (RFC 6455, 5.2). */
function itemsOf(stream: Buffer): SeenItem[] {
  const items: SeenItem[] = [];
  let rest = stream;
  while (rest.length > 0) {
    const headEnd = rest.indexOf("\r\n\r\n");
    if (headEnd < 0) throw new Error("a request is cut off");
    const [requestLine = "", ...headerLines] = rest
      .subarray(0, headEnd)
      .toString("latin1")
      .split("\r\n");
    const [method = "", path = ""] = requestLine.split(" ");
    const headers = new Map(
      headerLines.map((line) => {
        const colon = line.indexOf(":");
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
      }),
    );
    rest = rest.subarray(headEnd + 4);
    if (headers.get("upgrade")?.toLowerCase() === "websocket") {
      items.push({ method: "CONNECT", path, body: Buffer.alloc(0) });
      for (const frame of framesOf(rest)) items.push({ method: "FRAME", path, body: frame });
      return items;
    }
    const length = Number(headers.get("content-length") ?? 0);
    items.push({ method, path, body: rest.subarray(0, length) });
    rest = rest.subarray(length);
  }
  return items;
}

function* framesOf(stream: Buffer): Generator<Buffer> {
  let rest = stream;
  while (rest.length >= 2) {
    const opcode = (rest[0] as number) & 0x0f;
    let length = (rest[1] as number) & 0x7f;
    let offset = 2;
    if (length === 126) {
      length = rest.readUInt16BE(2);
      offset = 4;
    } else if (length === 127) {
      length = Number(rest.readBigUInt64BE(2));
      offset = 10;
    }
    const mask = rest.subarray(offset, offset + 4);
    const body = Buffer.from(rest.subarray(offset + 4, offset + 4 + length));
    for (const index of body.keys())
      body[index] = (body[index] as number) ^ (mask[index % 4] as number);
    // Opcode 2 is binary; the others only open, close and keep up the socket.
    if (opcode === 2) yield body;
    rest = rest.subarray(offset + 4 + length);
  }
}
