// Which items of the ledger are shown: all, or those of one declaration, by the purpose it belongs to.
import { useEffect, useId, useState } from "react";
import { useWords } from "../language/language.ts";
import type { DeclaredKind } from "../phone/phone.ts";
import { phone } from "../phone/phone-state.ts";
import type { LedgerKind } from "./ledger-window.ts";
import "../elements/field.css";

interface KindSelectProps {
  readonly kind: LedgerKind;
  readonly onChoose: (kind: LedgerKind) => void;
}

export function KindSelect({ kind, onChoose }: KindSelectProps) {
  const words = useWords();
  const id = useId();
  const kinds = useDeclaredKinds();
  const purposes = [...new Set(kinds.map(({ purpose }) => purpose))];
  return (
    <div className="field">
      <label htmlFor={id}>{words.ledgerFilter}</label>
      <select
        id={id}
        value={kind}
        onChange={(event) => onChoose(event.currentTarget.value as LedgerKind)}
      >
        <option value="all">{words.ledgerAll}</option>
        {purposes.map((purpose) => (
          <optgroup key={purpose} label={`${words.ledgerPurpose}: ${purpose}`}>
            {kinds
              .filter((one) => one.purpose === purpose)
              .map((one) => (
                <option key={one.id} value={one.id} lang="en" dir="ltr">
                  {one.why}
                </option>
              ))}
          </optgroup>
        ))}
      </select>
    </div>
  );
}

/** Asked of the phone, which has them: reading them out of the contract takes more code than this whole screen. */
function useDeclaredKinds(): readonly DeclaredKind[] {
  const [kinds, setKinds] = useState<readonly DeclaredKind[]>([]);
  useEffect(() => {
    void phone.declaredKinds().then(setKinds);
  }, []);
  return kinds;
}
