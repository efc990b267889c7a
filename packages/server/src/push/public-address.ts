// Which addresses are somebody else's on the public Internet. What is here or in this network must be out of reach of
// whoever names an endpoint: by IPv4 and IPv6, and by what of IPv6 only stands for an IPv4 address.
import { BlockList, isIP } from "node:net";

// IANA's registries of special-purpose addresses, but for what is globally reachable; and multicast.
const notPublicIpv4 = networks("ipv4", [
  "0.0.0.0/8", // this network
  "10.0.0.0/8", // private
  "100.64.0.0/10", // behind a carrier's NAT
  "127.0.0.0/8", // this machine
  "169.254.0.0/16", // link-local
  "172.16.0.0/12", // private
  "192.0.0.0/24", // for protocols
  "192.0.2.0/24", // documentation
  "192.88.99.0/24", // relays of 6to4
  "192.168.0.0/16", // private
  "198.18.0.0/15", // benchmarks
  "198.51.100.0/24", // documentation
  "203.0.113.0/24", // documentation
  "224.0.0.0/3", // multicast, and what is kept for some day
]);

// All that is handed out to be reached from everywhere is in the first; what of it is not, in the second.
const globalUnicast = networks("ipv6", ["2000::/3"]);
const notPublicIpv6 = networks("ipv6", [
  "2001::/23", // Teredo, ORCHID and others for protocols
  "2001:db8::/32", // documentation
  "2002::/16", // 6to4
  "3fff::/20", // documentation
]);

/** Of an address as text. False of what is none, and of what stands for an IPv4 address: that could be any. */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !notPublicIpv4.check(address, "ipv4");
    case 6:
      return globalUnicast.check(address, "ipv6") && !notPublicIpv6.check(address, "ipv6");
    default:
      return false;
  }
}

function networks(family: "ipv4" | "ipv6", texts: readonly string[]): BlockList {
  const list = new BlockList();
  for (const text of texts) {
    const [network = "", bits] = text.split("/");
    list.addSubnet(network, Number(bits), family);
  }
  return list;
}
