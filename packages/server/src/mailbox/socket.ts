// One WebSocket as the mailbox edge uses it: whole binary frames, writes of one turn corked together, reading
// that stops while too much is unanswered or unsent, and a pulse that finds dead peers. What speaks on it and this
// are classes because most of what a service holds is phones that do nothing: a method costs them no memory.
import type { Socket } from "node:net";
import { type RawData, WebSocket } from "ws";
import type { PeerAddress } from "../limits/network.ts";
import type { BegunLimits, BegunMessages } from "./begun-messages.ts";
import type { SocketFrame } from "./frame-writer.ts";
import type { Pressure, Reader } from "./pressure.ts";
import { readWholeMessages } from "./whole-messages.ts";
import { type FirstReader, readFirst, receivedPartOf } from "./ws-receiver.ts";

/** RFC 6455, 7.4.1, and IANA's list behind it; 4001 is this service's. */
export const closeCodes = {
  normal: 1000,
  notBinary: 1003,
  refused: 1008,
  failed: 1011,
  /** Whoever comes back does so after a random delay of 5 to 30 seconds. */
  restarting: 1012,
  /** As `restarting`: there is no place now. */
  tryLater: 1013,
  replaced: 4001,
} as const;

export interface SocketLimits extends BegunLimits {
  readonly requestsInFlight: number;
  readonly bytesInFlight: number;
  readonly bytesUnsent: number;
  readonly pingEveryMs: number;
}

/** What all sockets of a service share. */
export interface SocketParts {
  readonly limits: SocketLimits;
  readonly pressure: Pressure;
  readonly begunMessages: BegunMessages<MailboxSocket>;
}

/** Where a socket is noted while it is open. */
export interface SocketStay {
  ended(): void;
}

/** What is spoken on a socket. */
export interface SocketListener {
  frame(frame: Uint8Array): void;
  closed(): void;
  /** What had no room to be sent may have some now. */
  drained(): void;
  /** From time to time, while the peer is there. Whether it may stay. */
  pulsed(): boolean;
}

export class MailboxSocket extends WebSocket implements Reader, FirstReader {
  #stream!: Socket;
  #parts!: SocketParts;
  #listener!: SocketListener;
  #stay!: SocketStay;
  #peer: PeerAddress;
  #isCorked = false;
  #awaitsRoom = false;
  #takesLong = false;
  #hasBegun = false;
  #isDraining = false;
  #requestsInFlight = 0;
  #bytesInFlight = 0;
  /** Pulses in which nothing came of the peer, and what was sent to it since something did. */
  #silentPulses = -1;
  #bytesSinceHeard = 0;

  /**
   * @param stream what it runs on
   * @param peer who counts as having opened it
   */
  listen(
    stream: Socket,
    peer: PeerAddress,
    parts: SocketParts,
    listener: SocketListener,
    stay: SocketStay,
  ): void {
    this.#stream = stream;
    this.#peer = peer;
    this.#parts = parts;
    this.#listener = listener;
    this.#stay = stay;
    this.on("message", onMessage);
    this.on("close", onClose);
    // A close always follows; what was wrong is the peer's affair.
    this.on("error", onError);
    readFirst(this, this);
  }

  /** Any bytes are a sign of life. What came whole between two others need not pass through ws. */
  chunkCame(chunk: Buffer): number {
    this.#silentPulses = -1;
    this.#bytesSinceHeard = 0;
    return this.#hasBegun ? 0 : readWholeMessages(chunk, this);
  }

