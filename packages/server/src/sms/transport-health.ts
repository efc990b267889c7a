// Whether a transport does what it is there for, by what it took lately and by what became of it. One that does not is left
// to rest, a while longer each time; it is asked after the others then, and never passed over.
import type { SmsOutcome, SmsReport } from "./transport.ts";

export interface HealthQuotas {
  /** So many in a row that it did not take, or that failed though it took them. */
  readonly mostNotTaken: number;
  readonly mostFailed: number;
  readonly firstRestMs: number;
  readonly longestRestMs: number;
}

export interface TransportHealth {
  isResting(): boolean;
  ended(outcome: SmsOutcome["kind"]): void;
  reported(report: SmsReport): void;
}

export function createTransportHealth(quotas: HealthQuotas, now: () => number): TransportHealth {
  let notTaken = 0;
  let failed = 0;
  let restsUntil = 0;
  let rests = 0;

  function rest(): void {
    restsUntil = now() + Math.min(quotas.firstRestMs * 2 ** rests, quotas.longestRestMs);
    rests += 1;
    // Tried again after that, it has to fail once more only.
    notTaken = quotas.mostNotTaken - 1;
    failed = quotas.mostFailed - 1;
  }

  function recovered(): void {
    if (notTaken === 0 && failed === 0) rests = 0;
  }

  return {
    isResting: () => now() < restsUntil,
    ended(outcome) {
      if (outcome === "accepted") {
        notTaken = 0;
        recovered();
      } else if (outcome === "unavailable" || outcome === "unknown") {
        notTaken += 1;
        if (notTaken >= quotas.mostNotTaken) rest();
      }
    },
    reported(report) {
      if (report === "delivered") {
        failed = 0;
        restsUntil = 0;
        recovered();
      } else {
        failed += 1;
        if (failed >= quotas.mostFailed) rest();
      }
    },
  };
}
