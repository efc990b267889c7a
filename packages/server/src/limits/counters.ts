// The one counting port behind all quotas: how often something was done under a key, and when it may be done again. How
// it is counted is here too, once for every adapter. Counts outlive what they are of: an account that leaves and comes
// back finds its own. The clock is not trusted: a count from later than now is taken as of now.

/** How something is limited. */
export type Quota =
  /** So many at once, and one more each so often. */
  | { readonly kind: "refilled"; readonly most: number; readonly refillMs: number }
  /** After the first, the second, … a pause; none after the last until the window, from the first, ends. */
  | { readonly kind: "paced"; readonly pausesMs: readonly number[]; readonly windowMs: number }
  /** So many in any time of this length, wherever it begins. */
  | { readonly kind: "windowed"; readonly most: number; readonly windowMs: number };

export type WindowedQuota = Extract<Quota, { readonly kind: "windowed" }>;

export type Counted =
  /** What is left of it, and in how many milliseconds one more may be had. */
  | { readonly kind: "counted"; readonly left: number; readonly nextInMs: number }
  /** Nothing was counted. */
  | { readonly kind: "over"; readonly retryAfterMs: number };

export type CountedOfAll =
  /** What is left of each, in the order they were asked in. */
  | { readonly kind: "counted"; readonly left: readonly number[] }
  /** Nothing was counted. `of`: what was over, in the order it was asked in. */
  | {
      readonly kind: "over";
      readonly of: readonly CountedThing[];
      readonly retryAfterMs: number;
    };

/** What a quota is of; each has its own keys. */
export type CountedThing =
  | "evaluations"
  | "evaluations-of-cell"
  | "codes"
  | "starts"
  | "takes"
  | "takes-of-account"
  | "adds"
  | "restarts"
  /** How often a device said where it is woken. */
  | "push-sets"
  /** How often one envelope was asked to be taken back. */
  | "revokes"
  /** SMS to a number; and those that a network which was not there before gets beyond them. */
  | "sms-to-number"
  | "sms-to-number-from-elsewhere"
  | "sms-to-calling-code"
  | "sms-of-network"
  | "sms-of-cell"
  /** What they cost. */
  | "sms-money"
  /** SMS of an account's devices: those that were sent; in memory, for how many a name was asked, and how often for an SMS. */
  | "sms-named"
  | "sms-names-asked"
  | "sms-asked"
  /** Of those, what went to a number and to a calling code, what went in all, and what that cost. */
  | "relayed-to-number"
  | "relayed-to-calling-code"
  | "relayed-of-cell"
  | "relayed-money"
  /** That a network asked for an SMS to a number. */
  | "asked-from-network";

/** One of several that are counted together. */
export interface CountedTogether {
  readonly thing: CountedThing;
  readonly key: string;
  readonly quota: Quota;
  readonly times: number;
}

export type GivenBack = Pick<CountedTogether, "thing" | "key" | "times">;

export interface Counters {
  /** Counts `times` under a key, all of them or none, before what is counted is done. */
  count(
    thing: CountedThing,
    key: string,
    quota: Quota,
    times: number,
    now: number,
  ): Promise<Counted>;

  /** Counts under each of several keys, all of them or none. `over` says the longest wait of all that are. */
  countTogether(all: readonly CountedTogether[], now: number): Promise<CountedOfAll>;

  /** Of windows alone: what was counted and came to nothing, the latest of it first. */
  giveBack(all: readonly GivenBack[]): Promise<void>;

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
  /** Windowed: when each part of the window began in which there were any, and how many. Ascending. */
  readonly parts: readonly CountedPart[];
}

export interface CountedPart {
  readonly since: number;
  readonly used: number;
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
  if (quota.kind === "refilled") return countRefilled(kept, quota, times, now);
  if (quota.kind === "paced") return countPaced(kept, quota, times, now);
  return countWindowed(kept, quota, times, now);
}

