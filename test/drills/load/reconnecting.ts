// A mailbox socket that is opened again whenever it ends, for as long as it is wanted: the service under it is killed.
import { setTimeout as delay } from "node:timers/promises";
import { socketUrl } from "@assent/bare-phone";
import { WebSocket } from "ws";

export interface SocketEvents {
  /** @param port on this side */
  opened(webSocket: WebSocket, port: number): void;
  message(data: Buffer, webSocket: WebSocket): void;
  closed(): void;
}

const againAfterMs = 20;

export class Reconnecting {
  #webSocket: WebSocket | undefined;
  #isWanted = true;

  /** @param origin asked each time: another port may be the service's next. */
  constructor(origin: () => string, path: "/inbox" | "/outbox", events: SocketEvents) {
    void this.#live(origin, path, events);
  }

  /** As a process that is killed ends its sockets. */
  drop(): void {
    this.#webSocket?.terminate();
  }

  close(): void {
    this.#isWanted = false;
    this.drop();
  }

  async #live(origin: () => string, path: string, events: SocketEvents): Promise<void> {
    while (this.#isWanted) {
      await this.#one(socketUrl({ origin: origin() }, path), events);
      await delay(againAfterMs);
    }
  }

  #one(url: string, events: SocketEvents): Promise<void> {
    const webSocket = new WebSocket(url, "assent.mailbox.v1", { perMessageDeflate: false });
    this.#webSocket = webSocket;
    let port = 0;
    webSocket.once("upgrade", ({ socket }) => {
      port = socket.localPort ?? 0;
    });
    webSocket.once("open", () => events.opened(webSocket, port));
    webSocket.on("message", (data: Buffer) => events.message(data, webSocket));
    // It closes after it.
    webSocket.on("error", () => undefined);
    return new Promise((resolve) => {
      webSocket.once("close", () => {
        events.closed();
        resolve();
      });
    });
  }
}
