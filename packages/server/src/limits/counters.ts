// The one counting port behind all quotas: how often something was done under a key, and when it may be done again.
// Counts outlive what they are of: an account that leaves and comes back finds its own.

/** How something is limited. */
export type Quota =
  /** So many at once, and one more each so often. */
  | { readonly kind: "refilled"; readonly most: number; readonly refillMs: number }
  /** After the first, the second, … a pause; none after the last until the window, from the first, ends. */
  | { readonly kind: "paced"; readonly pausesMs: readonly number[]; readonly windowMs: number };

export type Counted =
  /** What is left of it, and in how many milliseconds one more may be had. */
  | { readonly kind: "counted"; readonly left: number; readonly nextInMs: number }
  /** Nothing was counted. */
  | { readonly kind: "over"; readonly retryAfterMs: number };

/** What a quota is of; each has its own keys. */
export type CountedThing = "evaluations" | "codes" | "starts" | "takes";

export interface Counters {
  /** Counts `times` under a key, all of them or none, before what is counted is done. */
  count(
    thing: CountedThing,
    key: string,
    quota: Quota,
    times: number,
    now: number,
  ): Promise<Counted>;

  /** Ends the pauses of a key: it was proved to be in the right hands. What is refilled stays counted. */
  endPauses(thing: CountedThing, key: string): Promise<void>;

  /** Forgets what is full again, or whose window ended. */
  forget(now: number): Promise<void>;
}
