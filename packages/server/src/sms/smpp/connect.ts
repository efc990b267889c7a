// The connection to an SMSC: TCP, or TLS with the SMSC's name checked against its certificate.
import { once } from "node:events";
import { connect as connectTcp, isIP } from "node:net";
import type { Duplex } from "node:stream";
import { connect as connectTls } from "node:tls";

export interface SmscAddress {
  readonly host: string;
  readonly port: number;
  readonly withTls: boolean;
}

/** Rejects where nobody is reached before `over` is aborted, or somebody else. */
export async function connectToSmsc(address: SmscAddress, over: AbortSignal): Promise<Duplex> {
  const { host, port, withTls } = address;
  const socket = withTls
    ? // An address is checked as one, and is no name to ask for (RFC 6066 §3).
      connectTls({ host, port, ...(isIP(host) ? {} : { servername: host }) })
    : connectTcp({ host, port, noDelay: true });
  try {
    await once(socket, withTls ? "secureConnect" : "connect", { signal: over });
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}
