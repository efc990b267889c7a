// From a sealed SMS to one that may be sent: who it is from, to whom, and what it says, each as it should be. Trusts none of it.
import {
  AssentError,
  isRelayable,
  paddedNumberLength,
  type RelayedSms,
  type SmsSealing,
  smsSealData,
  textFromUtf8,
} from "@assent/protocol";
import type { SealingRole } from "../cell/roles.ts";
import { numberOfPadded } from "../registration/sealed-number.ts";

export interface SealedSms {
  readonly sealingEpoch: number;
  readonly sealedSms: Uint8Array;
}

/** @throws AssentError key_outdated, request_invalid, number_invalid, number_refused, request_too_large */
export async function openSms(
  sealing: SealingRole,
  { sealingEpoch, sealedSms }: SealedSms,
  bound: SmsSealing,
): Promise<RelayedSms> {
  const plaintext = await sealing.open("sms", sealingEpoch, sealedSms, smsSealData(bound));
  if (!plaintext) throw new AssentError("request_invalid");
  const [from, to] = [0, 1].map((index) => {
    const at = index * paddedNumberLength;
    return numberOfPadded(plaintext.subarray(at, at + paddedNumberLength));
  });
  if (!from || !to) throw new TypeError("two numbers stand before the text");
  const text = textOfPadded(plaintext.subarray(2 * paddedNumberLength));
  if (text.trim() === "") throw new AssentError("request_invalid");
  if (!isRelayable({ from, text })) throw new AssentError("request_too_large");
  return { from, to, text };
}

/** @throws AssentError request_invalid */
function textOfPadded(padded: Uint8Array): string {
  const end = padded.indexOf(0);
  const bytes = end < 0 ? padded : padded.subarray(0, end);
  if (!padded.subarray(bytes.length).every((byte) => byte === 0)) {
    throw new AssentError("request_invalid");
  }
  try {
    return textFromUtf8(bytes);
  } catch (cause) {
    throw new AssentError("request_invalid", { cause });
  }
}
