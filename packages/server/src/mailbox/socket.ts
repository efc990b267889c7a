// One WebSocket as the mailbox edge uses it: whole binary frames, writes of one turn corked together, reading
// that stops while too much is unanswered or unsent, and a pulse that finds dead peers.
import type { Duplex } from "node:stream";
import type { RawData, WebSocket } from "ws";

/** RFC 6455, 7.4.1; 4001 is this service's. */
export const closeCodes = {
  normal: 1000,
  goingAway: 1001,
  notBinary: 1003,
  refused: 1008,
  failed: 1011,
  replaced: 4001,
} as const;

export interface SocketLimits {
  readonly requestsInFlight: number;
  readonly bytesInFlight: number;
  readonly bytesUnsent: number;
}

export interface MailboxSocket {
  /** Nothing happens where the socket is closed. */
  send(frame: Uint8Array): void;
  close(code: number): void;
  /** Counts a request that is being answered; call what it returns when it was. */
  began(bytes: number): () => void;
  /** Pings; ends a peer that has not answered since the last pulse. */
  pulse(): void;
  /** Ends without ceremony. */
  terminate(): void;
}

export interface SocketListener {
  frame(frame: Uint8Array): void;
  closed(): void;
}

export function mailboxSocket(
  webSocket: WebSocket,
  stream: Duplex,
  limits: SocketLimits,
  listener: SocketListener,
): MailboxSocket {
  let isCorked = false;
  let isAlive = true;
  let requestsInFlight = 0;
  let bytesInFlight = 0;

  // One write to the kernel for all frames of a turn: 2 to 4 times as many messages (facts, Server).
  function cork(): void {
    if (isCorked) return;
    isCorked = true;
    stream.cork();
    setImmediate(() => {
      isCorked = false;
      stream.uncork();
      readOnlyWhereThereIsRoom();
    });
  }

  function readOnlyWhereThereIsRoom(): void {
    const isFull =
      requestsInFlight >= limits.requestsInFlight ||
      bytesInFlight >= limits.bytesInFlight ||
      webSocket.bufferedAmount >= limits.bytesUnsent;
    if (isFull && !webSocket.isPaused) webSocket.pause();
    if (!isFull && webSocket.isPaused) webSocket.resume();
  }

  webSocket.on("message", (data: RawData, isBinary: boolean) => {
    isAlive = true;
    if (!isBinary) {
      webSocket.close(closeCodes.notBinary);
      return;
    }
    // With binaryType nodebuffer, the default, a frame is one Buffer.
    listener.frame(data as Buffer);
  });
  webSocket.on("pong", () => {
    isAlive = true;
  });
  webSocket.on("close", () => listener.closed());
  // A close always follows; what was wrong is the peer's affair.
  webSocket.on("error", () => {});
  stream.on("drain", readOnlyWhereThereIsRoom);

  return {
    send(frame) {
      if (webSocket.readyState !== webSocket.OPEN) return;
      cork();
      webSocket.send(frame);
    },
    close: (code) => webSocket.close(code),
    began(bytes) {
      requestsInFlight += 1;
      bytesInFlight += bytes;
      readOnlyWhereThereIsRoom();
      return () => {
        requestsInFlight -= 1;
        bytesInFlight -= bytes;
        readOnlyWhereThereIsRoom();
      };
    },
    pulse() {
      if (!isAlive) {
        webSocket.terminate();
        return;
      }
      isAlive = false;
      webSocket.ping();
    },
    terminate: () => webSocket.terminate(),
  };
}
