// Numbers as people of one country write them to each other. Every number of every plan is in its data, which is twice
// what parseNumber needs: a module of its own, loaded where somebody types a number or reads an address book.
import {
  AsYouType,
  type CountryCode,
  getCountries,
  getCountryCallingCode,
  isSupportedCountry,
  type PhoneNumber as ParsedNumber,
  parseDigits,
  parsePhoneNumberFromString,
} from "libphonenumber-js/max";
import metadata from "libphonenumber-js/max/metadata";
import { AssentError } from "./errors.ts";
import { isPhoneNumber, type PhoneNumber, parseNumber, writtenNumber } from "./number.ts";

/** ISO 3166-1, two capital letters, such as DE: a country or territory that has numbers. */
export type Country = CountryCode;

/** What a text is that was written as somebody's number. */
export type NumberReading =
  | { readonly kind: "number"; readonly number: PhoneNumber }
  /** Has no country code; which number it is, a country would tell. */
  | { readonly kind: "needs-country" }
  /** Has no country code, and is no number of the country as it is written there. */
  | { readonly kind: "not-of-country" }
  /** One that only a network or a service understands, such as 112 or 22222. */
  | { readonly kind: "short-code" }
  /** A command to a network, such as *100#: dialed, and answered by it. No text can go there. */
  | { readonly kind: "dialed-code" }
  /** Reaches somebody behind a switchboard, where no text arrives. */
  | { readonly kind: "extension" }
  | { readonly kind: "unreadable" };

// Without a country: emergency and service numbers have up to six digits, national ones hardly ever fewer than that.
const shortCodeDigits = 5;
const shortCodeDigitsOfCountry = 6;
const fewestDigits = 3;
const mostDigits = 15;
const longestTyped = 32;

/**
 * Reads a number in international form, or as it is written in a country: valid there, and behind the country's trunk
 * prefix where its numbers are written with one. Without that prefix almost any digits are somebody's number somewhere.
 */
export function readNumber(text: string, country?: Country): NumberReading {
  let written: string;
  try {
    written = writtenNumber(text);
  } catch {
    return { kind: "unreadable" };
  }
  if (/[*#]\s*\d|\d\s*[*#]/.test(written)) return { kind: "dialed-code" };
  const parsed = parsePhoneNumberFromString(written, {
    extract: false,
    ...(country ? { defaultCountry: country } : {}),
  });
  if (parsed?.ext) return { kind: "extension" };
  if (/^[+\uff0b]/.test(written)) return readInternational(written);
  if (/[^\p{Nd}\p{Zs}\p{Pd}()./]/u.test(written)) return { kind: "unreadable" };
  const digits = parseDigits(written);
  if (digits.length < fewestDigits || digits.length > mostDigits + 3) return { kind: "unreadable" };
  if (!country) {
    return { kind: digits.length <= shortCodeDigits ? "short-code" : "needs-country" };
  }
  if (parsed?.isValid() && isPhoneNumber(parsed.number) && isWrittenInFull(parsed, digits)) {
    return { kind: "number", number: parsed.number };
  }
  const isShort = digits.length <= shortCodeDigitsOfCountry;
  return { kind: isShort ? "short-code" : "not-of-country" };
}

function readInternational(written: string): NumberReading {
  try {
    return { kind: "number", number: parseNumber(written) };
  } catch {
    return { kind: "unreadable" };
  }
}

/**
 * With its trunk prefix, where the numbers of its kind are written with one, or with all that is dialed to leave the
 * country. Neither is in the national number, so that whatever has no more digits than this lacks it.
 */
function isWrittenInFull(parsed: ParsedNumber, digits: string): boolean {
  const { nationalNumber, countryCallingCode } = parsed;
  const inFull = parseDigits(parsed.formatNational({ nationalPrefix: false }));
  if (inFull === nationalNumber) return !isCalledFromAbroad(parsed, digits);
  return digits !== nationalNumber && digits !== countryCallingCode + nationalNumber;
}

/** A country code without a plus sign could be an area code as well; but for North America, whose trunk prefix it is. */
function isCalledFromAbroad({ nationalNumber, countryCallingCode }: ParsedNumber, digits: string) {
  return countryCallingCode !== "1" && digits === countryCallingCode + nationalNumber;
}

/** @throws AssentError number_invalid */
export function parseNationalNumber(text: string, country: Country | undefined): PhoneNumber {
  const reading = readNumber(text, country);
  if (reading.kind !== "number") throw new AssentError("number_invalid");
  return reading.number;
}

/** @param text in any case. */
export function readCountry(text: string): Country | undefined {
  const code = text.trim().toUpperCase();
  return isSupportedCountry(code) ? code : undefined;
}

/** Where a number belongs; the largest of those that share its country code where that does not show. */
export function countryOf(number: PhoneNumber): Country | undefined {
  const parsed = parsePhoneNumberFromString(number);
  if (!parsed) return undefined;
  return (
    parsed.country ?? metadata.country_calling_codes[parsed.countryCallingCode]?.find(readCountry)
  );
}

/** Where people who chose a language mostly are, such as DE of `de` or `de-DE`: to be offered, never taken for chosen. */
export function countryOfLocale(locale: string): Country | undefined {
  try {
    return readCountry(new Intl.Locale(locale).maximize().region ?? "");
  } catch {
    return undefined;
  }
}

/** A country, and what stands behind the plus sign of its numbers, such as 49. */
export interface CallingCode {
  readonly country: Country;
  readonly code: string;
}

/** Of every country and territory that has numbers. */
export function callingCodes(): CallingCode[] {
  return getCountries().map((country) => ({ country, code: getCountryCallingCode(country) }));
}

/** A number that is being typed: spaced as it is written where it belongs, and that country, as far as it shows yet. */
export interface SpacedNumber {
  readonly text: string;
  readonly country: Country | undefined;
}

/**
 * Spaces a number while it is typed, and writes the 00 before a country code as a plus sign. Whatever may be no number
 * or a short one stays as it was typed.
 */
export function spacedWhileTyped(text: string, country?: Country): SpacedNumber {
  const asTyped = { text, country };
  const isOfNumber = /^[+\uff0b\p{Nd}][\p{Nd}\p{Zs}\p{Pd}()./]*$/u.test(text);
  if (!isOfNumber || text.length > longestTyped) return asTyped;
  const written = writtenNumber(text);
  const digits = parseDigits(written);
  const isInternational = /^[+\uff0b]/.test(written);
  if (!isInternational && digits.length <= shortCodeDigitsOfCountry) return asTyped;
  const typing = new AsYouType(country);
  const spaced = typing.input(isInternational ? `+${digits}` : digits);
  return { text: spaced, country: isInternational ? typing.getCountry() : country };
}
