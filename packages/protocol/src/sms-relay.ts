// An SMS that the service sends for a device without a SIM: what is sealed for the registration room, and what the recipient reads.
import { lengthPrefixed, utf8 } from "./bytes.ts";
import { paddedNumberLength } from "./claims.ts";
import type { CellId } from "./ids.ts";
import type { PhoneNumber } from "./number.ts";
import { seal } from "./sealing.ts";
import { smsPartsOf } from "./sms-parts.ts";

/** Among the features of a cell that sends SMS for its accounts. */
export const smsRelay = "sms-relay";

/** Bytes of what the service names an SMS. */
export const smsNameLength = 32;
/** SMS that one text may take, with the lines that are put around it. */
export const mostRelayedParts = 4;
/** Bytes of the text as it is sealed: what fits four SMS has fewer. */
export const paddedSmsTextLength = 1_280;
export const sealedSmsPlaintextLength = 2 * paddedNumberLength + paddedSmsTextLength;

export interface RelayedSms {
  /** The account's own. */
  readonly from: PhoneNumber;
  readonly to: PhoneNumber;
  readonly text: string;
}

/** What a sealed SMS is bound to. */
export interface SmsSealing {
  readonly cellId: CellId;
  readonly deviceId: Uint8Array;
  readonly name: Uint8Array;
}

/**
 * What the recipient reads. Who wrote it stands first, so that nobody takes it for the service's own words, and where answers
 * go stands last: there is nobody at the number that it comes from.
 */
export function relayedText({ from, text }: Omit<RelayedSms, "to">): string {
  return `${from}:\n${text}\nAnswer ${from}`;
}

/** Whether there is something to send, and it fits. */
export function isRelayable(sms: Omit<RelayedSms, "to">): boolean {
  return (
    sms.text.trim() !== "" &&
    !sms.text.includes("\0") &&
    sms.text.isWellFormed() &&
    // Before its parts are counted: a long text is not cut first.
    utf8(sms.text).length <= paddedSmsTextLength &&
    smsPartsOf(relayedText(sms)).parts.length <= mostRelayedParts
  );
}

/** For the registration room alone. @throws RangeError where it is not relayable */
export async function sealSms(
  sealingKey: Uint8Array,
  sms: RelayedSms,
  bound: SmsSealing,
): Promise<Uint8Array<ArrayBuffer>> {
  if (!isRelayable(sms)) throw new RangeError("this cannot be relayed by SMS");
  const padded = new Uint8Array(sealedSmsPlaintextLength);
  padded.set(utf8(sms.from));
  padded.set(utf8(sms.to), paddedNumberLength);
  padded.set(utf8(sms.text), 2 * paddedNumberLength);
  return seal(sealingKey, "sms", padded, smsSealData(bound));
}

/** The associated data of a sealed SMS. */
export function smsSealData({ cellId, deviceId, name }: SmsSealing): Uint8Array<ArrayBuffer> {
  return lengthPrefixed(cellId, deviceId, name);
}
