// One side of a connection without a network: frames arrive in order, each after whoever sent it went on.
import type { Socket, SocketHandlers } from "../egress/network.ts";

export class PretendedSocket implements Socket {
  readonly #handlers: SocketHandlers;
  #isOpen = true;
  #last: Promise<unknown> = Promise.resolve();
  /** What the service does with a frame, one after the other. */
  onFrame: (bytes: Uint8Array) => Promise<void> | void = () => undefined;
  onClosed: () => void = () => undefined;

  constructor(handlers: SocketHandlers) {
    this.#handlers = handlers;
  }

  /** From the service to the phone. */
  say(bytes: Uint8Array<ArrayBuffer>): void {
    queueMicrotask(() => {
      if (this.#isOpen) this.#handlers.onMessage(bytes);
    });
  }

  send(bytes: Uint8Array): void {
    // Whoever sent it may use the bytes for something else.
    const frame = new Uint8Array(bytes);
    this.#last = this.#last
      .then(() => (this.#isOpen ? this.onFrame(frame) : undefined))
      .catch(() => this.close());
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.onClosed();
    queueMicrotask(() => this.#handlers.onClose());
  }
}
