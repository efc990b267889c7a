// Counts what one address on the Internet does; nothing is logged. Loopback is not braked: it is this machine, a test, or
// a proxy that nobody said is one, which must brake for itself.
import { AssentError } from "@assent/protocol";
import { isLoopback } from "../this-machine.ts";
import type { CountedThing, Counters, Quota } from "./counters.ts";
import { householdOf, type PeerAddress } from "./network.ts";

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
      const counted = await counters.count(thing, householdOf(peer), quota, 1, now());
      if (counted.kind === "over") throw rateLimited(counted.retryAfterMs);
    },
  };
}

export function rateLimited(retryAfterMs: number): AssentError {
  return new AssentError("rate_limited", { retryAfterSeconds: Math.ceil(retryAfterMs / 1_000) });
}
