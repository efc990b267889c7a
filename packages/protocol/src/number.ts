// Phone numbers, E.164, as the contract has them. A text that is not one never becomes a PhoneNumber, and none is read
// in a country's own form here: that takes a country, and the data of national-number.ts.
import { parsePhoneNumberFromString } from "libphonenumber-js/min";
import { AssentError } from "./errors.ts";

/** A number in E.164: a plus sign, then 7 to 15 digits. */
export type PhoneNumber = string & { readonly __number: unique symbol };

const e164 = /^\+[1-9][0-9]{6,14}$/;
const longestText = 64;
// Marks of writing direction: address books put them around numbers, and they come along when one is copied.
const directionMarks = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
// What most of the world dials before a country code; in Arabic, Persian and fullwidth digits too.
const dialedPlus = /^(?:00|٠٠|۰۰|００)/;

/**
 * Reads a number in international form, as people write it: after a plus sign or 00, with spaces, dots, hyphens or
 * brackets.
 * @throws AssentError number_invalid
 */
export function parseNumber(text: string): PhoneNumber {
  const written = writtenNumber(text);
  const parsed = parsePhoneNumberFromString(written, { extract: false });
  if (!parsed?.isPossible() || parsed.ext || !isPhoneNumber(parsed.number)) {
    throw new AssentError("number_invalid");
  }
  return parsed.number;
}

/**
 * A number as it was typed, without what only surrounds it, and with a plus sign where 00 stands for one.
 * @throws AssentError number_invalid where it is longer than any number could be written.
 */
export function writtenNumber(text: string): string {
  if (text.length > longestText) throw new AssentError("number_invalid");
  return text.replace(directionMarks, "").trim().replace(dialedPlus, "+");
}

/**
 * Whether a text is a number as this contract writes them. The library finds some numbers of more than 15 digits
 * possible, and takes one leading zero of several off. Both sides read every number again: one that reads differently
 * the second time would have two handles.
 */
export function isPhoneNumber(text: string): text is PhoneNumber {
  return e164.test(text) && parsePhoneNumberFromString(text)?.number === text;
}

/** A number as its country writes it, for people to read. */
export function formatNumber(number: PhoneNumber): string {
  return parsePhoneNumberFromString(number)?.formatInternational() ?? number;
}
