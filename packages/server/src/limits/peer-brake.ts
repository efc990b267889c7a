// Counts what one address on the Internet does, in memory, for as long as a window lasts; nothing is logged.
// Loopback is not braked: it is the operator's own proxy, which must brake for itself, or a test.
import { isIPv6 } from "node:net";
import { AssentError } from "@assent/protocol";
import { isLoopback } from "../this-machine.ts";

/** An address as the socket says it; undefined where the socket is gone already. */
export type PeerAddress = string | undefined;

export interface PeerBrake {
  /** @throws AssentError rate_limited */
  count(peer: PeerAddress): void;
}

const peersRemembered = 100_000;

export function createPeerBrake(
  quota: { readonly count: number; readonly windowMs: number },
  now: () => number,
): PeerBrake {
  let counts = new Map<string, number>();
  let windowStart = now();

  function count(peer: PeerAddress): void {
    if (isLoopback(peer)) return;
    const time = now();
    // A full memory starts a window early: forgetting is better than refusing strangers.
    if (Math.abs(time - windowStart) >= quota.windowMs || counts.size >= peersRemembered) {
      counts = new Map();
      windowStart = time;
    }
    const network = networkOf(peer ?? "");
    const counted = (counts.get(network) ?? 0) + 1;
    counts.set(network, counted);
    if (counted > quota.count) {
      const retryAfterSeconds = Math.ceil((windowStart + quota.windowMs - time) / 1_000);
      throw new AssentError("rate_limited", { retryAfterSeconds });
    }
  }

  return { count };
}

// One household has a whole /64 of IPv6, so that is what is counted.
function networkOf(address: string): string {
  if (!isIPv6(address) || address.startsWith("::ffff:")) return address;
  const [head = "", tail = ""] = address.split("::");
  const groups = head.split(":").filter((group) => group !== "");
  const missing = address.includes("::") ? 8 - groups.length - tail.split(":").length : 0;
  return [...groups, ...Array(Math.max(0, missing)).fill("0")].slice(0, 4).join(":");
}
