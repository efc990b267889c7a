// How much left since when, what left before the owner said yes, what of it was for what, day by day; and what no list of
// this app can show.
import type { LedgerTotals } from "@assent/client";
import { CircleCheck, EyeOff, TriangleAlert } from "lucide-react";
import type { Catalogue } from "../language/en.ts";
import { useLanguage } from "../language/language.ts";
import { type LedgerClass, ledgerClasses } from "../phone/ledger-class.ts";
import type { LedgerDay } from "../phone/ledger-days.ts";
import { usePhone } from "../phone/phone-state.ts";

interface LedgerSummaryProps {
  readonly totals: LedgerTotals;
  readonly days: readonly LedgerDay[];
}

export function LedgerSummary({ totals, days }: LedgerSummaryProps) {
  const { words, date, size } = useLanguage();
  const { items, bytes, since, beforeConsent } = totals;
  if (!since) return <p className="card">{words.ledgerEmpty}</p>;
  const BeforeSign = beforeConsent > 0 ? TriangleAlert : CircleCheck;
  return (
    <div className="card ledger-summary">
      <p className="ledger-total">
        <strong>{size(bytes)}</strong> {words.ledgerInItems(words.ledgerItems(items), date(since))}
      </p>
      <p className={beforeConsent > 0 ? "ledger-before problem" : "ledger-before"}>
        <BeforeSign aria-hidden="true" size={18} />
        {words.ledgerBefore(beforeConsent)}
      </p>
      <Chart days={days} />
      <Legend days={days} />
    </div>
  );
}

/** What it shows stands in figures below it, and in the list. */
function Chart({ days }: { readonly days: readonly LedgerDay[] }) {
  const { words, date } = useLanguage();
  const givenAt = usePhone(({ status }) => status?.consent?.givenAt);
  const most = Math.max(1, ...days.map(totalOf));
  const [first] = days;
  if (!first) return null;
  const yes = days.findLastIndex(({ at }) => givenAt !== undefined && at <= givenAt);
  return (
    <div className="ledger-chart" aria-hidden="true">
      <div className="ledger-bars">
        {days.map((day, index) => (
          <div className="ledger-bar" key={day.at.getTime()} data-yes={index === yes}>
            {index === yes && <span className="ledger-yes">{words.ledgerYes}</span>}
            {ledgerClasses.map((of) => (
              <span
                key={of}
                className={`ledger-part ${of}`}
                style={{ blockSize: `${(100 * day.bytes[of]) / most}%` }}
              />
            ))}
          </div>
        ))}
      </div>
      <p className="ledger-axis">
        <span>{date(first.at)}</span>
        <span>{words.today}</span>
      </p>
    </div>
  );
}

function Legend({ days }: { readonly days: readonly LedgerDay[] }) {
  const { words, size } = useLanguage();
  return (
    <dl className="ledger-legend">
      {ledgerClasses.map((of) => (
        <div key={of}>
          <dt>
            <span className={`ledger-swatch ${of}`} aria-hidden="true" />
            {nameOfClass(words, of)}
          </dt>
          <dd>{size(days.reduce((bytes, day) => bytes + day.bytes[of], 0))}</dd>
        </div>
      ))}
    </dl>
  );
}

function nameOfClass(words: Catalogue, of: LedgerClass): string {
  return { texts: words.ledgerSealed, finding: words.ledgerFinding, keys: words.ledgerKeys }[of];
}

export function CannotShow() {
  const { words } = useLanguage();
  return (
    <p className="hint ledger-blind">
      <EyeOff aria-hidden="true" size={18} />
      {words.ledgerBlind}
    </p>
  );
}

function totalOf({ bytes }: LedgerDay): number {
  return ledgerClasses.reduce((total, of) => total + bytes[of], 0);
}
