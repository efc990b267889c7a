// How much left since when, what left before the owner said yes, and what no list of this app can show.
import type { LedgerTotals } from "@assent/client";
import { EyeOff } from "lucide-react";
import { useLanguage } from "../language/language.ts";

export function LedgerSummary({ totals }: { readonly totals: LedgerTotals }) {
  const { words, day, size } = useLanguage();
  const { items, bytes, since, beforeConsent } = totals;
  return (
    <>
      <div className="ledger-summary">
        <p className="ledger-total">
          {since
            ? words.ledgerSummary(day(since), words.ledgerItems(items), size(bytes))
            : words.ledgerEmpty}
        </p>
        {since && (
          <p className={beforeConsent > 0 ? "problem" : undefined}>
            {words.ledgerBefore(beforeConsent)}
          </p>
        )}
      </div>
      <p className="hint ledger-blind">
        <EyeOff aria-hidden="true" size={18} />
        {words.ledgerBlind}
      </p>
    </>
  );
}
