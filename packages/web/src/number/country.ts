// The country whose form numbers are read in, and all there are, named in the language of the screens.
import type { Country } from "@assent/client";
import { folded } from "@assent/client";
import { useEffect, useMemo, useState } from "react";
import { useLanguage } from "../language/language.ts";
import { phone, usePhone } from "../phone/phone-state.ts";

export interface NamedCountry {
  readonly country: Country;
  readonly name: string;
  /** Behind the plus sign of its numbers. */
  readonly code: string;
  readonly foldedName: string;
}

/** The country that counts, else the one that this device's language offers; undefined until it is known, or without one. */
export function useOfferedCountry(): readonly [
  country: Country | undefined,
  setCountry: (country: Country) => void,
] {
  const [country, setCountry] = useState<Country>();
  const isOpen = usePhone(({ opening }) => opening === "open");
  useEffect(() => {
    if (!isOpen) return;
    void phone.offeredCountry(navigator.language).then(
      // What was chosen meanwhile stays.
      (offered) => setCountry((chosen) => chosen ?? offered),
      () => undefined,
    );
  }, [isOpen]);
  return [country, setCountry];
}

/** By name. Empty until the phone answered. */
export function useCountries(): readonly NamedCountry[] {
  const { tag } = useLanguage();
  const [codes, setCodes] = useState<Awaited<ReturnType<typeof phone.callingCodes>>>([]);
  useEffect(() => {
    void phone.callingCodes().then(setCodes, () => undefined);
  }, []);
  return useMemo(() => {
    const names = new Intl.DisplayNames(tag, { type: "region" });
    const { compare } = new Intl.Collator(tag);
    return codes
      .map(({ country, code }) => {
        const name = names.of(country) ?? country;
        return { country, code, name, foldedName: folded(name) };
      })
      .sort((a, b) => compare(a.name, b.name));
  }, [codes, tag]);
}

/** Whose name holds what was typed, or whose calling code or letters it is. */
export function countriesMatching(
  countries: readonly NamedCountry[],
  typed: string,
): readonly NamedCountry[] {
  const sought = folded(typed.trim());
  const digits = typed.replace(/^\s*(?:\+|00)/, "").trim();
  if (sought === "") return countries;
  return countries.filter(
    ({ country, code, foldedName }) =>
      foldedName.includes(sought) || code === digits || country.toLowerCase() === sought,
  );
}
