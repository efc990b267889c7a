// Which receipt is of which SMS. SMSCs report before they accept, twice, in another spelling of their id, or with our
// reference alone. In memory, and bounded: after a restart receipts of earlier SMS mean nothing to anybody.
import type { SmsReported } from "../transport.ts";
import { type DeliveryReceipt, formsOfMessageId, type ReceiptState } from "./receipt.ts";

/** One SMS of several, or the only one. */
export interface SentSegment {
  readonly text: SentText;
  /** As it was submitted. */
  readonly destination: string;
  /** 1 to 255, so that an SMSC that keeps one octet of it gives it back whole. */
  readonly reference: number;
}

/** All SMS of one text: delivered when each is, failed with the first that does. */
export interface SentText {
  readonly key: string;
  missing: number;
  isReported: boolean;
}

export interface Reports {
  /** Before it leaves: its receipt may come first. */
  submitting(segment: SentSegment): void;
  accepted(segment: SentSegment, messageId: string): void;
  receipt(receipt: DeliveryReceipt, destination: string): void;
}

/** @param most SMS that wait for their receipts, and receipts that wait for their SMS; the oldest are forgotten. */
export function createReports(reported: SmsReported, most: number): Reports {
  const byMessageId = new Map<string, SentSegment>();
  const byReference = new Map<string, SentSegment>();
  const early = new Map<string, Exclude<ReceiptState, "under-way">>();
  const settled = new WeakSet<SentSegment>();

  function settle(segment: SentSegment, state: Exclude<ReceiptState, "under-way">): void {
    byReference.delete(referenceKey(segment.destination, segment.reference));
    if (settled.has(segment)) return;
    settled.add(segment);
    const { text } = segment;
    text.missing -= 1;
    if (text.isReported || (state === "delivered" && text.missing > 0)) return;
    text.isReported = true;
    reported(text.key, state);
  }

  return {
    submitting(segment) {
      keep(byReference, referenceKey(segment.destination, segment.reference), segment, most);
    },

    accepted(segment, messageId) {
      const forms = formsOfMessageId(messageId);
      for (const form of forms) {
        keep(byMessageId, form, segment, most);
        const state = early.get(form);
        if (state) settle(segment, state);
        early.delete(form);
      }
    },

    receipt({ messageIds, userReference, state }, destination) {
      if (state === "under-way") return;
      const forms = messageIds.flatMap((id) => [...formsOfMessageId(id)]);
      const named = forms.map((form) => byMessageId.get(form)).find((found) => found);
      const referred =
        userReference === undefined
          ? undefined
          : byReference.get(referenceKey(destination, userReference % 256));
      const segment = named ?? referred;
      if (segment) settle(segment, state);
      else for (const form of forms) keep(early, form, state, most);
    },
  };
}

function referenceKey(destination: string, reference: number): string {
  return `${destination.replace(/^\+/, "")} ${reference}`;
}

function keep<Value>(map: Map<string, Value>, key: string, value: Value, most: number): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.size > most ? map.keys() : [];
  if (oldest !== undefined) map.delete(oldest);
}