/** The steps of several together; nothing of `steps` is to be kept where one is over. */
export function countOnTogether(
  all: readonly CountedTogether[],
  before: (one: CountedTogether) => Count | undefined,
  now: number,
): { readonly counted: CountedOfAll; readonly steps: readonly CountStep[] } {
  const steps = all.map((one) => countOn(before(one), one.quota, one.times, now));
  const over = steps.flatMap(({ counted }, index) =>
    counted.kind === "over" ? [{ counted, of: (all[index] as CountedTogether).thing }] : [],
  );
  if (over.length === 0) {
    const left = steps.map(({ counted }) => (counted.kind === "counted" ? counted.left : 0));
    return { counted: { kind: "counted", left }, steps };
  }
  const retryAfterMs = Math.max(...over.map(({ counted }) => counted.retryAfterMs));
  return { counted: { kind: "over", of: over.map(({ of }) => of), retryAfterMs }, steps: [] };
}

/** Undefined where nothing is left of it. */
export function givenBack(count: Count, times: number): Count | undefined {
  if (count.kind !== "windowed") return count;
  const parts = [...count.parts];
  let rest = times;
  for (let last = parts.pop(); last; last = parts.pop()) {
    const used = last.used - rest;
    if (used > 0) {
      const latest = { since: last.since, used };
      const endedLater = (count.parts.at(-1) ?? last).since - last.since;
      return {
        ...count,
        used: count.used - times,
        overAt: count.overAt - endedLater,
        parts: [...parts, latest],
      };
    }
    rest = -used;
  }
  return undefined;
}

/** A count as it is where the clock went back since: nothing in it is later than now, and nothing ends later for it. Else the same. */
export function asOfNow(count: Count, now: number): Count {
  if (count.since <= now && count.lastAt <= now) return count;
  // Of a window the first may be of before the clock went ahead: it ends by its last part.
  const ahead = Math.max(0, (count.parts.at(-1) ?? count).since - now);
  return {
    ...count,
    since: Math.min(count.since, now),
    lastAt: Math.min(count.lastAt, now),
    overAt: count.overAt - ahead,
    parts: count.parts.map(({ since, used }) => ({ since: Math.min(since, now), used })),
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
      parts: [],
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
    after: { kind: "paced", used, since, lastAt: now, overAt: since + windowMs, parts: [] },
  };
}

// A window is remembered in so many parts, not each time by itself: what was counted leaves it with its whole part, so a
// little late and never early.
const partsOfWindow = 24;

function countWindowed(
  kept: Count | undefined,
  { most, windowMs }: Quota & { kind: "windowed" },
  times: number,
  now: number,
): CountStep {
  const partMs = windowMs / partsOfWindow;
  const endOf = (part: CountedPart) => part.since + partMs + windowMs;
  const parts = kept?.parts.filter((part) => endOf(part) > now) ?? [];
  const used = parts.reduce((sum, part) => sum + part.used, 0);
  if (used + times > most) {
    return {
      counted: { kind: "over", retryAfterMs: retryAfter(parts, used + times - most) },
      after: countOfParts(parts),
    };
  }
  const last = parts.at(-1);
  const isInLast = last !== undefined && now < last.since + partMs;
  const partNow = isInLast
    ? { since: last.since, used: last.used + times }
    : { since: now, used: times };
  const after = times > 0 ? [...(isInLast ? parts.slice(0, -1) : parts), partNow] : parts;
  const left = most - used - times;
  return {
    counted: { kind: "counted", left, nextInMs: left > 0 ? 0 : retryAfter(after, 1) },
    after: countOfParts(after),
  };

  /** Until so many of them left the window; where there are not that many, until all did. */
  function retryAfter(from: readonly CountedPart[], leaving: number): number {
    let rest = leaving;
    let part: CountedPart | undefined;
    for (part of from) {
      rest -= part.used;
      if (rest <= 0) break;
    }
    return part ? endOf(part) - now : windowMs;
  }

  function countOfParts(left: readonly CountedPart[]): Count | undefined {
    const [first] = left;
    const latest = left.at(-1);
    if (!first || !latest) return undefined;
    return {
      kind: "windowed",
      used: left.reduce((sum, part) => sum + part.used, 0),
      since: first.since,
      lastAt: Math.min(now, latest.since + partMs),
      overAt: endOf(latest),
      parts: left,
    };
  }
}
