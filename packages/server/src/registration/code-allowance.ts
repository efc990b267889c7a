// How many SMS may go out: to a number, to a calling code, for a network, in all, and for how much money. What is counted of
// numbers and money is durable and outlives accounts; what is counted of networks is in memory alone. No network can use up what a number
// gets: the last two of a day are for one that did not ask for it before, so that its owner is not locked out by others.
import { AssentError, type PhoneNumber } from "@assent/protocol";
import { type CallingCode, callingCodeOf } from "../limits/calling-code.ts";
import type { CountedKeyOf } from "../limits/counted-key.ts";
import type {
  Counted,
  CountedTogether,
  Counters,
  GivenBack,
  Quota,
  WindowedQuota,
} from "../limits/counters.ts";
import { loopbackNetwork } from "../limits/network.ts";
import { rateLimited } from "../limits/peer-brake.ts";
import type { RegistrationQuotas } from "../limits/quotas.ts";
import { halfOfWhatIsFree } from "../limits/shares.ts";

export interface AskedCode {
  readonly number: PhoneNumber;
  /** Of the number, under each VOPRF key that is good: the current one first, the oldest last. */
  readonly lookupHashes: readonly Uint8Array[];
  /** Where it was asked from. */
  readonly network: string;
}

export interface CodeAllowance {
  /** Refuses for free where the cell's day was found to be used up less than a minute ago. @throws AssentError rate_limited */
  requireAny(): void;

  /**
   * How much is used, from 0 to 1: of the cell's day, of its money, or of what this network may have.
   * @throws AssentError rate_limited where none is left
   */
  usedShare(network: string): Promise<number>;

  /**
   * Counts an SMS, and what it costs, before it is sent.
   * @throws AssentError rate_limited; number_refused where no SMS go
   */
  count(asked: AskedCode): Promise<CountedCode>;

  /** None of it went out, as nobody takes SMS now: it is of no day, and has cost nothing. Pauses stay. */
  giveBack(counted: CountedCode): Promise<void>;

  /** The number was proved: who did has no pauses. What was sent stays counted. */
  endPauses(asked: Omit<AskedCode, "number">): Promise<void>;
}

export interface CountedCode {
  /** When the next may be asked for. */
  readonly resendAfterSeconds: number;
  /** What was counted of the number and the cell, that outlives this process. */
  readonly durable: readonly GivenBack[];
  readonly ofNetwork: readonly GivenBack[];
}

/** What SMS cost, in some small part of some money. */
export interface SmsTariff {
  /** Undefined where none go. */
  priceTo(callingCode: CallingCode): number | undefined;
  /** Undefined where it is not bounded. */
  readonly budgetPerDay: number | undefined;
}

interface DayLeft {
  readonly free: number;
  readonly usedShare: number;
  readonly seenAt: number;
}

// Every SMS of a cell is counted under one key.
const everySms = "all";
const lookAgainMs = 60_000;

