// A slow line in front of a page: bytes to the browser pass at one pace for all of its connections, and every way takes
// time. It stands where the network does, so that what a worker fetches is as slow as what the page does.

import type { AddressInfo } from "node:net";
import { createConnection, createServer, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

export interface Line {
  readonly bytesPerSecond: number;
  /** There and back. */
  readonly roundTripMs: number;
}

export class SlowLine {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(origin: string, { bytesPerSecond, roundTripMs }: Line): Promise<SlowLine> {
    const { hostname, port } = new URL(origin);
    let freeAtMs = 0;
    const takeTurn = (bytes: number): number => {
      freeAtMs = Math.max(freeAtMs, performance.now()) + (bytes / bytesPerSecond) * 1_000;
      return freeAtMs - performance.now();
    };
    const server = createServer({ noDelay: true });
    const line = new SlowLine(server);
    server.on("connection", (near) => {
      const far = createConnection({ host: hostname, port: Number(port), noDelay: true });
      for (const socket of [near, far]) {
        line.#sockets.add(socket);
        socket.on("error", () => undefined);
        socket.on("close", () => line.#sockets.delete(socket));
      }
      // A connection takes a round trip before its first byte.
      void pass(near, far, () => 0, { firstMs: roundTripMs, wayMs: roundTripMs / 2 });
      void pass(far, near, takeTurn, { firstMs: 0, wayMs: roundTripMs / 2 });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return line;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}

interface Delays {
  readonly firstMs: number;
  readonly wayMs: number;
}

/** @param turnMs how long the line is busy until so many bytes have passed. */
async function pass(
  from: Socket,
  to: Socket,
  turnMs: (bytes: number) => number,
  { firstMs, wayMs }: Delays,
): Promise<void> {
  try {
    let waitMs = firstMs;
    for await (const bytes of from as AsyncIterable<Buffer>) {
      await sleep(waitMs + turnMs(bytes.length));
      waitMs = 0;
      setTimeout(() => to.writable && to.write(bytes), wayMs);
    }
  } catch {
    // One side hung up.
  }
  setTimeout(() => to.end(), wayMs);
}
