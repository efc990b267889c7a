// Private messages are on: what that sent, how it is undone, and whom to text first.
import type { LedgerTotals } from "@assent/client";
import { ChevronRight, Eye, Info, type LucideIcon, Power, SquarePen } from "lucide-react";
import { useEffect, useState } from "react";
import { Link, useLocation } from "wouter";
import { Button } from "../elements/button.tsx";
import { Mark } from "../elements/mark.tsx";
import { Screen } from "../elements/screen.tsx";
import { isolated } from "../language/isolated.ts";
import { useLanguage } from "../language/language.ts";
import { phone, usePhone } from "../phone/phone-state.ts";
import { places } from "../places.ts";
import "../elements/parted-card.css";

export function DoneStep({ onDone }: { readonly onDone: () => void }) {
  const { words, size } = useLanguage();
  const [, go] = useLocation();
  const totals = useTotals();
  const operator = usePhone(({ status }) => status?.operator);
  return (
    <Screen title={words.doneTitle} backTo={places.list}>
      <div className="stack turned-on">
        <Mark isOn goesOn />
        <p>{words.doneHint}</p>
        <div className="parted-card">
          <Next
            to={places.whatLeft}
            Sign={Eye}
            name={words.doneLeft}
            hint={
              totals &&
              `${words.ledgerItems(totals.items)}${words.commaBetween}${size(totals.bytes)}`
            }
          />
          <Next to={places.turnOff} Sign={Power} name={words.doneUndo} hint={words.doneUndoHint} />
          {operator && (
            <Next
              to={places.settings}
              Sign={Info}
              name={words.operatorTitle}
              hint={operator.name && isolated(operator.name)}
            />
          )}
        </div>
        <div className="answers">
          <Button look="strong" onClick={() => go(places.newMessage)}>
            <SquarePen aria-hidden="true" size={18} />
            {words.doneText}
          </Button>
          <Button look="quiet" onClick={onDone}>
            {words.done}
          </Button>
        </div>
      </div>
    </Screen>
  );
}

interface NextProps {
  readonly to: string;
  readonly Sign: LucideIcon;
  readonly name: string;
  readonly hint: string | undefined;
}

function Next({ to, Sign, name, hint }: NextProps) {
  return (
    <Link href={to} className="turned-on-link">
      <Sign aria-hidden="true" size={20} />
      <span className="term-said">
        <strong>{name}</strong>
        <span className="hint">{hint}</span>
      </span>
      <ChevronRight aria-hidden="true" size={20} className="term-fold" />
    </Link>
  );
}

/** Of what has left so far; turning on may still be sending. */
function useTotals(): LedgerTotals | undefined {
  const version = usePhone((state) => state.ledgerVersion);
  const [totals, setTotals] = useState<LedgerTotals>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: read anew when something left
  useEffect(() => {
    void phone.ledgerTotals().then(setTotals, () => undefined);
  }, [version]);
  return totals;
}
