// A mailbox socket, as frames.
import { WebSocket } from "ws";
import type { Server } from "./phone.ts";

/** @param onMessage is there before the first message can be. @param from as `Server` has it */
export function openSocket(
  url: string,
  onMessage: (data: Buffer, socket: WebSocket) => void = () => undefined,
  from?: string,
): Promise<WebSocket> {
  const headers = from === undefined ? {} : { "x-forwarded-for": from };
  const socket = new WebSocket(url, "assent.mailbox.v1", { perMessageDeflate: false, headers });
  socket.on("message", (data: Buffer) => onMessage(data, socket));
  return new Promise((resolve, reject) => {
    socket.once("open", () => resolve(socket));
    socket.once("error", reject);
  });
}

/** @param path "/outbox" or "/inbox". */
export function socketUrl({ origin }: Pick<Server, "origin">, path: string): string {
  return `${origin.replace("http", "ws")}${path}`;
}

/** A socket whose frames are read one after the other. */
export interface TestSocket {
  readonly webSocket: WebSocket;
  /** The next frame; rejects when the socket closes first. */
  next(): Promise<Uint8Array>;
  readonly closed: Promise<number>;
}

export async function connect(
  server: Pick<Server, "origin" | "from">,
  path: string,
): Promise<TestSocket> {
  const frames: Uint8Array[] = [];
  const readers: PromiseWithResolvers<Uint8Array>[] = [];
  const onMessage = (data: Buffer) => {
    const frame = new Uint8Array(data);
    const reader = readers.shift();
    if (reader) reader.resolve(frame);
    else frames.push(frame);
  };
  const webSocket = await openSocket(socketUrl(server, path), onMessage, server.from);
  const closed = new Promise<number>((resolve) => {
    webSocket.on("close", (code) => {
      for (const reader of readers) reader.reject(new Error(`closed with ${code}`));
      resolve(code);
    });
  });
  return {
    webSocket,
    closed,
    next() {
      const frame = frames.shift();
      if (frame) return Promise.resolve(frame);
      if (webSocket.readyState === WebSocket.CLOSED) return Promise.reject(new Error("closed"));
      const reader = Promise.withResolvers<Uint8Array>();
      readers.push(reader);
      return reader.promise;
    },
  };
}
