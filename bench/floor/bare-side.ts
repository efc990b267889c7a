// The bare relays as a side: frames of a number, an id and a body.
import { randomBytes } from "node:crypto";
import { WebSocket } from "ws";
import { MeasuredProcess } from "../server-process.ts";
import { bodyBytes, type Pair, type RunningSide, type Side } from "./side.ts";

const idBytes = 32;
const numberBytes = 4;
/** What a put of the service holds besides: capability, numbers and tags. */
const otherBytes = 90;

export function bareSide(name: string, script: string): Side {
  return {
    name,
    async start(folder, pairs, _progress, how): Promise<RunningSide> {
      const args = [folder, String(pairs)];
      const process = await MeasuredProcess.start(`floor/${script}`, args, how);
      return {
        process,
        pairs: Array.from({ length: pairs }, (_, phone) => new BarePair(process.origin, phone)),
        async connectOnly(pair) {
          const socket = await opened(`${process.origin}/inbox/${pair}`);
          return { close: () => socket.terminate() };
        },
      };
    },
  };
}

class BarePair implements Pair {
  readonly #origin: string;
  readonly #phone: number;
  readonly #frame = randomBytes(numberBytes + idBytes + otherBytes + bodyBytes);
  #outbox: WebSocket | undefined;
  #inbox: WebSocket | undefined;
  #sent = 0;

  constructor(origin: string, phone: number) {
    this.#origin = origin;
    this.#phone = phone;
  }

  async openOutbox(onStored: (texts: number) => void): Promise<void> {
    this.#outbox = await opened(`${this.#origin}/outbox/${this.#phone}`, () => onStored(1));
  }

  async openInbox(
    onReceived: (texts: number) => void,
    onAcknowledged: (texts: number) => void,
  ): Promise<void> {
    let unacknowledged = 0;
    this.#inbox = await opened(`${this.#origin}/inbox/${this.#phone}`, (frame, socket) => {
      if (frame.length === 2 * numberBytes) {
        onAcknowledged(frame.readUInt32LE(numberBytes));
        return;
      }
      onReceived(1);
      unacknowledged += 1;
      // All that came in one turn is acknowledged together.
      if (unacknowledged > 1) return;
      setImmediate(() => {
        const acknowledgement = Buffer.alloc(2 * numberBytes);
        acknowledgement.writeUInt32LE(unacknowledged, numberBytes);
        unacknowledged = 0;
        socket.send(acknowledgement);
      });
    });
  }

  put(): void {
    this.#sent += 1;
    // The number, and an id that no other put has.
    this.#frame.writeUInt32LE(this.#sent, 0);
    this.#frame.writeUInt32LE(this.#sent, numberBytes);
    this.#outbox?.send(this.#frame);
  }

  async closeInbox(): Promise<void> {
    await closed(this.#inbox);
  }

  closeOutbox(): void {
    this.#outbox?.terminate();
  }
}

function opened(
  url: string,
  onFrame: (frame: Buffer, socket: WebSocket) => void = () => undefined,
): Promise<WebSocket> {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  socket.on("message", (frame: Buffer) => onFrame(frame, socket));
  return new Promise((resolve, reject) => {
    socket.once("open", () => resolve(socket));
    socket.once("error", reject);
  });
}

export async function closed(socket: WebSocket | undefined): Promise<void> {
  if (!socket) return;
  const done = new Promise((resolve) => socket.once("close", resolve));
  socket.close();
  await done;
}
