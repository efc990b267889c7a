// Whether the clock can be believed where something is destroyed by age. A wall clock may be wrong by years after one bad
// start; so what is over age goes only while the wall clock and the machine's uptime have agreed for a day. Nothing else
// waits for that. Trusts the uptime, and of the wall clock only that the operator knows when it is right.
import type { ClockReading, KeptTime } from "./store.ts";

/** Both clocks agree, and have since `dayAgoMs` at least: what was over age then is over age for certain. */
export interface OverAge {
  readonly nowMs: number;
  readonly dayAgoMs: number;
}

/** When something may be destroyed by age. */
export type Judgement =
  | ({ readonly kind: "agree" } & OverAge)
  /** They agree, and have not for long enough. */
  | { readonly kind: "agree-since-lately" }
  /** The wall clock jumped, or the service was stopped for so long that it may have. */
  | { readonly kind: "in-doubt" };

export interface JudgedTime {
  /** Compares both clocks as they are now. */
  look(): Judgement;
  /** What the last look saw. */
  readonly last: Judgement["kind"];
  /** The operator says that the wall clock is right: the day begins anew. */
  confirm(): void;
  /**
   * For what is stored and will be destroyed by age: the wall clock's time, and while that is in doubt the latest that
   * it can be, so that nothing is taken for older than it is.
   */
  stampMs(): number;
  /** The time that it is at the earliest. */
  earliestMs(): number;
  /** What is to be kept of it across a stop. */
  kept(): KeptTime;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** How far the clocks may come apart in a day: a clock that is set right by the network moves by less. */
const toleranceMs = 10 * minuteMs;
/** Nobody knows how long a machine was off. So much is believed. */
const believedStopMs = 7 * dayMs;
/** A machine without a clock of its own is told the time by the network so long after its start, at the latest. */
const settledAfterMs = hourMs;
/**
 * Less than a day, by the hours that rounding to hours and sweeping each hour take: what waits goes a day after its 30
 * days, and 31 days are promised.
 */
const seenApartMs = 22 * hourMs;

/** @param kept what the store has: undefined where it is new, and everything in it too */
export function createJudgedTime(parts: {
  /** Milliseconds since 1970. */
  readonly wallMs: () => number;
  /** Of the machine; see `ClockReading`. */
  readonly uptimeMs: () => number;
  readonly kept: KeptTime | undefined;
}): JudgedTime {
  const { wallMs, uptimeMs, kept } = parts;
  const read = (): ClockReading => ({ wallMs: wallMs(), uptimeMs: uptimeMs() });
  const first = read();
  let believed = sinceThisStart(kept?.believed ?? first, first);
  let agreeSinceMs = kept ? kept.agreeSinceMs : first.wallMs;
  // How much time may have passed that the uptime does not show. Who stops a service whose clock jumped, and starts it
  // again on the same machine, has not said that the clock is right.
  const isAsItWas = believed === kept?.believed && kept.agreeSinceMs === undefined;
  let unseenMs = kept && !isAsItWas ? believedStopMs : 0;
  let last: Judgement["kind"] = "in-doubt";
  let floorMs = believed.wallMs;

  function earliestAt(atUptimeMs: number): number {
    return believed.wallMs + atUptimeMs - believed.uptimeMs;
  }

  function agreeFrom(reading: ClockReading): void {
    believed = reading;
    agreeSinceMs = reading.wallMs;
  }

  function compare(reading: ClockReading): void {
    if (reading.uptimeMs - first.uptimeMs > settledAfterMs) unseenMs = 0;
    const aheadMs = reading.wallMs - earliestAt(reading.uptimeMs);
    if (aheadMs < -toleranceMs || aheadMs > unseenMs + toleranceMs) {
      agreeSinceMs = undefined;
      return;
    }
    const isAsExpected = Math.abs(aheadMs) <= toleranceMs;
    if (!isAsExpected) unseenMs -= aheadMs;
    if (!isAsExpected || agreeSinceMs === undefined) agreeFrom(reading);
    // From day to day, so that what is tolerated does not add up to a refusal in a year.
    else if (reading.uptimeMs - believed.uptimeMs >= dayMs) believed = reading;
  }

  function judge({ wallMs: nowMs }: ClockReading): Judgement {
    if (agreeSinceMs === undefined) return { kind: "in-doubt" };
    const dayAgoMs = nowMs - seenApartMs;
    if (dayAgoMs < agreeSinceMs) return { kind: "agree-since-lately" };
    return { kind: "agree", nowMs, dayAgoMs };
  }

  function look(): Judgement {
    const reading = read();
    compare(reading);
    const judgement = judge(reading);
    last = judgement.kind;
    floorMs = earliestAt(reading.uptimeMs);
    return judgement;
  }

  look();
  return {
    look,
    get last() {
      return last;
    },
    confirm() {
      unseenMs = 0;
      agreeFrom(read());
      look();
    },
    // For every text: so the uptime, which is a file, is not read.
    stampMs: () => Math.max(wallMs(), floorMs),
    earliestMs() {
      const reading = read();
      compare(reading);
      return agreeSinceMs === undefined ? earliestAt(reading.uptimeMs) : reading.wallMs;
    },
    kept() {
      const reading = read();
      compare(reading);
      const believedNow = { ...reading, wallMs: earliestAt(reading.uptimeMs) };
      return { believed: believedNow, agreeSinceMs };
    },
  };
}

/** Where the machine was started anew since, nothing is known of the time between but that it passed. */
function sinceThisStart(believed: ClockReading, first: ClockReading): ClockReading {
  const isOfThisStart = believed.uptimeMs <= first.uptimeMs;
  return isOfThisStart ? believed : { wallMs: believed.wallMs, uptimeMs: first.uptimeMs };
}
