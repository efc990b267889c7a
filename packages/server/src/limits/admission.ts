// How many may be at something dear at once: the row of those who wait is bounded by who is let into it. One network has
// half of what is free at most, so that whoever fills its half leaves as much to everybody else.
import { AssentError } from "@assent/protocol";

export interface Admission {
  /** @throws AssentError rate_limited */
  requireRoom(network: string): void;

  /** Does the work where there is room, and refuses at once where there is none. @throws AssentError rate_limited */
  admit<Done>(network: string, work: () => Promise<Done>): Promise<Done>;
}

/** @param most at once, of all networks together */
export function createAdmission({
  most,
  retryAfterSeconds,
}: {
  readonly most: number;
  readonly retryAfterSeconds: number;
}): Admission {
  const perNetwork = new Map<string, number>();
  let inside = 0;

  function requireRoom(network: string): void {
    const ofNetwork = perNetwork.get(network) ?? 0;
    const free = most - inside;
    if (free === 0 || (ofNetwork > 0 && ofNetwork >= free)) {
      throw new AssentError("rate_limited", { retryAfterSeconds });
    }
  }

  return {
    requireRoom,

    async admit(network, work) {
      requireRoom(network);
      inside += 1;
      perNetwork.set(network, (perNetwork.get(network) ?? 0) + 1);
      try {
        return await work();
      } finally {
        inside -= 1;
        const left = (perNetwork.get(network) ?? 1) - 1;
        if (left > 0) perNetwork.set(network, left);
        else perNetwork.delete(network);
      }
    },
  };
}
