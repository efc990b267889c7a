// What left on each of the last days, by what it was for: sums of the whole ledger's newest part, read where the phone is, so
// that no body crosses to the page for a chart.
import type { LedgerLine, LedgerPage } from "@assent/client";
import { classOf, type LedgerClass } from "./ledger-class.ts";

export interface LedgerDay {
  /** Midnight, by the clock of the device. */
  readonly at: Date;
  /** Bytes of bodies. */
  readonly bytes: Readonly<Record<LedgerClass, number>>;
}

type ReadPage = (options: {
  readonly limit: number;
  readonly before?: string;
}) => Promise<LedgerPage>;

const pageSize = 200;
// A day of a busy phone is a few hundred items; no chart is worth reading more than this.
const mostItems = 10_000;

/** Oldest first; today is the last, and a day on which nothing left is there with nothing. */
export async function ledgerDays(
  read: ReadPage,
  days: number,
  now: Date,
): Promise<readonly LedgerDay[]> {
  const shown = Array.from({ length: days }, (_, index) => dayBefore(now, days - 1 - index));
  const [first] = shown;
  let before: string | undefined;
  for (let items = 0; first && items < mostItems; items += pageSize) {
    const { lines, more } = await read({ limit: pageSize, ...(before ? { before } : {}) });
    for (const line of lines) add(shown, line);
    const oldest = lines.at(-1);
    if (!more || !oldest || oldest.at < first.at) break;
    before = oldest.key;
  }
  return shown;
}

type Summed = { readonly at: Date; readonly bytes: Record<LedgerClass, number> };

function dayBefore(now: Date, days: number): Summed {
  const at = new Date(now.getFullYear(), now.getMonth(), now.getDate() - days);
  return { at, bytes: { texts: 0, finding: 0, keys: 0 } };
}

function add(days: readonly Summed[], { at, declaration, size }: LedgerLine): void {
  const day = days.findLast((one) => one.at <= at);
  if (day) day.bytes[classOf(declaration)] += size;
}
