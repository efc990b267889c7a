// Half of what is free: what one of many may have of what there is for all. Whoever comes first leaves as much as they took,
// so that a village behind one address is served while nobody else asks, and somebody else always finds some.
import type { WindowedQuota } from "./counters.ts";

/** What one may have of a window's quota of which so many are free now; where anything is, at least one. */
export function halfOfWhatIsFree(free: number, windowMs: number): WindowedQuota {
  return { kind: "windowed", most: Math.max(1, free - 1), windowMs };
}
