// *This service ends*: what may stand in the notice, and from when on it holds.
import type { ServiceEnd } from "./contract.ts";
import { isFitForOperator } from "./operator.ts";

const dayMs = 86_400_000;
/** The last day that dates can have. */
const lastMs = 8_640_000_000_000_000;

/** Whether a client may show it, and go by it. */
export function isFitServiceEnd({ atMs, message }: Pick<ServiceEnd, "atMs" | "message">): boolean {
  const isDay = atMs > 0n && atMs <= BigInt(lastMs) && atMs % BigInt(dayMs) === 0n;
  return isDay && isFitForOperator("imprint", message);
}

/** Of a day in UTC, such as "2027-03-31", its first millisecond; undefined where it is none, as February 30. */
export function startOfDay(written: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(written)) return undefined;
  const startMs = Date.parse(`${written}T00:00:00Z`);
  // February 30 is read as a day of March.
  const isDay = !Number.isNaN(startMs) && new Date(startMs).toISOString().startsWith(written);
  return isDay ? startMs : undefined;
}
