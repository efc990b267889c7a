// Phone numbers, E.164. A text that is not one never becomes a PhoneNumber.
import { parsePhoneNumberFromString } from "libphonenumber-js/min";
import { AssentError } from "./errors.ts";

/** A number in E.164: a plus sign, then 7 to 15 digits. */
export type PhoneNumber = string & { readonly __number: unique symbol };

const e164 = /^\+[1-9][0-9]{6,14}$/;
// Marks of writing direction: address books put them around numbers, and they come along when one is copied.
const directionMarks = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/**
 * Reads a number as people write it: international form, with spaces, dots, hyphens or brackets.
 * @param likeNumber a number whose country is assumed where the text has no country code.
 * @throws AssentError number_invalid
 */
export function parseNumber(text: string, likeNumber?: PhoneNumber): PhoneNumber {
  if (text.length > 64) throw new AssentError("number_invalid");
  const parsed = parsePhoneNumberFromString(text.replace(directionMarks, "").trim(), {
    extract: false,
    ...(likeNumber ? countryLike(likeNumber) : {}),
  });
  if (!parsed?.isPossible() || parsed.ext || !isCanonical(parsed.number)) {
    throw new AssentError("number_invalid");
  }
  return parsed.number as string as PhoneNumber;
}

function countryLike(number: PhoneNumber) {
  const parsed = parsePhoneNumberFromString(number);
  // Several countries share +44 and others; which one it is does not always show.
  return parsed?.country
    ? { defaultCountry: parsed.country }
    : { defaultCallingCode: parsed?.countryCallingCode ?? "" };
}

// The library finds some numbers of more than 15 digits possible, and takes one leading zero of several off.
// Both sides read every number again: one that reads differently the second time would have two handles.
function isCanonical(number: string): boolean {
  return e164.test(number) && parsePhoneNumberFromString(number)?.number === number;
}

/** Whether a text is a number as this contract writes them. */
export function isPhoneNumber(text: string): text is PhoneNumber {
  return isCanonical(text);
}

/** A number as its country writes it, for people to read. */
export function formatNumber(number: PhoneNumber): string {
  return parsePhoneNumberFromString(number)?.formatInternational() ?? number;
}
