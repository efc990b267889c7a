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

  /**
   * A number is counted under another hash from now on, its own under a newer VOPRF key: what was used of its budget under any
   * of the former ones counts under that one too. The same again changes nothing.
   */
  numberMoves(formerLookupHashes: readonly Uint8Array[], lookupHash: Uint8Array): Promise<void>;
}

/** How an account may look numbers up, and all of them together. */
export interface LookupQuotas {
  readonly ofNumber: Quota;
  readonly ofCell: Quota;
}

export function createDiscovery(parts: {
  readonly counters: Counters;
  readonly countedKeyOf: CountedKeyOf;
  readonly voprf: Pick<VoprfRole, "current">;
  readonly evaluator: Pick<Evaluator, "evaluateBatch">;
  /** To what is dear. */
  readonly admission: Admission;
  readonly quotas: LookupQuotas;
  readonly now: () => number;
}): Discovery {
  const { counters, countedKeyOf, voprf, quotas, now } = parts;

  /** What is left of the number's budget then. @throws AssentError lookups_used_up */
  async function count(lookupHash: Uint8Array, times: number): Promise<number> {
    const key = countedKeyOf(lookupHash);
    const counted = await counters.countTogether(
      [
        { thing: "evaluations", key, quota: quotas.ofNumber, times },
        { thing: "evaluations-of-cell", key: "all", quota: quotas.ofCell, times },
      ],
      now(),
    );
    if (counted.kind === "over") throw usedUp(counted.retryAfterMs);
    return counted.left[0] ?? 0;
  }

  /** What is left of a number's budget; with `used`, once these are counted too. */
  async function leftOf(lookupHash: Uint8Array, used = 0): Promise<number> {
    const key = countedKeyOf(lookupHash);
    const counted = await counters.count("evaluations", key, quotas.ofNumber, used, now());
    return counted.kind === "counted" ? counted.left : 0;
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

    async numberMoves(formerLookupHashes, lookupHash) {
      let left = await leftOf(lookupHash);
      for (const former of formerLookupHashes) {
        const more = left - (await leftOf(former));
        if (more > 0) left = await leftOf(lookupHash, more);
      }
    },
  };
}

function usedUp(retryAfterMs: number): AssentError {
  return new AssentError("lookups_used_up", { retryAfterSeconds: Math.ceil(retryAfterMs / 1_000) });
}
