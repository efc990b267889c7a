// The mailbox sockets: /outbox for anyone, /inbox for one device each. Accepts upgrades with the subprotocol
// and nothing else, a few in each turn, and keeps the list of what is open.
import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { limits } from "@assent/protocol";
import { WebSocketServer } from "ws";
import type { CellRole } from "../cell/roles.ts";
import type { PeerOf } from "../peer.ts";
import type { Randomness } from "../randomness.ts";
import { BegunMessages } from "./begun-messages.ts";
import { Entrance } from "./entrance.ts";
import { FrameMemory } from "./frame-memory.ts";
import { type InboxPlace, InboxSocket, type InboxSocketParts } from "./inbox-socket.ts";
import type { Mailboxes } from "./mailbox.ts";
import { OutboxSocket } from "./outbox-socket.ts";
import { Pressure } from "./pressure.ts";
import { MailboxSocket, type SocketLimits, type SocketStay } from "./socket.ts";
import { type OpenSockets, type SocketPlace, SocketPlaces } from "./socket-places.ts";
import { UpgradeRow } from "./upgrade-row.ts";

const mailboxSubprotocol = "assent.mailbox.v1";
const pulseGroupCount = 30;
const lookEveryMs = 1_000;

export interface MailboxEdge {
  /** What is open now. */
  open(): OpenSockets;
  /** Takes nothing more, answers what is under way, tells every peer to come back; resolves when these are gone, or cut off. */
  close(graceMs: number): Promise<void>;
  /** The same, for as long as nobody says otherwise: those that come are told to come again. */
  drain(graceMs: number): Promise<void>;
  undrain(): void;
}

export interface SocketQuotas extends SocketLimits {
  readonly bytesInFlightOfAll: number;
  readonly fragments: number;
  readonly chunks: number;
  readonly unknownMs: number;
  readonly enteringAtOnce: number;
  readonly upgradesPerTurn: number;
  readonly idlePulses: number;
}

export interface MailboxEdgeParts extends Omit<InboxSocketParts, "entrance" | "frameMemory"> {
  readonly mailboxes: Mailboxes;
  readonly cell: CellRole;
  readonly peerOf: PeerOf;
  readonly mostSockets: number;
  readonly quotas: SocketQuotas;
  /** Milliseconds of a clock that is never set. */
  readonly elapsedMs: () => number;
  readonly randomness: Randomness;
}

/** Where all sockets are noted. */
interface Noted {
  readonly places: SocketPlaces;
  readonly unknown: Map<MailboxSocket, number>;
}

/** One open socket, as far as it is noted here. A class, as what is spoken on it. */
class Stay implements InboxPlace, SocketStay {
  readonly #noted: Noted;
  readonly #socket: MailboxSocket;
  readonly #group: Set<MailboxSocket>;
  readonly #place: SocketPlace;

  constructor(noted: Noted, socket: MailboxSocket, group: Set<MailboxSocket>, place: SocketPlace) {
    this.#noted = noted;
    this.#socket = socket;
    this.#group = group;
    this.#place = place;
    group.add(socket);
  }

  askedToEnter(): void {
    this.#noted.unknown.delete(this.#socket);
  }

  becameKnown(): boolean {
    return this.#noted.places.becomeKnown(this.#place);
  }

  ended(): void {
    this.#group.delete(this.#socket);
    this.#noted.unknown.delete(this.#socket);
    this.#noted.places.leave(this.#place);
  }
}

