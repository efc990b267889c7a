// What an address book file would bring: what is ready, what needs a country, and what cannot be used, each by name
// with the reason. Nothing is stored before the answer.
import type { Country } from "@assent/client";
import { ChevronDown } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Button } from "../elements/button.tsx";
import { Problem } from "../elements/problem.tsx";
import { Sheet } from "../elements/sheet.tsx";
import { useWords } from "../language/language.ts";
import { CountryPicker } from "../number/country-picker.tsx";
import { wordsOf } from "../number/not-a-number.ts";
import { useAttempt } from "../phone/attempt.ts";
import type { ImportPreview } from "../phone/phone.ts";
import { phone } from "../phone/phone-state.ts";
import "./contacts.css";

interface ImportSheetProps {
  readonly vcards: Uint8Array;
  /** Read in the country that counts, where there is one. */
  readonly first: ImportPreview;
  readonly onClose: () => void;
  readonly onImported: (count: number) => void;
}

export default function ImportSheet({ vcards, first, onClose, onImported }: ImportSheetProps) {
  const words = useWords();
  const [preview, setPreview] = useState(first);
  const [country, setCountry] = useState<Country | undefined>(first.country);
  const attempt = useAttempt();
  const { ready, needCountry, unusable } = preview;
  const readIn = (chosen: Country) => {
    setCountry(chosen);
    attempt.run(async () => setPreview(await phone.previewImport(vcards, chosen)));
  };
  const bring = () =>
    attempt.run(async () => onImported(await phone.importContacts(vcards, country)));
  return (
    <Sheet open onClose={onClose} title={words.importTitle}>
      <p className="hint">{words.settingsContactsHint}</p>
      <Part count={ready.length} title={words.importReady(ready.length)}>
        {ready.map(({ number, name, knownAs }) => (
          <Line
            key={number}
            name={name}
            written={number}
            note={knownAs && words.importKnownAs(knownAs)}
          />
        ))}
      </Part>
      {(needCountry.length > 0 || first.needCountry.length > 0) && (
        <div className="import-country">
          <CountryPicker country={country} onChoose={readIn} />
          <p className="hint">{words.importCountryHint}</p>
        </div>
      )}
      <Part count={needCountry.length} title={words.importNeedCountry(needCountry.length)}>
        {needCountry.map(({ name, written }) => (
          <Line key={`${name} ${written}`} name={name} written={written} />
        ))}
      </Part>
      <Part count={unusable.length} title={words.importUnusable(unusable.length)}>
        {unusable.map(({ name, written, reason }) => (
          <Line
            key={`${name} ${written}`}
            name={name}
            written={written}
            note={wordsOf(words, reason)}
          />
        ))}
      </Part>
      <Problem attempt={attempt} />
      <div className="answers">
        <Button
          look="strong"
          aria-disabled={ready.length === 0 || attempt.isUnderway}
          onClick={() => ready.length > 0 && bring()}
        >
          {words.importYes}
        </Button>
        <Button onClick={onClose}>{words.cancel}</Button>
      </div>
    </Sheet>
  );
}

interface PartProps {
  readonly count: number;
  readonly title: string;
  readonly children: ReactNode;
}

function Part({ count, title, children }: PartProps) {
  if (count === 0) return null;
  return (
    <details className="import-part">
      <summary>
        {title}
        <ChevronDown aria-hidden="true" size={20} />
      </summary>
      <ul>{children}</ul>
    </details>
  );
}

interface LineProps {
  readonly name: string;
  readonly written: string | undefined;
  readonly note?: string | undefined;
}

function Line({ name, written, note }: LineProps) {
  return (
    <li className="import-line">
      <span dir="auto">{name}</span>
      <bdi className="hint" dir="ltr">
        {written}
      </bdi>
      {note && <span className="hint">{note}</span>}
    </li>
  );
}
