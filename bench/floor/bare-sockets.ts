// What both relays of the floor have in common: WebSockets and nothing else. /outbox/N puts to N, /inbox/N receives for N; all
// writes of one turn of the event loop go to the kernel together.
import { createServer } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";

export interface BareSocket {
  readonly socket: WebSocket;
  /** Of whom, or to whom. */
  readonly phone: number;
  send(frame: Uint8Array): void;
}

export interface BareRelay {
  outboxFrame(from: BareSocket, frame: Buffer): void;
  inboxFrame(from: BareSocket, frame: Buffer): void;
  inboxOpened(inbox: BareSocket): void;
  inboxClosed(inbox: BareSocket): void;
}

export function serveBareSockets(relay: BareRelay): void {
  const server = createServer();
  const webSockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
  });
  server.on("upgrade", (request, stream, head) => {
    const [, kind, phone] = request.url?.split("/") ?? [];
    webSockets.handleUpgrade(request, stream, head, (socket) => {
      const bare = corked(socket, stream, Number(phone));
      if (kind === "outbox") {
        socket.on("message", (frame) => relay.outboxFrame(bare, frame as Buffer));
        return;
      }
      socket.on("message", (frame) => relay.inboxFrame(bare, frame as Buffer));
      socket.on("close", () => relay.inboxClosed(bare));
      relay.inboxOpened(bare);
    });
  });
  server.listen(0, "127.0.0.1", () => {
    const address = server.address();
    if (typeof address === "object" && address) {
      console.log(`ready ws://127.0.0.1:${address.port}`);
    }
  });
  process.once("SIGTERM", () => process.exit(0));
}

function corked(socket: WebSocket, stream: Duplex, phone: number): BareSocket {
  let isCorked = false;
  return {
    socket,
    phone,
    send(frame) {
      if (!isCorked) {
        isCorked = true;
        stream.cork();
        setImmediate(() => {
          isCorked = false;
          stream.uncork();
        });
      }
      socket.send(frame);
    },
  };
}
