// Counts what one address on the Internet does; nothing is logged. Loopback is not braked: it is the operator's own proxy,
// which must brake for itself, or a test.
import { isIPv6 } from "node:net";
import { AssentError } from "@assent/protocol";
import { isLoopback } from "../this-machine.ts";
import type { CountedThing, Counters, Quota } from "./counters.ts";

/** An address as the socket says it; undefined where the socket is gone already. */
export type PeerAddress = string | undefined;

export interface PeerBrake {
  /** @throws AssentError rate_limited */
  count(peer: PeerAddress): Promise<void>;
}

export function createPeerBrake(parts: {
  readonly counters: Counters;
  readonly thing: CountedThing;
  readonly quota: Quota;
  readonly now: () => number;
}): PeerBrake {
  const { counters, thing, quota, now } = parts;
  return {
    async count(peer) {
      if (isLoopback(peer)) return;
      const counted = await counters.count(thing, networkOf(peer ?? ""), quota, 1, now());
      if (counted.kind === "counted") return;
      const retryAfterSeconds = Math.ceil(counted.retryAfterMs / 1_000);
      throw new AssentError("rate_limited", { retryAfterSeconds });
    },
  };
}

// One household has a whole /64 of IPv6, so that is what is counted.
function networkOf(address: string): string {
  if (!isIPv6(address) || address.startsWith("::ffff:")) return address;
  const [head = "", tail = ""] = address.split("::");
  const groups = head.split(":").filter((group) => group !== "");
  const missing = address.includes("::") ? 8 - groups.length - tail.split(":").length : 0;
  return [...groups, ...Array(Math.max(0, missing)).fill("0")].slice(0, 4).join(":");
}