export function createCodeAllowance(parts: {
  /** Durable. */
  readonly counters: Counters;
  /** In memory. */
  readonly peerCounters: Counters;
  readonly countedKeyOf: CountedKeyOf;
  readonly smsPerDay: number;
  readonly tariff: SmsTariff;
  readonly quotas: Pick<RegistrationQuotas, "codes" | "sms" | "smsFromElsewhere" | "smsWindowMs">;
  readonly now: () => number;
}): CodeAllowance {
  const { counters, peerCounters, countedKeyOf, quotas, now } = parts;
  const windowMs = quotas.smsWindowMs;
  const { budgetPerDay } = parts.tariff;
  const ofCell: WindowedQuota = { kind: "windowed", most: parts.smsPerDay, windowMs };
  const ofMoney: WindowedQuota | undefined =
    budgetPerDay === undefined ? undefined : { kind: "windowed", most: budgetPerDay, windowMs };

  let day: DayLeft | undefined;
  let usedUp: { readonly foundAt: number; readonly until: number } | undefined;

  function foundUsedUp(retryAfterMs: number): AssentError {
    usedUp = { foundAt: now(), until: now() + retryAfterMs };
    return rateLimited(retryAfterMs);
  }

  /** What is left of the cell's day: at least one SMS. @throws AssentError rate_limited */
  async function requireLeft(): Promise<DayLeft> {
    const counted = await counters.count("sms-of-cell", everySms, ofCell, 0, now());
    if (counted.kind === "over") throw foundUsedUp(counted.retryAfterMs);
    if (counted.left === 0) throw foundUsedUp(counted.nextInMs);
    const spent = ofMoney
      ? usedOf(ofMoney, await counters.count("sms-money", everySms, ofMoney, 0, now()))
      : 0;
    const usedShare = Math.max(usedOf(ofCell, counted), spent);
    day = { free: counted.left, usedShare, seenAt: now() };
    return day;
  }

  /** As it was seen after the last SMS, unless that is a while ago. @throws AssentError rate_limited */
  async function dayLeft(): Promise<DayLeft> {
    const awayMs = day ? now() - day.seenAt : lookAgainMs;
    return day && awayMs >= 0 && awayMs < lookAgainMs ? day : requireLeft();
  }

  async function shareOfNetwork(network: string, free: number): Promise<number> {
    if (network === loopbackNetwork) return 0;
    const share = halfOfWhatIsFree(free, windowMs);
    return usedOf(share, await peerCounters.count("sms-of-network", network, share, 0, now()));
  }

  /** @throws AssentError rate_limited */
  async function countNetwork(network: string, free: number): Promise<void> {
    if (network === loopbackNetwork) return;
    const share = halfOfWhatIsFree(free, windowMs);
    const counted = await peerCounters.count("sms-of-network", network, share, 1, now());
    if (counted.kind === "over") throw rateLimited(counted.retryAfterMs);
  }

  function allOf(
    { number, lookupHashes }: AskedCode,
    price: number,
    free: number,
    thing: "sms-to-number" | "sms-to-number-from-elsewhere",
  ): readonly CountedTogether[] {
    const ofNumber = thing === "sms-to-number" ? quotas.sms : quotas.smsFromElsewhere;
    const ofCallingCode = halfOfWhatIsFree(free, windowMs);
    // Under the oldest key it was counted before, under the current one it is found when that is gone.
    const keys = new Set([lookupHashes[0], lookupHashes.at(-1)].map(countedKeyOfSome));
    return [
      ...[...keys].map((key) => ({ thing, key, quota: ofNumber, times: 1 })),
      { thing: "sms-to-calling-code", key: callingCodeOf(number), quota: ofCallingCode, times: 1 },
      { thing: "sms-of-cell", key: everySms, quota: ofCell, times: 1 },
      ...(ofMoney
        ? [{ thing: "sms-money" as const, key: everySms, quota: ofMoney, times: price }]
        : []),
    ];
  }

  /** Of a number and a network together, which are linked nowhere but in memory. */
  function keyOf({ lookupHashes, network }: Omit<AskedCode, "number">): string {
    return `${countedKeyOfSome(lookupHashes.at(-1))} ${network}`;
  }

  function countedKeyOfSome(lookupHash: Uint8Array | undefined): string {
    if (!lookupHash) throw new TypeError("a number has a hash under the current key");
    return countedKeyOf(lookupHash);
  }

  return {
    requireAny() {
      if (!usedUp) return;
      const awayMs = now() - usedUp.foundAt;
      // Looked up again in a while: the operator may have allowed more, or the clock may have gone back.
      if (awayMs < 0 || awayMs >= lookAgainMs || now() >= usedUp.until) usedUp = undefined;
      else throw rateLimited(usedUp.until - now());
    },

    async usedShare(network) {
      const { free, usedShare } = await dayLeft();
      return Math.max(usedShare, await shareOfNetwork(network, free));
    },

    async count(asked) {
      const price = parts.tariff.priceTo(callingCodeOf(asked.number));
      if (price === undefined) throw new AssentError("number_refused");
      const key = keyOf(asked);
      const paused = await peerCounters.count("codes", key, quotas.codes, 1, now());
      if (paused.kind === "over") throw rateLimited(paused.retryAfterMs);
      const { free } = await requireLeft();
      await countNetwork(asked.network, free);
      // Not before: who was refused for want of SMS has not had theirs.
      const once: Quota = { kind: "windowed", most: 1, windowMs };
      const marked = await peerCounters.count("asked-from-network", key, once, 1, now());
      let durable = allOf(asked, price, free, "sms-to-number");
      let counted = await counters.countTogether(durable, now());
      const isNumberOver = counted.kind === "over" && counted.of.includes("sms-to-number");
      if (isNumberOver && marked.kind === "counted") {
        durable = allOf(asked, price, free, "sms-to-number-from-elsewhere");
        counted = await counters.countTogether(durable, now());
      }
      if (counted.kind === "over") throw rateLimited(counted.retryAfterMs);
      day = undefined;
      const ofNetwork: readonly GivenBack[] = [
        { thing: "sms-of-network", key: asked.network, times: 1 },
        ...(marked.kind === "counted"
          ? [{ thing: "asked-from-network" as const, key, times: 1 }]
          : []),
      ];
      return { resendAfterSeconds: Math.ceil(paused.nextInMs / 1_000), durable, ofNetwork };
    },

    async giveBack({ durable, ofNetwork }) {
      await counters.giveBack(durable.map(({ thing, key, times }) => ({ thing, key, times })));
      await peerCounters.giveBack(ofNetwork);
      [day, usedUp] = [undefined, undefined];
    },

    endPauses: (asked) => peerCounters.endPauses("codes", keyOf(asked)),
  };
}

function usedOf({ most }: WindowedQuota, counted: Counted): number {
  if (counted.kind === "over") return 1;
  return most === 0 ? 0 : (most - counted.left) / most;
}
