// What discovery keeps: each account's budget of evaluations. The tags it reads are the directory's rows. The
// port that storage implements; every method resolves when what it did is durable.

/** A budget that fills up again, one at a time. */
export interface Budget {
  readonly most: number;
  readonly refillMs: number;
}

export type SpendOutcome =
  | { readonly kind: "spent"; readonly left: number }
  | { readonly kind: "used-up"; readonly retryAfterMs: number }
  | { readonly kind: "no-account" };

/** Where each account stands: the two arrays belong together, entry by entry. */
export interface AccountTags {
  readonly bucketBits: Uint32Array;
  readonly tags: Uint32Array;
}

export interface DiscoveryStore {
  /** Takes all of `count` from the budget, or nothing. */
  spend(accountId: Uint8Array, count: number, budget: Budget, now: number): Promise<SpendOutcome>;

  accountTags(): Promise<AccountTags>;
}
