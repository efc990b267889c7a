// Codes that went out and that nobody proved, by the beginning of their numbers: whoever has SMS sent for money, or to annoy,
// never proves them. Where too few are proved, no more go out there for a while. In memory: it is of this day, and of ranges
// of numbers, not of people.
import type { PhoneNumber } from "@assent/protocol";
import { callingCodeOf } from "../limits/calling-code.ts";
import { rateLimited } from "../limits/peer-brake.ts";

/** What is counted of a number: its calling code, and that with the three digits behind it. */
export type CountedPrefixes = readonly [callingCode: string, range: string];

export interface UnprovedCodes {
  /** @throws AssentError rate_limited */
  require(prefixes: CountedPrefixes): void;
  /** How near they are to being held back, from 0 to 1. */
  share(prefixes: CountedPrefixes): number;
  /** Before it goes out: what became of it may be heard before it was accepted. @param key of the SMS. */
  sending(key: string, prefixes: CountedPrefixes): void;
  /** It did not go out. */
  notSent(key: string): void;
  /** The code came back. */
  proved(prefixes: CountedPrefixes): void;
  /** What a provider says of an SMS: one that failed counts twice, since nobody will ever prove it. */
  reported(key: string, report: "delivered" | "failed"): void;
}

export interface UnprovedQuotas {
  /** Unproved codes to a calling code and to a range, of all the SMS of a day. */
  readonly shareOfCallingCode: number;
  readonly leastOfCallingCode: number;
  readonly shareOfRange: number;
  readonly leastOfRange: number;
  /** A proved code takes back so many: where one in as many is proved, nothing is held back. */
  readonly provedOutweighs: number;
  /** Prefixes, and SMS whose reports may come, that are remembered. */
  readonly remembered: number;
  /** In such a time what is unproved is forgotten, a little at a time. */
  readonly windowMs: number;
}

export function prefixesOf(number: PhoneNumber): CountedPrefixes {
  const callingCode = callingCodeOf(number);
  return [callingCode, number.slice(1, 1 + callingCode.length + 3)];
}

interface Level {
  readonly unproved: number;
  at: number;
}

export function createUnprovedCodes(parts: {
  readonly smsPerDay: number;
  readonly quotas: UnprovedQuotas;
  readonly now: () => number;
  /** Hears when codes to a calling code are held back, each time anew. */
  readonly heldBack: (callingCode: string) => void;
}): UnprovedCodes {
  const { smsPerDay, quotas, now } = parts;
  const most = [
    Math.max(quotas.leastOfCallingCode, Math.floor(smsPerDay * quotas.shareOfCallingCode)),
    Math.max(quotas.leastOfRange, Math.floor(smsPerDay * quotas.shareOfRange)),
  ] as const;
  // By prefix; the one that was used longest ago first.
  const levels = new Map<string, Level>();
  const awaited = new Map<string, CountedPrefixes>();

  /** What was unproved, or proved, is forgotten alike. A clock that went back forgets nothing, and begins anew. */
  function levelOf(prefix: string, mostOfIt: number): number {
    const level = levels.get(prefix);
    if (!level) return 0;
    if (level.at > now()) level.at = now();
    const forgotten = (Math.max(0, now() - level.at) / quotas.windowMs) * mostOfIt;
    return Math.sign(level.unproved) * Math.max(0, Math.abs(level.unproved) - forgotten);
  }

  function change(prefixes: CountedPrefixes, by: number): void {
    for (const [index, prefix] of prefixes.entries()) {
      const mostOfIt = most[index as 0 | 1];
      const before = levelOf(prefix, mostOfIt);
      // What was proved before speaks for a prefix, up to as many as may be unproved.
      const unproved = Math.min(mostOfIt, Math.max(-mostOfIt, before + by));
      keep(levels, prefix, { unproved, at: now() }, quotas.remembered);
      if (unproved >= mostOfIt && before < mostOfIt) parts.heldBack(prefixes[0]);
    }
  }

  function take(key: string): CountedPrefixes | undefined {
    const prefixes = awaited.get(key);
    awaited.delete(key);
    return prefixes;
  }

  return {
    require(prefixes) {
      const waits = prefixes.map((prefix, index) => {
        const mostOfIt = most[index as 0 | 1];
        const over = levelOf(prefix, mostOfIt) - (mostOfIt - 1);
        return over > 0 ? (over / mostOfIt) * quotas.windowMs : 0;
      });
      const waitMs = Math.max(...waits);
      if (waitMs > 0) throw rateLimited(Math.ceil(waitMs));
    },
    share(prefixes) {
      const shares = prefixes.map((prefix, index) => {
        const mostOfIt = most[index as 0 | 1];
        return levelOf(prefix, mostOfIt) / mostOfIt;
      });
      return Math.max(0, ...shares);
    },
    sending(key, prefixes) {
      keep(awaited, key, prefixes, quotas.remembered);
      change(prefixes, 1);
    },
    notSent(key) {
      const prefixes = take(key);
      if (prefixes) change(prefixes, -1);
    },
    proved: (prefixes) => change(prefixes, -quotas.provedOutweighs),
    reported(key, report) {
      const prefixes = take(key);
      if (prefixes && report === "failed") change(prefixes, 1);
    },
  };
}

function keep<Value>(map: Map<string, Value>, key: string, value: Value, most: number): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.size > most ? map.keys() : [];
  if (oldest !== undefined) map.delete(oldest);
}
