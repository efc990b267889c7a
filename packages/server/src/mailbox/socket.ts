// One WebSocket as the mailbox edge uses it: whole binary frames, writes of one turn corked together, reading
// that stops while too much is unanswered or unsent, and a pulse that finds dead peers. What speaks on it and this
// are classes because most of what a service holds is phones that do nothing: a method costs them no memory.
import type { Duplex } from "node:stream";
import { type RawData, WebSocket } from "ws";

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

/** What is spoken on a socket. */
export interface SocketListener {
  frame(frame: Uint8Array): void;
  closed(): void;
  /** Whether the peer may stay though it has been there for a whole pulse. */
  mayStay(): boolean;
  /** From time to time, while the peer is there. */
  pulsed(): void;
}

export class MailboxSocket extends WebSocket {
  #stream!: Duplex;
  #limits!: SocketLimits;
  #listener!: SocketListener;
  #isCorked = false;
  #isAlive = true;
  #isNew = true;
  #requestsInFlight = 0;
  #bytesInFlight = 0;

  /** @param stream what it runs on */
  listen(stream: Duplex, limits: SocketLimits, listener: SocketListener): void {
    this.#stream = stream;
    this.#limits = limits;
    this.#listener = listener;
    this.on("message", (data: RawData, isBinary: boolean) => {
      this.#isAlive = true;
      // With binaryType nodebuffer, the default, a frame is one Buffer.
      if (isBinary) listener.frame(data as Buffer);
      else this.close(closeCodes.notBinary);
    });
    this.on("pong", () => {
      this.#isAlive = true;
    });
    this.on("close", () => listener.closed());
    // A close always follows; what was wrong is the peer's affair.
    this.on("error", () => {});
    stream.on("drain", () => this.#readOnlyWhereThereIsRoom());
  }

  /** Nothing happens where the socket is closed. */
  sendFrame(frame: Uint8Array): void {
    if (this.readyState !== WebSocket.OPEN) return;
    this.#cork();
    this.send(frame);
  }

  /** Counts a request that is being answered, until it is finished. */
  began(bytes: number): void {
    this.#requestsInFlight += 1;
    this.#bytesInFlight += bytes;
    this.#readOnlyWhereThereIsRoom();
  }

  finished(bytes: number): void {
    this.#requestsInFlight -= 1;
    this.#bytesInFlight -= bytes;
    this.#readOnlyWhereThereIsRoom();
  }

  /** Pings; ends a peer that has not answered since the last pulse, or has not said who it is. */
  pulse(): void {
    if (!this.#isAlive || !(this.#isNew || this.#listener.mayStay())) {
      this.terminate();
      return;
    }
    this.#isNew = false;
    this.#isAlive = false;
    this.ping();
    this.#listener.pulsed();
  }

  // One write to the kernel for all frames of a turn: 2 to 4 times as many messages go through.
  #cork(): void {
    if (this.#isCorked) return;
    this.#isCorked = true;
    this.#stream.cork();
    setImmediate(() => {
      this.#isCorked = false;
      this.#stream.uncork();
      this.#readOnlyWhereThereIsRoom();
    });
  }

  #readOnlyWhereThereIsRoom(): void {
    const isFull =
      this.#requestsInFlight >= this.#limits.requestsInFlight ||
      this.#bytesInFlight >= this.#limits.bytesInFlight ||
      this.bufferedAmount >= this.#limits.bytesUnsent;
    if (isFull && !this.isPaused) this.pause();
    if (!isFull && this.isPaused) this.resume();
  }
}
