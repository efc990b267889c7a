// Which addresses are somebody else's on the public Internet. What is here or in this network must be out of reach of
// whoever names an endpoint: by IPv4 and IPv6, and by what of IPv6 only stands for an IPv4 address.
import { BlockList, isIP } from "node:net";

// IANA's registries of special-purpose addresses, but for what is globally reachable; and multicast.
const notPublic = new BlockList();
for (const [network, bits] of [
  ...([
    ["0.0.0.0", 8],
    ["10.0.0.0", 8],
    ["100.64.0.0", 10],
    ["127.0.0.0", 8],
  ] as const),
  ...([
    ["169.254.0.0", 16],
    ["172.16.0.0", 12],
    ["192.0.0.0", 24],
    ["192.0.2.0", 24],
  ] as const),
  ...([
    ["192.88.99.0", 24],
    ["192.168.0.0", 16],
    ["198.18.0.0", 15],
  ] as const),
  ...([
    ["198.51.100.0", 24],
    ["203.0.113.0", 24],
    ["224.0.0.0", 3],
  ] as const),
] as const) {
  notPublic.addSubnet(network, bits, "ipv4");
}

// All that is handed out to be reached from everywhere is in here; what of it is not, below.
const globalUnicast = new BlockList();
globalUnicast.addSubnet("2000::", 3, "ipv6");
for (const [network, bits] of [
  // Teredo, ORCHID and others for protocols; documentation; 6to4; documentation.
  ...([
    ["2001::", 23],
    ["2001:db8::", 32],
    ["2002::", 16],
    ["3fff::", 20],
  ] as const),
] as const) {
  notPublic.addSubnet(network, bits, "ipv6");
}

/** Of an address as text. False of what is none, and of what stands for an IPv4 address: that could be any. */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !notPublic.check(address, "ipv4");
    case 6:
      return globalUnicast.check(address, "ipv6") && !notPublic.check(address, "ipv6");
    default:
      return false;
  }
}
