// Evaluates blinded numbers under a budget: the only brake on trying every number there is. It cannot see which numbers;
// it counts them before it evaluates, so that a crash or a fault costs the caller. The budget is a number's, not an
// account's: whoever leaves and comes back with it finds what was used.
import { AssentError, type BatchEvaluation, evaluateBatch, VoprfError } from "@assent/protocol";
import type { VoprfRole } from "../cell/roles.ts";
import type { CountedKeyOf } from "../limits/counted-key.ts";
import type { Counters, Quota } from "../limits/counters.ts";

export interface Discovery {
  /**
   * @param lookupHash of the caller's account
   * @throws AssentError request_invalid, key_outdated, lookups_used_up
   */
  evaluate(
    lookupHash: Uint8Array,
    voprfEpoch: number,
    blindedElements: readonly Uint8Array[],
  ): Promise<BatchEvaluation & { readonly budgetLeft: number }>;
}

export function createDiscovery(parts: {
  readonly counters: Counters;
  readonly countedKeyOf: CountedKeyOf;
  readonly voprf: Pick<VoprfRole, "current">;
  readonly budget: Quota;
  readonly now: () => number;
}): Discovery {
  const { counters, countedKeyOf, voprf, budget, now } = parts;

  return {
    async evaluate(lookupHash, voprfEpoch, blindedElements) {
      const { epoch, pair } = voprf.current();
      if (voprfEpoch !== epoch) throw new AssentError("key_outdated");
      const key = countedKeyOf(lookupHash);
      const counted = await counters.count(
        "evaluations",
        key,
        budget,
        blindedElements.length,
        now(),
      );
      if (counted.kind === "over") {
        const retryAfterSeconds = Math.ceil(counted.retryAfterMs / 1_000);
        throw new AssentError("lookups_used_up", { retryAfterSeconds });
      }
      try {
        return { ...evaluateBatch(pair, blindedElements), budgetLeft: counted.left };
      } catch (cause) {
        if (cause instanceof VoprfError) throw new AssentError("request_invalid", { cause });
        throw cause;
      }
    },
  };
}
