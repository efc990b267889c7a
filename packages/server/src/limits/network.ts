// What of an address on the Internet is counted. Of IPv6, one household has a whole /64, and one customer often a /48; who
// rents addresses has neighbours, so of IPv4 a /24 is one network, though a single address may be a village's.
import { isIPv6 } from "node:net";
import { isLoopback } from "../this-machine.ts";

/** An address as the socket says it; undefined where the socket is gone already. */
export type PeerAddress = string | undefined;

export const loopbackNetwork = "loopback";

/** What is braked by itself: an address of IPv4, a /64 of IPv6. */
export function householdOf(peer: PeerAddress): string {
  const address = plain(peer);
  return isIPv6(address) ? groupsOf(address).slice(0, 4).join(":") : address;
}

/** What has one share of what there is for all: a /24 of IPv4, a /48 of IPv6, this machine. */
export function networkOf(peer: PeerAddress): string {
  if (isLoopback(peer)) return loopbackNetwork;
  const address = plain(peer);
  if (isIPv6(address)) return groupsOf(address).slice(0, 3).join(":");
  return address.split(".").slice(0, 3).join(".");
}

function plain(peer: PeerAddress): string {
  return (peer ?? "").toLowerCase().replace(/^::ffff:(?=\d+\.)/, "");
}

/** The eight groups, each in one spelling. A zone at the end names an interface here, not a neighbour. */
function groupsOf(address: string): string[] {
  const [head = "", tail] = address.replace(/%.*$/, "").split("::");
  const ofText = (text: string) => (text === "" ? [] : text.split(":"));
  const front = ofText(head);
  const back = tail === undefined ? [] : ofText(tail);
  const zeros = Array<string>(Math.max(0, 8 - front.length - back.length)).fill("0");
  return [...front, ...zeros, ...back].map((group) => group.replace(/^0+(?=.)/, ""));
}