export function serveMailboxes(server: Server, parts: MailboxEdgeParts): MailboxEdge {
  const { quotas, elapsedMs, peerOf } = parts;
  const places = new SocketPlaces(parts.mostSockets);
  const begunMessages = new BegunMessages<MailboxSocket>(quotas, elapsedMs);
  const pressure = new Pressure(quotas.bytesInFlightOfAll);
  const socketParts = { limits: quotas, pressure, begunMessages };
  const entrance = new Entrance(quotas.enteringAtOnce);
  const inboxParts = { ...parts, entrance, frameMemory: new FrameMemory() };
  const { idlePulses } = quotas;
  const outboxParts = { ...parts, idlePulses };
  // What is open. A group is pulsed at a time, so that not all inboxes look into their mailboxes at once.
  const groups = Array.from({ length: pulseGroupCount }, () => new Set<MailboxSocket>());
  /** Inboxes whose device has not said who it is, and since when: the oldest first. */
  const unknown = new Map<MailboxSocket, number>();
  const noted = { places, unknown };
  let accepted = 0;
  let pulses = 0;
  let isDrained = false;

  const webSockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    WebSocket: MailboxSocket,
    // A longer frame is refused at its header, before its bytes come.
    maxPayload: limits.frameBytes,
    maxFragments: quotas.fragments,
    maxBufferedChunks: quotas.chunks,
    handleProtocols: (offered) => (offered.has(mailboxSubprotocol) ? mailboxSubprotocol : false),
  });

  function accept(
    kind: "outbox" | "inbox",
    socket: MailboxSocket,
    request: IncomingMessage,
    place: SocketPlace,
  ): void {
    const stream = request.socket;
    const group = groups[accepted++ % pulseGroupCount] as Set<MailboxSocket>;
    const stay = new Stay(noted, socket, group, place);
    const peer = peerOf(request);
    if (kind === "outbox") {
      socket.listen(stream, peer, socketParts, new OutboxSocket(outboxParts, socket), stay);
      return;
    }
    unknown.set(socket, elapsedMs());
    const inbox = new InboxSocket(inboxParts, parts.randomness.bytes(32), stay, socket);
    socket.listen(stream, peer, socketParts, inbox, stay);
    inbox.opened();
  }

  const pulse = setInterval(() => {
    for (const socket of groups[pulses++ % pulseGroupCount] ?? []) socket.pulse();
  }, quotas.pingEveryMs / pulseGroupCount);
  pulse.unref();

  const look = setInterval(
    () => {
      for (const socket of begunMessages.late()) socket.terminate();
      const before = elapsedMs() - quotas.unknownMs;
      for (const [socket, since] of unknown) {
        if (since > before) break;
        socket.terminate();
      }
    },
    Math.min(lookEveryMs, quotas.unknownMs),
  );
  look.unref();

  const row = new UpgradeRow(
    quotas.upgradesPerTurn,
    (kind: "outbox" | "inbox", { request, head }) => {
      const place = isDrained ? undefined : places.take(kind, peerOf(request));
      if (!place) {
        refuseForNow(request.socket);
        return;
      }
      let isAccepted = false;
      // The challenge goes out behind the answer to the upgrade, in one write.
      request.socket.cork();
      webSockets.handleUpgrade(request, request.socket, head, (socket) => {
        isAccepted = true;
        accept(kind, socket, request, place);
      });
      request.socket.uncork();
      // It answered that this is no WebSocket, or the peer is gone.
      if (isAccepted) return;
      places.leave(place);
      endWithin(request.socket, quotas.unknownMs);
    },
  );

  function refuseForNow(stream: Duplex): void {
    parts.refused("busy");
    refuse(stream, "503 Service Unavailable", quotas.unknownMs);
  }

  function upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    const kind = kindOf(request.url);
    const { unknownMs } = quotas;
    if (!kind) refuse(stream, "404 Not Found", unknownMs);
    else if (isFromForeignPage(request)) refuse(stream, "403 Forbidden", unknownMs);
    else if (isDrained) refuseForNow(stream);
    else if (!offersSubprotocol(request)) refuse(stream, "400 Bad Request", unknownMs);
    else row.add(kind, { request, head });
  }
  server.on("upgrade", upgrade);

  async function drain(graceMs: number): Promise<void> {
    isDrained = true;
    // Where people are let in again meanwhile, those that come are none of them.
    const told = groups.flatMap((group) => [...group]);
    const gone = told.map((socket) => new Promise((resolve) => socket.once("close", resolve)));
    for (const socket of told) socket.drain();
    const cutOff = setTimeout(() => {
      for (const socket of told) socket.terminate();
    }, graceMs);
    await Promise.all(gone);
    clearTimeout(cutOff);
  }

  return {
    open: () => places.open,
    drain,
    undrain() {
      isDrained = false;
    },
    async close(graceMs) {
      clearInterval(pulse);
      clearInterval(look);
      await drain(graceMs);
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

/** It is over then, also where the peer does not end, or takes nothing of what it is told. */
function refuse(stream: Duplex, status: string, withinMs: number): void {
  stream.on("error", () => {});
  const answer = `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`;
  stream.end(answer, () => stream.destroy());
  endWithin(stream, withinMs);
}

/** Nothing else looks after a connection that asked to be a WebSocket and is none. */
function endWithin(stream: Duplex, ms: number): void {
  if (stream.destroyed) return;
  const late = setTimeout(() => stream.destroy(), ms);
  // A service that stops waits for none of them.
  late.unref();
  stream.once("close", () => clearTimeout(late));
}
