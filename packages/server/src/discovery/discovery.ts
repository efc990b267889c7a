// Evaluates blinded numbers under each account's budget: the only brake on trying every number there is. It
// cannot see which numbers; it counts them before it evaluates, so that a crash or a fault costs the caller.
import { AssentError, type BatchEvaluation, evaluateBatch, VoprfError } from "@assent/protocol";
import type { CellKeys } from "../keys/keys.ts";
import type { DiscoveryQuotas } from "../limits/quotas.ts";
import type { DiscoveryStore } from "./store.ts";

export interface Discovery {
  /** @throws AssentError request_invalid, lookups_used_up, signed_out */
  evaluate(
    accountId: Uint8Array,
    voprfEpoch: number,
    blindedElements: readonly Uint8Array[],
  ): Promise<BatchEvaluation & { readonly budgetLeft: number }>;
}

export function createDiscovery(parts: {
  readonly store: DiscoveryStore;
  readonly voprf: CellKeys["voprf"];
  readonly quotas: DiscoveryQuotas;
  readonly now: () => number;
}): Discovery {
  const { store, voprf, quotas, now } = parts;
  const budget = { most: quotas.evaluationsAtFirst, refillMs: quotas.evaluationRefillMs };

  return {
    async evaluate(accountId, voprfEpoch, blindedElements) {
      if (voprfEpoch !== voprf.epoch) throw new AssentError("request_invalid");
      const spent = await store.spend(accountId, blindedElements.length, budget, now());
      if (spent.kind === "no-account") throw new AssentError("signed_out");
      if (spent.kind === "used-up") {
        const retryAfterSeconds = Math.ceil(spent.retryAfterMs / 1_000);
        throw new AssentError("lookups_used_up", { retryAfterSeconds });
      }
      try {
        return { ...evaluateBatch(voprf.pair, blindedElements), budgetLeft: spent.left };
      } catch (cause) {
        if (cause instanceof VoprfError) throw new AssentError("request_invalid", { cause });
        throw cause;
      }
    },
  };
}
