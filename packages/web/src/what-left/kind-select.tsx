// Which items of the ledger are shown: all, or those of one declaration, by the purpose it belongs to.
import { type DeclarationId, declarations, purposes } from "@assent/protocol";
import { useId } from "react";
import { useWords } from "../language/language.ts";
import type { LedgerKind } from "./ledger-window.ts";
import "../elements/field.css";

interface KindSelectProps {
  readonly kind: LedgerKind;
  readonly onChoose: (kind: LedgerKind) => void;
}

const ids = Object.keys(declarations) as DeclarationId[];

export function KindSelect({ kind, onChoose }: KindSelectProps) {
  const words = useWords();
  const id = useId();
  const groups = purposes
    .map((purpose) => ({
      purpose,
      kinds: ids.filter((one) => declarations[one].purpose === purpose),
    }))
    .filter(({ kinds }) => kinds.length > 0);
  return (
    <div className="field">
      <label htmlFor={id}>{words.ledgerFilter}</label>
      <select
        id={id}
        value={kind}
        onChange={(event) => onChoose(event.currentTarget.value as LedgerKind)}
      >
        <option value="all">{words.ledgerAll}</option>
        {groups.map(({ purpose, kinds }) => (
          <optgroup key={purpose} label={`${words.ledgerPurpose}: ${purpose}`}>
            {kinds.map((one) => (
              <option key={one} value={one} lang="en" dir="ltr">
                {declarations[one].why}
              </option>
            ))}
          </optgroup>
        ))}
      </select>
    </div>
  );
}
