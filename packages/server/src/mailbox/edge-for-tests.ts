// For tests only: the mailbox sockets alone, on a free port, with quotas and clocks of the test's own, and one mailbox whose
// device is believed whatever it signs.
import { createServer, type Server } from "node:http";
import { type AddressInfo, createConnection, type Socket } from "node:net";
import type { TestContext } from "node:test";
import { type CellId, randomBytes } from "@assent/protocol";
import { quotas } from "../limits/quotas.ts";
import { systemRandomness } from "../randomness.ts";
import {
  type MailboxEdge,
  type MailboxEdgeParts,
  type SocketQuotas,
  serveMailboxes,
} from "./edge.ts";
import { Returns } from "./returns.ts";

export interface EdgeForTests {
  readonly origin: string;
  readonly port: number;
  readonly server: Server;
  readonly sockets: MailboxEdge;
  readonly refusals: string[];
}

export async function serveEdge(
  context: TestContext,
  changes: {
    readonly mailboxes?: Partial<MailboxEdgeParts["mailboxes"]>;
    readonly quotas?: Partial<SocketQuotas>;
    readonly mostSockets?: number;
    readonly elapsedMs?: () => number;
  } = {},
): Promise<EdgeForTests> {
  const ids = { deviceId: randomBytes(32), accountId: randomBytes(32), mailboxId: randomBytes(16) };
  const refusals: string[] = [];
  const parts = {
    mailboxes: changes.mailboxes,
    cell: {
      id: randomBytes(32) as CellId,
      published: () => ({ certificateNumber: 1, sequence: 1n }),
    },
    devices: {
      deviceOfInbox: async () => ({ device: ids, lastRequest: undefined, isBehind: false }),
    },
    returns: new Returns({ most: 10, forMs: 86_400_000 }, () => 0, systemRandomness),
    push: { hashOf: async () => new Uint8Array() },
    keyPackagesLeft: async () => ({ singleUse: 0, lastResortTaken: false }),
    refused: (code: string) => refusals.push(code),
    unknownError: (error: unknown) => {
      throw error;
    },
    quotas: { ...quotas.sockets, ...changes.quotas },
    mostSockets: changes.mostSockets ?? 100,
    peerOf: () => "127.0.0.1",
    elapsedMs: changes.elapsedMs ?? (() => performance.now()),
    randomness: systemRandomness,
  } as unknown as MailboxEdgeParts;
  const server = createServer();
  const sockets = serveMailboxes(server, parts);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  context.after(async () => {
    await sockets.close(0);
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, port, server, sockets, refusals };
}

/** A connection that was upgraded, on which any bytes can be sent; and the bytes that come. */
export async function rawSocket(
  context: TestContext,
  port: number,
  path: "/outbox" | "/inbox",
): Promise<{
  readonly stream: Socket;
  /** What comes first. */
  readonly answer: Promise<Buffer>;
  readonly closed: Promise<unknown>;
}> {
  const stream = createConnection(port, "127.0.0.1");
  context.after(() => stream.destroy());
  const lines = [
    `GET ${path} HTTP/1.1`,
    "Host: 127.0.0.1",
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    `Sec-WebSocket-Key: ${Buffer.alloc(16).toString("base64")}`,
    "Sec-WebSocket-Protocol: assent.mailbox.v1",
  ];
  stream.write(`${lines.join("\r\n")}\r\n\r\n`);
  stream.on("error", () => undefined);
  await new Promise((resolve) => stream.once("data", resolve));
  const answer = new Promise<Buffer>((resolve) => stream.once("data", resolve));
  stream.resume();
  const closed = new Promise((resolve) => stream.once("close", resolve));
  return { stream, answer, closed };
}

/** The beginning of a masked binary frame: of its payload, `bytes`, of which more may follow. */
export function frameBegin(
  payloadLength: number,
  bytes: Uint8Array,
  isFinal: boolean,
  code = 2,
): Buffer {
  const head = Buffer.alloc(14);
  head[0] = (isFinal ? 0x80 : 0) | code;
  head[1] = 0xff;
  head.writeBigUInt64BE(BigInt(payloadLength), 2);
  // A mask of zeros changes nothing.
  return Buffer.concat([head, bytes]);
}
