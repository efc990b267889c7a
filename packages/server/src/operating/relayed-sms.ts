// What there is to say of SMS for devices without a SIM to whoever looks after a service: how many more may go out, and why
// none do. Counts alone.
import { isShownOnly, lowestPriceOf, type SmsConfig } from "../sms/chosen-transport.ts";
import type { RelayAllowance } from "../sms-relay/relay-allowance.ts";
import type { Draining } from "./draining.ts";

/** Why none go out, though the operator said that they do. */
export type RelayHindrance =
  /** The transport is for development: it shows them to whoever looks, and hands them to nobody. */
  "shown-only" | "day-used-up" | "budget-used-up" | "drained";

export interface RelayedSms {
  /** SMS that may go out now, in all: as many as the day and the budget have left. */
  readonly left: number;
  readonly inTheWay: readonly RelayHindrance[];
}

export function createRelayedSms(parts: {
  readonly allowance: Pick<RelayAllowance, "left">;
  readonly sms: SmsConfig;
  readonly draining: Pick<Draining, "isDrained">;
}): () => Promise<RelayedSms> {
  const { allowance, sms, draining } = parts;
  const lowestPrice = lowestPriceOf(sms);
  return async () => {
    const { ofDay, ofMoney } = await allowance.left();
    const paid = smsFor(ofMoney, lowestPrice);
    return {
      left: Math.min(ofDay, paid),
      inTheWay: [
        ...(isShownOnly(sms) ? (["shown-only"] as const) : []),
        ...(ofDay === 0 ? (["day-used-up"] as const) : []),
        ...(paid === 0 ? (["budget-used-up"] as const) : []),
        ...(draining.isDrained() ? (["drained"] as const) : []),
      ],
    };
  };
}

/** How many SMS an amount pays for. @param money undefined where it is not bounded */
export function smsFor(money: number | undefined, price: number): number {
  return money === undefined || price === 0 ? Number.POSITIVE_INFINITY : Math.floor(money / price);
}
