// Connections, whatever is spoken on them: one network has half of what is free at most, so that none takes them all before it has
// said a word. What comes by way of a trusted proxy is the proxy's to share.
import type { EventEmitter } from "node:events";
import type { Socket } from "node:net";
import { networkOf, type PeerAddress } from "./network.ts";
import { Places } from "./places.ts";

export interface ConnectionShares {
  readonly mostConnections: number;
  readonly isTrustedProxy: (address: PeerAddress) => boolean;
}

/** @param server says `connection` for each; what has no place is ended at once */
export function shareConnections(
  server: Pick<EventEmitter, "on">,
  { mostConnections, isTrustedProxy }: ConnectionShares,
): void {
  const places = new Places(mostConnections);
  server.on("connection", (connection: Socket) => {
    const { remoteAddress } = connection;
    if (isTrustedProxy(remoteAddress)) return;
    const network = networkOf(remoteAddress);
    // Said once: a listener that also takes itself away would cost each connection more memory than its place.
    if (places.take(network)) connection.on("close", () => places.leave(network));
    else connection.destroy();
  });
}
