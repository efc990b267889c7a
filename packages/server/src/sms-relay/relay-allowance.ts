// How many SMS may be sent for devices: for an account, to a number, to a calling code, in all, and for how much money. Beside
// what there is for codes, so that nobody who sends SMS keeps anybody from a code; of the money, half at most. Durable, and
// outlives accounts.
import { AssentError, type PhoneNumber } from "@assent/protocol";
import { callingCodeOf } from "../limits/calling-code.ts";
import type { CountedKeyOf } from "../limits/counted-key.ts";
import type {
  CountedTogether,
  Counters,
  GivenBack,
  Quota,
  WindowedQuota,
} from "../limits/counters.ts";
import { rateLimited } from "../limits/peer-brake.ts";
import { halfOfWhatIsFree } from "../limits/shares.ts";
import type { SmsTariff } from "../registration/code-allowance.ts";

export interface RelayAllowance {
  /** A name that was asked for, whether anything is sent under it or not. @param lookupHash of the account. @throws AssentError rate_limited */
  countName(lookupHash: Uint8Array): Promise<void>;

  /** One that was asked for, whatever becomes of it: looking at it costs. @throws AssentError rate_limited */
  countAsked(lookupHash: Uint8Array): Promise<void>;

  /**
   * Before it is sent.
   * @returns what was counted
   * @throws AssentError rate_limited; number_refused where no SMS go
   */
  countSent(sms: CountedSms): Promise<readonly GivenBack[]>;

  /** None of it went out, as nobody takes SMS now: it is of no day, and has cost nothing. What was asked for stays. */
  giveBack(counted: readonly GivenBack[]): Promise<void>;

  /** What is left for all accounts together. */
  left(): Promise<{
    readonly ofDay: number;
    /** Undefined where money is not bounded. */
    readonly ofMoney: number | undefined;
  }>;
}

export interface CountedSms {
  /** Of the account that sends it. */
  readonly lookupHash: Uint8Array;
  readonly to: PhoneNumber;
  readonly recipientMac: Uint8Array;
  /** SMS that the text takes. */
  readonly parts: number;
}

export interface RelayAllowanceQuotas {
  readonly named: WindowedQuota;
  readonly asked: Quota;
  readonly toNumber: WindowedQuota;
  /** Of the caps for calling codes, the cell and its money. */
  readonly windowMs: number;
}

/** Of the day's money, half at most. */
export function relayBudgetOf(budgetPerDay: number | undefined): number | undefined {
  return budgetPerDay === undefined ? undefined : Math.floor(budgetPerDay / 2);
}

// All that a cell sends is counted under one key, as its codes are.
const everySms = "all";

export function createRelayAllowance(parts: {
  /** Durable. */
  readonly counters: Counters;
  /** In memory. */
  readonly peerCounters: Counters;
  readonly countedKeyOf: CountedKeyOf;
  /** SMS that may go out a day; a long text takes several. */
  readonly smsPerDay: number;
  readonly tariff: SmsTariff;
  readonly quotas: RelayAllowanceQuotas;
  readonly now: () => number;
}): RelayAllowance {
  const { counters, peerCounters, countedKeyOf, quotas, now } = parts;
  const { windowMs } = quotas;
  const { budgetPerDay } = parts.tariff;
  const relayBudget = relayBudgetOf(budgetPerDay);
  const ofCell: WindowedQuota = { kind: "windowed", most: parts.smsPerDay, windowMs };

  const ofDay = () => counters.count("relayed-of-cell", everySms, ofCell, 0, now());

  /** What is free of the day. @throws AssentError rate_limited */
  async function requireFree(): Promise<number> {
    const counted = await ofDay();
    if (counted.kind === "over") throw rateLimited(counted.retryAfterMs);
    if (counted.left === 0) throw rateLimited(counted.nextInMs);
    return counted.left;
  }

  /** @throws AssentError rate_limited */
  async function countInMemory(
    thing: "sms-names-asked" | "sms-asked",
    lookupHash: Uint8Array,
  ): Promise<void> {
    const key = countedKeyOf(lookupHash);
    const counted = await peerCounters.count(thing, key, quotas.asked, 1, now());
    if (counted.kind === "over") throw rateLimited(counted.retryAfterMs);
  }

  function money(price: number): CountedTogether[] {
    if (budgetPerDay === undefined || relayBudget === undefined) return [];
    const all: WindowedQuota = { kind: "windowed", most: budgetPerDay, windowMs };
    const ofIt = { ...all, most: relayBudget };
    return [
      { thing: "sms-money", key: everySms, quota: all, times: price },
      { thing: "relayed-money", key: everySms, quota: ofIt, times: price },
    ];
  }

  return {
    countName: (lookupHash) => countInMemory("sms-names-asked", lookupHash),
    countAsked: (lookupHash) => countInMemory("sms-asked", lookupHash),

    async countSent({ lookupHash, to, recipientMac, parts: times }) {
      const callingCode = callingCodeOf(to);
      const price = parts.tariff.priceTo(callingCode);
      if (price === undefined) throw new AssentError("number_refused");
      const ofCallingCode = halfOfWhatIsFree(await requireFree(), windowMs);
      const all: readonly CountedTogether[] = [
        { thing: "sms-named", key: countedKeyOf(lookupHash), quota: quotas.named, times: 1 },
        {
          thing: "relayed-to-number",
          key: countedKeyOf(recipientMac),
          quota: quotas.toNumber,
          times: 1,
        },
        { thing: "relayed-to-calling-code", key: callingCode, quota: ofCallingCode, times },
        { thing: "relayed-of-cell", key: everySms, quota: ofCell, times },
        ...money(price * times),
      ];
      const counted = await counters.countTogether(all, now());
      if (counted.kind === "over") throw rateLimited(counted.retryAfterMs);
      return all.map(({ thing, key, times }) => ({ thing, key, times }));
    },

    giveBack: (counted) => counters.giveBack(counted),

    async left() {
      const counted = await ofDay();
      const ofMoney = money(0);
      const paid = ofMoney.length > 0 && (await counters.countTogether(ofMoney, now()));
      return {
        ofDay: counted.kind === "over" ? 0 : counted.left,
        ofMoney: paid ? Math.min(...(paid.kind === "over" ? [0] : paid.left)) : undefined,
      };
    },
  };
}
