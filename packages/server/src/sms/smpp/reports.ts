// Which receipt is of which SMS. SMSCs report before they accept, twice, in another spelling of their id, or with our
// reference alone. In memory, and bounded: after a restart receipts of earlier SMS mean nothing to anybody.
import type { SmsHearing, SmsReport } from "../transport.ts";
import { type DeliveryReceipt, formsOfMessageId } from "./receipt.ts";

/** All SMS of one text: delivered when each is, failed with the first that does. */
export interface SentText {
  readonly key: string;
  /** SMS that were not reported yet. */
  missing: number;
  isReported: boolean;
}

/** One SMS of several, or the only one. */
export interface SentSegment {
  readonly text: SentText;
  /** As it was submitted. */
  readonly destination: string;
  /** 1 to 255, so that an SMSC that keeps one octet of it gives it back whole. */
  readonly reference: number;
}

export interface Reports {
  /** Before it leaves: its receipt may come first. */
  submitting(segment: SentSegment): void;
  accepted(segment: SentSegment, messageId: string): void;
  /** @param from whom: an SMSC names the one that the SMS went to. */
  receipt(receipt: DeliveryReceipt, from: string): void;
}

/** @param most SMS that wait for their receipts, and receipts that wait for their SMS; the oldest are forgotten. */
export function createReports(reported: SmsHearing["reported"], most: number): Reports {
  const byMessageId = new Map<string, SentSegment>();
  const byReference = new Map<string, SentSegment>();
  const early = new Map<string, SmsReport>();
  const settled = new WeakSet<SentSegment>();

  function settle(segment: SentSegment, report: SmsReport): void {
    if (settled.has(segment)) return;
    settled.add(segment);
    const { text } = segment;
    text.missing -= 1;
    if (text.isReported || (report === "delivered" && text.missing > 0)) return;
    text.isReported = true;
    reported(text.key, report);
  }

  return {
    submitting(segment) {
      keep(byReference, named(segment.destination, segment.reference), segment, most);
    },

    accepted(segment, messageId) {
      const { destination } = segment;
      const forms = formsOfMessageId(messageId);
      keep(byMessageId, named(destination, forms[0]), segment, most);
      const came = forms
        .map((form) => early.get(named(destination, form)))
        .find((report) => report !== undefined);
      if (came) settle(segment, came);
    },

    receipt({ messageIds, userReference, state }, from) {
      if (state === "under-way") return;
      const [segment] = [
        ...messageIds.flatMap(formsOfMessageId).map((form) => byMessageId.get(named(from, form))),
        userReference === undefined ? undefined : byReference.get(named(from, userReference % 256)),
      ].filter((found) => found !== undefined);
      if (segment) return settle(segment, state);
      for (const id of messageIds) keep(early, named(from, formsOfMessageId(id)[0]), state, most);
    },
  };
}

/**
 * An id alone is not enough: 10 of one base is 16 of the other. The last digits of a number are, since some SMSCs leave
 * out the country.
 */
function named(number: string, what: string | number): string {
  return `${number.replaceAll(/\D/g, "").slice(-7)} ${what}`;
}

function keep<Value>(map: Map<string, Value>, name: string, value: Value, most: number): void {
  map.delete(name);
  map.set(name, value);
  const [oldest] = map.size > most ? map.keys() : [];
  if (oldest !== undefined) map.delete(oldest);
}
