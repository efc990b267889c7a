// From a sealed number to one that can get an SMS at the price of one.
import {
  AssentError,
  type Invitation,
  type NumberSealing,
  numberSealData,
  type PhoneNumber,
  paddedNumberLength,
  parseNumber,
  textFromUtf8,
} from "@assent/protocol";
import { parsePhoneNumberFromString } from "libphonenumber-js/max";
import { parsePhoneNumberFromString as parseBriefly } from "libphonenumber-js/min";
import type { SealingRole } from "../cell/roles.ts";

export interface SealedNumber {
  readonly sealingEpoch: number;
  readonly sealedNumber: Uint8Array;
}

/** What was sealed. */
export interface OpenedNumber {
  readonly number: PhoneNumber;
  readonly invitation: Invitation | undefined;
}

/**
 * @param opened called once the seal is open, whatever was in it.
 * @throws AssentError key_outdated, request_invalid, number_invalid, number_refused
 */
export async function openNumber(
  sealing: SealingRole,
  { sealingEpoch, sealedNumber }: SealedNumber,
  bound: NumberSealing,
  opened?: () => void,
): Promise<OpenedNumber> {
  const plaintext = await sealing.open("number", sealingEpoch, sealedNumber, numberSealData(bound));
  if (!plaintext) throw new AssentError("request_invalid");
  opened?.();
  const number = numberOfPadded(plaintext.subarray(0, paddedNumberLength));
  const invitation = plaintext.slice(paddedNumberLength) as Invitation;
  const isGiven = invitation.some((byte) => byte !== 0);
  return { number, invitation: isGiven ? invitation : undefined };
}

// What is a phone's own, at the price of an SMS. Where fixed lines and mobiles share ranges, nobody can tell.
const takenKinds: ReadonlySet<string> = new Set(["MOBILE", "FIXED_LINE_OR_MOBILE"]);

/**
 * The number in 32 bytes: E.164, then zeros only.
 * @throws AssentError number_invalid, number_refused
 */
export function numberOfPadded(padded: Uint8Array): PhoneNumber {
  const end = padded.indexOf(0);
  const isPadded =
    padded.length === paddedNumberLength &&
    end > 0 &&
    padded.subarray(end).every((byte) => byte === 0);
  if (!isPadded) throw new AssentError("number_invalid");
  const text = asciiOf(padded.subarray(0, end));
  const number = parseNumber(text);
  // There is one spelling of a number, so that it has one handle.
  if (number !== text) throw new AssentError("number_invalid");
  requireSmsAtThePriceOfOne(number);
  return number;
}

/** @throws AssentError number_refused */
export function requireSmsAtThePriceOfOne(number: PhoneNumber): void {
  if (!getsSmsAtThePriceOfOne(number)) throw new AssentError("number_refused");
}

function getsSmsAtThePriceOfOne(number: PhoneNumber): boolean {
  const parsed = parsePhoneNumberFromString(number);
  // Satellites and networks of no country: dear to reach, whatever kind they say they are.
  if (!parsed || parsed.isNonGeographic()) return false;
  const kind = parsed.getType();
  if (kind) return takenKinds.has(kind);
  // A range whose kind the metadata does not know, in a plan that has room for it: new ones come before it knows them.
  return (parseBriefly(number)?.isValid() ?? false) && !isDearWithMoreDigits(number);
}

// Networks connect a number as soon as it is whole, and pass over what is dialled after it.
const mostDigitsPassedOver = 4;

function isDearWithMoreDigits(number: PhoneNumber): boolean {
  for (let digits = 1; digits <= mostDigitsPassedOver; digits += 1) {
    const kind = parsePhoneNumberFromString(number.slice(0, -digits))?.getType();
    if (kind && !takenKinds.has(kind)) return true;
  }
  return false;
}

function asciiOf(bytes: Uint8Array): string {
  try {
    return textFromUtf8(bytes);
  } catch {
    throw new AssentError("number_invalid");
  }
}