  restWasRead(): void {
    const part = receivedPartOf(this);
    if (part === undefined) {
      if (this.#hasBegun) this.#messageEnded();
      return;
    }
    this.#hasBegun = true;
    if (!this.#parts.begunMessages.holds(this, this.#peer, part)) this.terminate();
  }

  /** With binaryType nodebuffer, the default, a message is one Buffer. */
  received(message: Buffer, isBinary: boolean): void {
    if (this.#hasBegun) this.#messageEnded();
    if (this.#isDraining || this.readyState !== WebSocket.OPEN) return;
    if (isBinary) this.#listener.frame(message);
    else this.end(closeCodes.notBinary);
  }

  closed(): void {
    this.#stay.ended();
    this.#messageEnded();
    const { pressure } = this.#parts;
    pressure.left(this);
    this.#listener.closed();
  }

  /** Whether what is not urgent, and large, may be sent now: otherwise `drained` is called when it may. */
  get hasRoomToSend(): boolean {
    if (!this.#stream.writableNeedDrain) return true;
    this.#awaitRoom();
    return false;
  }

  /** Nothing happens where the socket is closed. */
  sendFrame(frame: SocketFrame): void {
    if (this.readyState !== WebSocket.OPEN) return;
    this.#bytesSinceHeard += frame.length;
    this.#cork();
    // Past the sender of ws, which would write its header by itself: nothing is compressed, so it keeps nothing back.
    this.#stream.write(frame);
  }

  /** Whether the kernel had all of the long frame that was sent last as soon as it was sent. */
  get takesLong(): boolean {
    return this.#takesLong;
  }

  /**
   * A long frame, behind what was to be sent in this turn and with a write of its own. Whether the kernel has all of it,
   * or nothing of it is to be sent any more: its memory may be written into.
   */
  sendLong(frame: SocketFrame): boolean {
    if (this.readyState !== WebSocket.OPEN) return true;
    this.#bytesSinceHeard += frame.length;
    const stream = this.#stream;
    if (this.#isCorked) stream.uncork();
    stream.write(frame);
    this.#takesLong = stream.writableLength === 0;
    if (this.#isCorked) stream.cork();
    if (!this.#takesLong) this.readOn();
    return this.#takesLong;
  }

  /** Closes, and reads on: until the peer has closed too, what it sends is dropped. */
  end(code: number): void {
    this.close(code);
    if (this.isPaused) this.resume();
  }

  /** Takes nothing more, and ends when everything under way was answered. */
  drain(): void {
    this.#isDraining = true;
    if (this.#requestsInFlight === 0) this.end(closeCodes.restarting);
  }

  /** Counts requests that are being answered, until they are finished. */
  began(requests: number, bytes: number): void {
    this.#requestsInFlight += requests;
    this.#bytesInFlight += bytes;
    this.#parts.pressure.began(bytes);
    this.readOn();
  }

  finished(requests: number, bytes: number): void {
    this.#requestsInFlight -= requests;
    this.#bytesInFlight -= bytes;
    this.#parts.pressure.finished(bytes);
    if (this.#isDraining && this.#requestsInFlight === 0) {
      // After the answers, which go out in this turn's immediates.
      setImmediate(() => this.end(closeCodes.restarting));
    } else this.readOn();
  }

  /**
   * Pings; ends a peer of which nothing came since the last pulse, beside the time that what was sent to it takes on a
   * slow line; and one that may not stay.
   */
  pulse(): void {
    const { limits } = this.#parts;
    const leastBytes = (limits.leastBytesPerSecond * limits.pingEveryMs) / 1_000;
    this.#silentPulses += 1;
    if (this.#silentPulses > this.#bytesSinceHeard / leastBytes) {
      this.terminate();
      return;
    }
    if (!this.#listener.pulsed()) {
      this.end(closeCodes.normal);
      return;
    }
    // Behind what it has not read yet, it would say nothing new.
    if (this.bufferedAmount === 0) this.ping();
  }

  /** Reads, or stops reading, as there is room. */
  readOn(): void {
    const { limits, pressure } = this.#parts;
    const hasUnderWay = this.#bytesInFlight > 0;
    const waitsForOthers = hasUnderWay && pressure.isFull;
    if (waitsForOthers) pressure.waits(this);
    const waitsForPeer = this.bufferedAmount >= limits.bytesUnsent;
    if (waitsForPeer) this.#awaitRoom();
    const isFull =
      waitsForOthers ||
      waitsForPeer ||
      this.#requestsInFlight >= limits.requestsInFlight ||
      this.#bytesInFlight >= limits.bytesInFlight;
    if (this.readyState !== WebSocket.OPEN) return;
    if (isFull && !this.isPaused) this.pause();
    if (!isFull && this.isPaused) this.resume();
  }

  /** Who waits for room listens for it: on most sockets nobody ever does, and a listener is memory. */
  #awaitRoom(): void {
    if (this.#awaitsRoom) return;
    this.#awaitsRoom = true;
    this.#stream.once("drain", () => {
      this.#awaitsRoom = false;
      this.readOn();
      this.#listener.drained();
    });
  }

  #messageEnded(): void {
    this.#hasBegun = false;
    this.#parts.begunMessages.ended(this);
  }

  // One write to the kernel for all frames of a turn: 2 to 4 times as many messages go through.
  #cork(): void {
    if (this.#isCorked) return;
    this.#isCorked = true;
    this.#stream.cork();
    setImmediate(() => {
      this.#isCorked = false;
      this.#stream.uncork();
      this.readOn();
    });
  }
}

function onMessage(this: WebSocket, data: RawData, isBinary: boolean): void {
  (this as MailboxSocket).received(data as Buffer, isBinary);
}

function onClose(this: WebSocket): void {
  (this as MailboxSocket).closed();
}

function onError(): void {}
