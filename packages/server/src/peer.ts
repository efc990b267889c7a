// The address that a call came from: the peer's of the connection, or, where that is a proxy the operator trusts, the one it
// names. Handed past Connect to the brakes, and kept nowhere else. Headers of anybody else are not believed.
import type { IncomingMessage } from "node:http";
import { BlockList, isIP, isIPv6 } from "node:net";
import { createContextKey, createContextValues, type HandlerContext } from "@connectrpc/connect";
import type { FastifyRequest } from "fastify";
import type { PeerAddress } from "./limits/network.ts";

/** One network in CIDR, such as 10.0.0.0/8. */
export interface AddressRange {
  readonly address: string;
  readonly prefix: number;
}

export type PeerOf = (request: Pick<IncomingMessage, "socket" | "headers">) => PeerAddress;

/** Whether an address is a proxy's that the operator trusts. */
export function createIsTrusted(
  trustedProxies: readonly AddressRange[],
): (address: PeerAddress) => boolean {
  const trusted = new BlockList();
  for (const { address, prefix } of trustedProxies) {
    trusted.addSubnet(address, prefix, isIPv6(address) ? "ipv6" : "ipv4");
  }
  return (address = "") =>
    isIP(address) !== 0 && trusted.check(address, isIPv6(address) ? "ipv6" : "ipv4");
}

export function createPeerOf(trustedProxies: readonly AddressRange[]): PeerOf {
  const isTrusted = createIsTrusted(trustedProxies);

  return ({ socket, headers }) => {
    let peer = socket.remoteAddress;
    if (trustedProxies.length === 0) return peer;
    const named = String(headers["x-forwarded-for"] ?? "").split(",");
    // Each proxy adds at the end where a request came to it from; what stands before a stranger's address is the stranger's.
    while (isTrusted(peer)) {
      const before = named.pop()?.trim() ?? "";
      if (isIP(before) === 0) break;
      peer = before;
    }
    return peer;
  };
}

/** @throws where it is none */
export function readAddressRange(text: string): AddressRange {
  const [address = "", length, ...rest] = text.split("/");
  const bits = isIP(address) === 6 ? 128 : 32;
  const prefix = length === undefined ? bits : Number(length);
  const isRange = isIP(address) !== 0 && rest.length === 0 && /^\d{1,3}$/.test(length ?? "0");
  if (!isRange || prefix > bits) throw new TypeError("not a range of addresses");
  return { address, prefix };
}

const peerKey = createContextKey<PeerAddress>(undefined, { description: "peer address" });

export function createContextOf(peerOf: PeerOf) {
  return (request: FastifyRequest) => createContextValues().set(peerKey, peerOf(request.raw));
}

export function peerOf(context: HandlerContext): PeerAddress {
  return context.values.get(peerKey);
}
