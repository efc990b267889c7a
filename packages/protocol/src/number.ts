// Phone numbers, E.164. A text that is not one never becomes a PhoneNumber.
import { parsePhoneNumberFromString } from "libphonenumber-js/min";
import { AssentError } from "./errors.ts";

/** A number in E.164: a plus sign, then 7 to 15 digits. */
export type PhoneNumber = string & { readonly __number: unique symbol };

/**
 * Reads a number as people write it: international form, with spaces, dots, hyphens or brackets.
 * @param likeNumber a number whose country is assumed where the text has no country code.
 * @throws AssentError number_invalid
 */
export function parseNumber(text: string, likeNumber?: PhoneNumber): PhoneNumber {
  const country = likeNumber && parsePhoneNumberFromString(likeNumber)?.country;
  const parsed =
    text.length > 64 ? undefined : parsePhoneNumberFromString(text, country ? { defaultCountry: country, extract: false } : { extract: false });
  if (!parsed?.isPossible() || parsed.ext) throw new AssentError("number_invalid");
  return parsed.number as string as PhoneNumber;
}

/** A number as its country writes it, for people to read. */
export function formatNumber(number: PhoneNumber): string {
  return parsePhoneNumberFromString(number)?.formatInternational() ?? number;
}
