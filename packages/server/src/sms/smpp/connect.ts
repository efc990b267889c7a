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

/** Rejects where nobody is reached in time, or somebody else, or once `closing` is aborted. */
export async function connectToSmsc(
  address: SmscAddress,
  withinMs: number,
  closing?: AbortSignal,
): Promise<Duplex> {
  const { host, port, withTls } = address;
  const socket = withTls
    ? // An address is checked as one, and is no name to ask for (RFC 6066 §3).
      connectTls({ host, port, ...(isIP(host) ? {} : { servername: host }) })
    : connectTcp({ host, port, noDelay: true });
  try {
    const inTime = AbortSignal.timeout(withinMs);
    const signal = closing ? AbortSignal.any([closing, inTime]) : inTime;
    await once(socket, withTls ? "secureConnect" : "connect", { signal });
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}
