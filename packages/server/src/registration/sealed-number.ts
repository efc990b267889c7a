// From what a sealed number opened to, to a number that can get an SMS at the price of one.
import { AssentError, type PhoneNumber, parseNumber, textFromUtf8 } from "@assent/protocol";
import { parsePhoneNumberFromString } from "libphonenumber-js/max";

const paddedLength = 32;

// What costs its caller extra, or cannot get an SMS. Ranges that the metadata does not know are let pass: new
// ones come before it knows them.
const refusedKinds: ReadonlySet<string> = new Set([
  "PREMIUM_RATE",
  "SHARED_COST",
  "TOLL_FREE",
  "FIXED_LINE",
  "VOICEMAIL",
  "PAGER",
  "UAN",
]);

/**
 * The number in 32 bytes: E.164, then zeros only.
 * @throws AssentError number_invalid, number_refused
 */
export function numberOfPadded(padded: Uint8Array): PhoneNumber {
  const end = padded.indexOf(0);
  const isPadded =
    padded.length === paddedLength && end > 0 && padded.subarray(end).every((byte) => byte === 0);
  if (!isPadded) throw new AssentError("number_invalid");
  const text = asciiOf(padded.subarray(0, end));
  const number = parseNumber(text);
  // There is one spelling of a number, so that it has one handle.
  if (number !== text) throw new AssentError("number_invalid");
  const kind = parsePhoneNumberFromString(number)?.getType();
  if (kind && refusedKinds.has(kind)) throw new AssentError("number_refused");
  return number;
}

function asciiOf(bytes: Uint8Array): string {
  try {
    return textFromUtf8(bytes);
  } catch {
    throw new AssentError("number_invalid");
  }
}
