// Somebody new in the address book: a name, and a number unless it is known already.
import type { PhoneNumber } from "@assent/protocol";
import { type FormEvent, useRef, useState } from "react";
import { Button } from "../elements/button.tsx";
import { Problem } from "../elements/problem.tsx";
import { Sheet } from "../elements/sheet.tsx";
import { useWords } from "../language/language.ts";
import { useOfferedCountry } from "../number/country.ts";
import { wordsOf } from "../number/not-a-number.ts";
import { NumberField } from "../number/number-field.tsx";
import { useAttempt } from "../phone/attempt.ts";
import type { NotANumber } from "../phone/phone.ts";
import { phone } from "../phone/phone-state.ts";
import { useShownNumber } from "../phone/shown-number.ts";
import { NameField } from "./name-field.tsx";

interface NewContactSheetProps {
  /** Of somebody who is to be added; it is asked for where there is none. */
  readonly number?: PhoneNumber;
  readonly onClose: () => void;
}

export function NewContactSheet({ number, onClose }: NewContactSheetProps) {
  const words = useWords();
  const shown = useShownNumber(number);
  const [name, setName] = useState("");
  const [written, setWritten] = useState("");
  const [country, setCountry] = useOfferedCountry();
  const [instead, setInstead] = useState<NotANumber>();
  const attempt = useAttempt();
  const numberInput = useRef<HTMLInputElement>(null);
  const canSave = name.trim() !== "" && (number !== undefined || written.trim() !== "");
  const save = (event: FormEvent) => {
    event.preventDefault();
    if (!canSave) return;
    attempt.run(async () => {
      const read = number
        ? ({ kind: "number", number } as const)
        : await phone.readNumber(written, country);
      if (read.kind !== "number") return setInstead(read.kind);
      await phone.nameContact(read.number, name);
      onClose();
    });
  };
  return (
    <Sheet open onClose={onClose} title={words.contactAdd}>
      <form className="stack" onSubmit={save}>
        <NameField name={name} onName={setName} />
        {number ? (
          <p>{shown}</p>
        ) : (
          <NumberField
            inputRef={numberInput}
            label={words.numberLabel}
            hint={words.numberHint}
            problem={instead && wordsOf(words, instead)}
            value={written}
            country={country}
            onType={(text) => {
              setWritten(text);
              setInstead(undefined);
            }}
            onCountry={setCountry}
          />
        )}
        <Problem attempt={attempt} />
        <div className="answers">
          <Button type="submit" look="strong" aria-disabled={!canSave}>
            {words.save}
          </Button>
          <Button onClick={onClose}>{words.cancel}</Button>
        </div>
      </form>
    </Sheet>
  );
}
