// Which country a number without a country code belongs to: chosen already where the language says one, and any other
// found by its name, its letters or its calling code. A button that opens a field with a list below it.
import type { Country } from "@assent/client";
import { ChevronDown } from "lucide-react";
import { type KeyboardEvent, useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import { Field } from "../elements/field.tsx";
import { isOfInputMethod } from "../elements/input-method.ts";
import { useMarkedOption } from "../elements/marked-option.ts";
import { useWords } from "../language/language.ts";
import { countriesMatching, type NamedCountry, useCountries } from "./country.ts";
import "./country-picker.css";

interface CountryPickerProps {
  readonly country: Country | undefined;
  readonly onChoose: (country: Country) => void;
}

export function CountryPicker({ country, onChoose }: CountryPickerProps) {
  const words = useWords();
  const countries = useCountries();
  const [isOpen, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const listId = useId();
  const chosen = countries.find((one) => one.country === country);
  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  return (
    <div className="country-picker">
      <button
        ref={button}
        type="button"
        className="country-chosen"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        <span className="visually-hidden">{words.country}</span>
        {chosen ? <CountryName country={chosen} /> : <span>{words.countryChoose}</span>}
        <ChevronDown aria-hidden="true" size={20} />
      </button>
      {isOpen && (
        <CountryList
          id={listId}
          countries={countries}
          chosen={country}
          onClose={close}
          onChoose={(picked) => {
            onChoose(picked);
            close();
          }}
        />
      )}
    </div>
  );
}

function CountryName({ country: { name, code } }: { readonly country: NamedCountry }) {
  return (
    <>
      <span className="country-name">{name}</span>
      <bdi className="hint" dir="ltr">
        +{code}
      </bdi>
    </>
  );
}

interface CountryListProps {
  readonly id: string;
  readonly countries: readonly NamedCountry[];
  readonly chosen: Country | undefined;
  readonly onChoose: (country: Country) => void;
  readonly onClose: () => void;
}

function CountryList({ id, countries, chosen, onChoose, onClose }: CountryListProps) {
  const words = useWords();
  const [typed, setTyped] = useState("");
  const found = countriesMatching(countries, typed);
  const { marked, restart, moveBy } = useMarkedOption(found.map((one) => one.country));
  const field = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => field.current?.focus(), []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is marked comes into sight
  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [marked]);
  const pressed = (event: KeyboardEvent) => {
    if (isOfInputMethod(event.nativeEvent)) return;
    const taken = found[marked];
    if (event.key === "Enter") {
      if (taken) onChoose(taken.country);
    } else if (event.key === "Escape") onClose();
    else if (!moveBy(event.key)) return;
    event.preventDefault();
  };
  return (
    <div className="country-search">
      <Field
        inputRef={field}
        type="search"
        label={words.countryFind}
        value={typed}
        role="combobox"
        aria-expanded={found.length > 0}
        aria-controls={id}
        aria-autocomplete="list"
        aria-activedescendant={found[marked] && `${id}-${found[marked].country}`}
        onChange={(event) => {
          setTyped(event.target.value);
          restart();
        }}
        onKeyDown={pressed}
      />
      <p className="hint country-none" role="status">
        {countries.length > 0 && found.length === 0 && words.countryNone}
      </p>
      <div className="countries" role="listbox" id={id} aria-label={words.country} ref={list}>
        {found.map((one, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the field's
          <div
            key={one.country}
            id={`${id}-${one.country}`}
            className="country-option"
            role="option"
            tabIndex={-1}
            aria-selected={index === marked}
            aria-current={one.country === chosen || undefined}
            // The field keeps the focus.
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => onChoose(one.country)}
          >
            <CountryName country={one} />
          </div>
        ))}
      </div>
    </div>
  );
}
