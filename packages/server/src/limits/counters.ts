// The one counting port behind all quotas: how often something was done under a key, and when it may be done again. How
// it is counted is here too, once for every adapter. Counts outlive what they are of: an account that leaves and comes
// back finds its own. The clock is not trusted: a count from later than now is taken as of now.

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

/** What an adapter keeps under a key. Times are in milliseconds since 1970. */
export interface Count {
  readonly kind: Quota["kind"];
  /** Refilled: how many are not filled up again. Paced: how many there were in the window. */
  readonly used: number;
  /** Refilled: when the last one was filled up, or the first was used. Paced: when the window began. */
  readonly since: number;
  readonly lastAt: number;
  /** It can be forgotten then. */
  readonly overAt: number;
}

/** A step of counting. `after` is to be kept, also where nothing was counted: it may have been taken as of now. */
export interface CountStep {
  readonly counted: Counted;
  readonly after: Count | undefined;
}

export function countOn(
  before: Count | undefined,
  quota: Quota,
  times: number,
  now: number,
): CountStep {
  const kept = before?.kind === quota.kind ? asOfNow(before, now) : undefined;
  return quota.kind === "refilled"
    ? countRefilled(kept, quota, times, now)
    : countPaced(kept, quota, times, now);
}

/** A count as it is where the clock went back since: nothing in it is later than now, and nothing ends later for it. */
export function asOfNow(count: Count, now: number): Count {
  const ahead = Math.max(0, count.since - now);
  return {
    ...count,
    since: count.since - ahead,
    lastAt: Math.min(count.lastAt, now),
    overAt: count.overAt - ahead,
  };
}

function countRefilled(
  kept: Count | undefined,
  { most, refillMs }: Quota & { kind: "refilled" },
  times: number,
  now: number,
): CountStep {
  const refills = kept ? Math.floor((now - kept.since) / refillMs) : 0;
  const used = kept ? Math.max(0, kept.used - refills) : 0;
  // What was left over of a refill counts towards the next.
  const since = kept && used > 0 ? kept.since + refills * refillMs : now;
  const step = (usedNow: number, counted: Counted): CountStep => ({
    counted,
    after: {
      kind: "refilled",
      used: usedNow,
      since,
      lastAt: now,
      overAt: since + usedNow * refillMs,
    },
  });
  const inMs = (refilled: number) => since + refilled * refillMs - now;
  const left = most - used - times;
  if (left < 0) return step(used, { kind: "over", retryAfterMs: inMs(-left) });
  return step(used + times, { kind: "counted", left, nextInMs: left > 0 ? 0 : inMs(1) });
}

function countPaced(
  kept: Count | undefined,
  { pausesMs, windowMs }: Quota & { kind: "paced" },
  times: number,
  now: number,
): CountStep {
  const before = kept && now - kept.since < windowMs ? kept : undefined;
  const since = before?.since ?? now;
  const most = pausesMs.length + 1;
  const used = (before?.used ?? 0) + times;
  const nextInMs = (countedSoFar: number, lastAt: number) => {
    const pauseMs = pausesMs[countedSoFar - 1] ?? windowMs;
    return Math.min(lastAt + pauseMs, since + windowMs) - now;
  };
  const waitMs = before ? nextInMs(before.used, before.lastAt) : 0;
  if (waitMs > 0 || used > most) {
    const retryAfterMs = used > most ? since + windowMs - now : waitMs;
    return { counted: { kind: "over", retryAfterMs }, after: before };
  }
  return {
    counted: { kind: "counted", left: most - used, nextInMs: nextInMs(used, now) },
    after: { kind: "paced", used, since, lastAt: now, overAt: since + windowMs },
  };
}
