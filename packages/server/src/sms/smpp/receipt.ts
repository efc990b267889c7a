// A delivery receipt, from its parameters where the SMSC sends them, else from its text (SMPP 3.4 §5.3.2.35 and
// Appendix B). SMSCs differ, so nothing is required of it but that something names the SMS.
import { latin1 } from "./octets.ts";
import { parameterTags, type ShortMessage } from "./pdu.ts";

/** Where it ends, or that it does not yet. */
export type ReceiptState = "delivered" | "failed" | "under-way";

export interface DeliveryReceipt {
  /** The SMSC's ids of the SMS, as it may write them: the surest first. Can be empty. */
  readonly messageIds: readonly string[];
  /** As it was submitted; some SMSCs keep the lowest octet alone. */
  readonly userReference: number | undefined;
  readonly state: ReceiptState;
}

/** Undefined where it is no receipt (§5.2.12: message type in bits 2 to 5). */
export function readReceipt(message: ShortMessage): DeliveryReceipt | undefined {
  const isReceipt = (message.esmClass & 0x3c) === 0x04;
  if (!isReceipt) return undefined;
  const text = latin1(message.content);
  const { parameters } = message;
  const named = parameters.get(parameterTags.receiptedMessageId);
  const stated = parameters.get(parameterTags.messageState)?.at(-1);
  const inText = /\bid:(\S+)/i.exec(text)?.[1];
  const ids = [named && latin1(named).replace(/\0.*$/s, ""), inText];
  return {
    messageIds: [...new Set(ids.filter((id) => id !== undefined && id !== ""))] as string[],
    userReference: numberOf(parameters.get(parameterTags.userMessageReference)),
    state:
      stated === undefined
        ? stateByName(/\bstat:(\w+)/i.exec(text)?.[1])
        : (stateByNumber[stated] ?? "under-way"),
  };
}

/**
 * One id as SMSCs write it: as it came, then as it would be in the other base. Some accept in hexadecimal and report in
 * decimal, or the other way round, with zeros in front or without.
 */
export function formsOfMessageId(id: string): readonly [string, ...string[]] {
  const written = id.toLowerCase().replace(/^0+(?=.)/, "");
  const asHexadecimal = /^\d{1,20}$/.test(written) ? [BigInt(written).toString(16)] : [];
  const asDecimal = /^[\da-f]{1,16}$/.test(written) ? [BigInt(`0x${written}`).toString(10)] : [];
  return [written, ...asHexadecimal, ...asDecimal];
}

/** §5.2.28. */
const stateByNumber: Readonly<Record<number, ReceiptState>> = {
  2: "delivered",
  3: "failed",
  4: "failed",
  5: "failed",
  8: "failed",
};

function stateByName(name: string | undefined): ReceiptState {
  switch (name?.toUpperCase()) {
    case "DELIVRD":
      return "delivered";
    case "EXPIRED":
    case "DELETED":
    case "UNDELIV":
    case "REJECTD":
      return "failed";
    default:
      return "under-way";
  }
}

function numberOf(octets: Uint8Array | undefined): number | undefined {
  return octets?.reduce((value, octet) => value * 256 + octet, 0);
}
