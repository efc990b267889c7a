// What is for this machine alone: asked for by a loopback peer, by a loopback name (so by no page of another site,
// and by no name that was rebound), through no proxy.
import type { FastifyRequest } from "fastify";

/**
 * The service's own name on its machine. Browsers find every name below localhost on the machine itself, so nothing
 * has to be set up for it. Other such names are not the machine's: they are the demo's phones.
 */
export const nameOnThisMachine = "assent.localhost";

export function isFromThisMachine({ raw, socket, headers }: FastifyRequest): boolean {
  // Some proxies add no header unless told to. They speak HTTP/1.0 then, which programs of today do not.
  const throughProxy = raw.httpVersion !== "1.1" || Object.keys(headers).some(isAddedByProxies);
  return !throughProxy && isLoopback(socket.remoteAddress) && isLoopbackHost(headers.host);
}

// By their own names, each spelled as some proxy or network in front of many services has it.
const addedByProxies = [
  /^(?:forwarded|via|cf-.*)$/,
  /^x-(?:forwarded|original|envoy|amzn|azure)/,
  /^(?:x-)?(?:real|client|true-client|cluster-client|fastly-client)-ip$/,
];

function isAddedByProxies(header: string): boolean {
  return addedByProxies.some((names) => names.test(header));
}

/** Of a peer's address as the socket says it. */
export function isLoopback(address: string | undefined): boolean {
  return address === "::1" || /^(?:::ffff:)?127\./.test(address ?? "");
}

/** Of the header `Host`. */
export function isLoopbackHost(host: string | undefined): boolean {
  const { name } = partsOfHost(host);
  const names = ["localhost", nameOnThisMachine, "[::1]"];
  return names.includes(name) || /^127(?:\.\d{1,3}){3}$/.test(name);
}

/** Of the header `Host`: the name in small letters, and the port with its colon, or nothing. */
export function partsOfHost(host = ""): { readonly name: string; readonly port: string } {
  const port = /:\d{1,5}$/.exec(host)?.[0] ?? "";
  return { name: host.slice(0, host.length - port.length).toLowerCase(), port };
}
