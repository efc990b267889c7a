// The calling code of a number: what its SMS are counted under, and all that is told of it.
import type { PhoneNumber } from "@assent/protocol";
import { parsePhoneNumberFromString } from "libphonenumber-js/min";

/** Such as "49"; of one to three digits. */
export type CallingCode = string;

export function callingCodeOf(number: PhoneNumber): CallingCode {
  return parsePhoneNumberFromString(number)?.countryCallingCode ?? "";
}
