// The mailbox sockets: /outbox for anyone, /inbox for one device each. Accepts upgrades with the subprotocol
// and nothing else, and keeps the list of what is open.
import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { limits } from "@assent/protocol";
import { WebSocketServer } from "ws";
import type { CellRole } from "../cell/roles.ts";
import type { Randomness } from "../randomness.ts";
import { createInboxFrames } from "./inbox-frames.ts";
import { InboxSocket, type InboxSocketParts } from "./inbox-socket.ts";
import type { Mailboxes } from "./mailbox.ts";
import { createOutboxAnswerFrame } from "./outbox-answer-frame.ts";
import { OutboxSocket } from "./outbox-socket.ts";
import { closeCodes, MailboxSocket, type SocketLimits } from "./socket.ts";

const mailboxSubprotocol = "assent.mailbox.v1";
const pulseGroupCount = 30;

export interface MailboxEdge {
  /** Tells every peer that the service goes away; resolves when all are gone, or were cut off. */
  close(graceMs: number): Promise<void>;
}

export interface MailboxEdgeParts extends Omit<InboxSocketParts, "frames"> {
  readonly mailboxes: Mailboxes;
  readonly cell: CellRole;
  readonly quotas: SocketLimits & { readonly open: number; readonly pingEveryMs: number };
  readonly randomness: Randomness;
}

export function serveMailboxes(server: Server, parts: MailboxEdgeParts): MailboxEdge {
  const { quotas } = parts;
  const inboxParts = { ...parts, frames: createInboxFrames() };
  const outboxParts = { ...parts, answerFrame: createOutboxAnswerFrame() };
  // What is open. A group is pulsed at a time, so that not all inboxes look into their mailboxes at once.
  const groups = Array.from({ length: pulseGroupCount }, () => new Set<MailboxSocket>());
  let openCount = 0;
  let accepted = 0;
  let pulses = 0;
  let isClosing = false;
  let allGone: (() => void) | undefined;

  const webSockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    WebSocket: MailboxSocket,
    // A longer frame is refused at its header, before its bytes come.
    maxPayload: limits.frameBytes,
    handleProtocols: (offered) => (offered.has(mailboxSubprotocol) ? mailboxSubprotocol : false),
  });

  function accept(kind: "outbox" | "inbox", socket: MailboxSocket, stream: Duplex): void {
    const group = groups[accepted++ % pulseGroupCount];
    group?.add(socket);
    openCount += 1;
    socket.on("close", () => {
      group?.delete(socket);
      openCount -= 1;
      if (openCount === 0) allGone?.();
    });
    if (kind === "outbox") {
      socket.listen(stream, quotas, new OutboxSocket(outboxParts, socket));
      return;
    }
    const inbox = new InboxSocket(inboxParts, parts.randomness.bytes(32), socket);
    socket.listen(stream, quotas, inbox);
    inbox.opened();
  }

  const pulse = setInterval(() => {
    for (const socket of groups[pulses++ % pulseGroupCount] ?? []) socket.pulse();
  }, quotas.pingEveryMs / pulseGroupCount);
  pulse.unref();

  function upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    const kind = kindOf(request.url);
    if (!kind) refuse(stream, "404 Not Found");
    else if (isFromForeignPage(request)) refuse(stream, "403 Forbidden");
    else if (isClosing || openCount >= quotas.open) refuse(stream, "503 Service Unavailable");
    else if (!offersSubprotocol(request)) refuse(stream, "400 Bad Request");
    else {
      webSockets.handleUpgrade(request, stream, head, (socket) => accept(kind, socket, stream));
    }
  }
  server.on("upgrade", upgrade);

  return {
    async close(graceMs) {
      isClosing = true;
      clearInterval(pulse);
      if (openCount === 0) return;
      const gone = Promise.withResolvers<void>();
      allGone = gone.resolve;
      for (const group of groups) for (const socket of group) socket.close(closeCodes.goingAway);
      const cutOff = setTimeout(() => {
        for (const group of groups) for (const socket of group) socket.terminate();
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
