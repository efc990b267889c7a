// The address a unary call came from, handed past Connect to the brakes. Kept nowhere else.
import { createContextKey, createContextValues, type HandlerContext } from "@connectrpc/connect";
import type { FastifyRequest } from "fastify";
import type { PeerAddress } from "./limits/network.ts";

const peerKey = createContextKey<PeerAddress>(undefined, { description: "peer address" });

export function contextOf(request: FastifyRequest) {
  return createContextValues().set(peerKey, peerOfRequest(request));
}

export function peerOfRequest(request: FastifyRequest): PeerAddress {
  return request.socket.remoteAddress;
}

export function peerOf(context: HandlerContext): PeerAddress {
  return context.values.get(peerKey);
}
