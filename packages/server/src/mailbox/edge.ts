// The mailbox sockets: /outbox for anyone, /inbox for one device each. Accepts upgrades with the subprotocol
// and nothing else, and keeps the list of what is open.
import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { limits } from "@assent/protocol";
import { type WebSocket, WebSocketServer } from "ws";
import type { Randomness } from "../randomness.ts";
import { type InboxSocketParts, inboxListener } from "./inbox-socket.ts";
import type { Mailboxes } from "./mailbox.ts";
import { outboxListener } from "./outbox-socket.ts";
import { closeCodes, type MailboxSocket, mailboxSocket, type SocketLimits } from "./socket.ts";

const mailboxSubprotocol = "assent.mailbox.v1";

export interface MailboxEdge {
  /** Tells every peer that the service goes away; resolves when all are gone, or were cut off. */
  close(graceMs: number): Promise<void>;
}

export interface MailboxEdgeParts extends InboxSocketParts {
  readonly mailboxes: Mailboxes;
  readonly quotas: SocketLimits & { readonly open: number; readonly pingEveryMs: number };
  readonly randomness: Randomness;
}

interface OpenSocket {
  readonly socket: MailboxSocket;
  /** Whether it may stay open without having said who it is for longer than one pulse. */
  readonly mayStay: () => boolean;
  pulses: number;
}

export function serveMailboxes(server: Server, parts: MailboxEdgeParts): MailboxEdge {
  const { quotas } = parts;
  const open = new Set<OpenSocket>();
  let isClosing = false;
  let allGone: (() => void) | undefined;

  const webSockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    // A longer frame is refused at its header, before its bytes come.
    maxPayload: limits.frameBytes,
    handleProtocols: (offered) => (offered.has(mailboxSubprotocol) ? mailboxSubprotocol : false),
  });

  function accept(kind: "outbox" | "inbox", webSocket: WebSocket, stream: Duplex): void {
    let socket: MailboxSocket | undefined;
    const current = () => socket as MailboxSocket;
    const inbox =
      kind === "inbox" ? inboxListener(parts, parts.randomness.bytes(32), current) : undefined;
    const listener = inbox ?? outboxListener(parts.mailboxes, current, parts.unknownError);
    socket = mailboxSocket(webSocket, stream, quotas, {
      frame: listener.frame,
      closed() {
        listener.closed();
        open.delete(entry);
        if (open.size === 0) allGone?.();
      },
    });
    const entry: OpenSocket = {
      socket,
      mayStay: () => inbox?.isAuthenticated() ?? true,
      pulses: 0,
    };
    open.add(entry);
    inbox?.opened();
  }

  const pulse = setInterval(() => {
    for (const entry of open) {
      entry.pulses += 1;
      if (entry.pulses > 1 && !entry.mayStay()) entry.socket.terminate();
      else entry.socket.pulse();
    }
  }, quotas.pingEveryMs);
  pulse.unref();

  function upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    const kind = kindOf(request.url);
    if (!kind) refuse(stream, "404 Not Found");
    else if (isFromForeignPage(request)) refuse(stream, "403 Forbidden");
    else if (isClosing || open.size >= quotas.open) refuse(stream, "503 Service Unavailable");
    else if (!offersSubprotocol(request)) refuse(stream, "400 Bad Request");
    else {
      webSockets.handleUpgrade(request, stream, head, (webSocket) =>
        accept(kind, webSocket, stream),
      );
    }
  }
  server.on("upgrade", upgrade);

  return {
    async close(graceMs) {
      isClosing = true;
      clearInterval(pulse);
      if (open.size === 0) return;
      const gone = Promise.withResolvers<void>();
      allGone = gone.resolve;
      for (const { socket } of open) socket.close(closeCodes.goingAway);
      const cutOff = setTimeout(() => {
        for (const { socket } of open) socket.terminate();
      }, graceMs);
      await gone.promise;
      clearTimeout(cutOff);
    },
  };
}

function kindOf(url: string | undefined): "outbox" | "inbox" | undefined {
  if (url === "/outbox") return "outbox";
  return url === "/inbox" ? "inbox" : undefined;
}

// Browsers let every page open a socket anywhere, and say whose page it is. Only the service's own may: any other could
// spend its visitors' share of the service, and make them look like people who use it. What is no page sends no Origin.
function isFromForeignPage({ headers: { origin, host } }: IncomingMessage): boolean {
  if (origin === undefined) return false;
  const page = URL.parse(origin);
  // Read under the page's scheme: a proxy may have added that scheme's own port to the name.
  return !page?.host || URL.parse(`${page.protocol}//${host}`)?.host !== page.host;
}

function offersSubprotocol({ headers }: IncomingMessage): boolean {
  const offered = headers["sec-websocket-protocol"]?.split(",") ?? [];
  return offered.some((name) => name.trim() === mailboxSubprotocol);
}

function refuse(stream: Duplex, status: string): void {
  stream.on("error", () => {});
  stream.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
