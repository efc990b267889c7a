// Evaluates blinded numbers under a budget: the only brake on trying every number there is. It cannot see which numbers;
// it counts them before it evaluates, so that a crash or a fault costs the caller. What all numbers together have is bounded
// too, for whoever has many numbers has many budgets. The budget is a number's, not an
// account's: whoever leaves and comes back with it finds what was used.
import { AssentError, type BatchEvaluation } from "@assent/protocol";
import type { VoprfRole } from "../cell/roles.ts";
import type { Evaluator } from "../computing/computing.ts";
import type { Admission } from "../limits/admission.ts";
import type { CountedKeyOf } from "../limits/counted-key.ts";
import type { Counters, Quota } from "../limits/counters.ts";

export interface Discovery {
  /**
   * @param lookupHash of the caller's account
   * @param network where it comes from
   * @throws AssentError request_invalid, key_outdated, lookups_used_up, rate_limited (and then nothing was counted)
   */
  evaluate(
    lookupHash: Uint8Array,
    voprfEpoch: number,
    blindedElements: readonly Uint8Array[],
    network: string,
  ): Promise<BatchEvaluation & { readonly budgetLeft: number }>;
}

export function createDiscovery(parts: {
  readonly counters: Counters;
  readonly countedKeyOf: CountedKeyOf;
  readonly voprf: Pick<VoprfRole, "current">;
  readonly evaluator: Pick<Evaluator, "evaluateBatch">;
  /** To what is dear. */
  readonly admission: Admission;
  readonly budget: Quota;
  /** Of all numbers together, in any window. */
  readonly ofCell: Quota;
  readonly now: () => number;
}): Discovery {
  const { counters, countedKeyOf, voprf, budget, now } = parts;

  /** What is left of the number's budget then. @throws AssentError lookups_used_up */
  async function count(lookupHash: Uint8Array, times: number): Promise<number> {
    const key = countedKeyOf(lookupHash);
    const counted = await counters.count("evaluations", key, budget, times, now());
    if (counted.kind === "over") throw usedUp(counted.retryAfterMs);
    // The number's come first: whoever has none left takes nothing from the others.
    const all = await counters.count("evaluations-of-cell", "all", parts.ofCell, times, now());
    if (all.kind === "over") throw usedUp(all.retryAfterMs);
    return counted.left;
  }

  return {
    async evaluate(lookupHash, voprfEpoch, blindedElements, network) {
      const key = voprf.current();
      if (voprfEpoch !== key.epoch) throw new AssentError("key_outdated");
      return parts.admission.admit(network, async () => {
        const budgetLeft = await count(lookupHash, blindedElements.length);
        return { ...(await parts.evaluator.evaluateBatch(key, blindedElements)), budgetLeft };
      });
    },
  };
}

function usedUp(retryAfterMs: number): AssentError {
  return new AssentError("lookups_used_up", { retryAfterSeconds: Math.ceil(retryAfterMs / 1_000) });
}
