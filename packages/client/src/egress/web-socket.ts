// Sockets by the platform's own WebSocket, which browsers and Node share.
import { AssentError } from "@assent/protocol";
import type { Socket, SocketHandlers } from "./network.ts";

const openTimeoutMs = 15_000;

export function openWebSocket(
  url: string,
  subprotocol: string,
  handlers: SocketHandlers,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, subprotocol);
    socket.binaryType = "arraybuffer";
    let open = false;
    const timeout = setTimeout(() => socket.close(), openTimeoutMs);
    socket.onopen = () => {
      open = true;
      clearTimeout(timeout);
      resolve({
        send: (bytes) => socket.send(new Uint8Array(bytes)),
        close: () => socket.close(),
      });
    };
    socket.onmessage = ({ data }) => {
      // The service sends binary frames only; anything else is not its.
      if (data instanceof ArrayBuffer) handlers.onMessage(new Uint8Array(data));
      else socket.close();
    };
    socket.onclose = () => {
      clearTimeout(timeout);
      if (open) handlers.onClose();
      else reject(new AssentError("unreachable"));
    };
  });
}
