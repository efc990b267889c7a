// A number as its owner types it, below the country it is read in where it has no country code.
import type { Country } from "@assent/client";
import { type RefObject, useRef } from "react";
import { Field } from "../elements/field.tsx";
import { CountryPicker } from "./country-picker.tsx";
import { spaceTyping } from "./spaced-typing.ts";

interface NumberFieldProps {
  readonly label: string;
  readonly hint: string;
  readonly problem: string | undefined;
  readonly value: string;
  readonly country: Country | undefined;
  readonly onType: (text: string) => void;
  readonly onCountry: (country: Country) => void;
  readonly inputRef: RefObject<HTMLInputElement | null>;
}

export function NumberField(props: NumberFieldProps) {
  const { label, hint, problem, value, country, onType, onCountry, inputRef } = props;
  const latest = useRef(value);
  const type = (typed: string) => {
    const before = latest.current;
    latest.current = typed;
    onType(typed);
    void spaceTyping(inputRef, { before, typed, country }, (text, shown) => {
      latest.current = text;
      onType(text);
      // A country code says it by itself.
      if (shown) onCountry(shown);
    });
  };
  return (
    <div className="stack">
      <CountryPicker country={country} onChoose={onCountry} />
      <Field
        inputRef={inputRef}
        label={label}
        hint={hint}
        problem={problem}
        type="tel"
        inputMode="tel"
        autoComplete="tel"
        dir="ltr"
        value={value}
        onChange={(event) => type(event.target.value)}
      />
    </div>
  );
}
