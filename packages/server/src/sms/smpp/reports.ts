// Which receipt is of which SMS. SMSCs report before they accept, twice, in another spelling of their id, or with our
// reference alone. In memory, without the number: after a restart receipts of earlier SMS mean nothing to anybody.
import type { After } from "../../after.ts";
import { createForgetting, receiptNames } from "../forgetting.ts";
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
export interface SegmentToSubmit {
  readonly text: SentText;
  /** As it is submitted. */
  readonly destination: string;
  /** 1 to 255, so that an SMSC that keeps one octet of it gives it back whole. */
  readonly reference: number;
  readonly validForSeconds: number;
}

/** An SMS that was submitted and not answered for yet. */
export interface Submission {
  accepted(messageId: string): void;
  /** Whatever the answer was. */
  ended(mayHaveGoneOut: boolean): void;
}

export interface Reports {
  /** Before it leaves: its receipt may come first. */
  submitting(segment: SegmentToSubmit): Submission;
  /** @param from whom: an SMSC names the one that the SMS went to. */
  receipt(receipt: DeliveryReceipt, from: string): void;
  close(): void;
}

/** What is kept of an SMS until its receipt comes: not whom it went to. */
interface SentSegment {
  readonly text: SentText;
  /** What it is found under. */
  readonly names: Set<string>;
  isSettled: boolean;
}

/** Receipts for a number that something is submitted to, by the SMSC's name of their SMS. */
interface Early {
  readonly states: Map<string, SmsReport>;
  submissions: number;
}

/** @param most SMS that wait for their receipts; the oldest are forgotten. */
export function createReports(
  reported: SmsHearing["reported"],
  most: number,
  after: After,
): Reports {
  const nameOf = receiptNames();
  const byMessageId = createForgetting<SentSegment>(most, after);
  const byReference = createForgetting<SentSegment>(most, after);
  const earlyOf = new Map<string, Early>();
  const referenceName = (number: string, reference: number) =>
    nameOf(number, `reference ${reference}`);

  function forget(segment: SentSegment): void {
    for (const names of [byMessageId, byReference]) {
      // A later one may have taken its name.
      for (const name of segment.names) if (names.get(name) === segment) names.forget(name);
    }
  }

  function settle(segment: SentSegment, report: SmsReport): void {
    segment.isSettled = true;
    forget(segment);
    const { text } = segment;
    text.missing -= 1;
    if (text.isReported || (report === "delivered" && text.missing > 0)) return;
    text.isReported = true;
    reported(text.key, report);
  }

  return {
    submitting({ text, destination, reference, validForSeconds }) {
      const name = referenceName(destination, reference);
      const segment: SentSegment = { text, names: new Set([name]), isSettled: false };
      byReference.keep(name, segment, validForSeconds);
      const place = nameOf(destination, "");
      const early = earlyOf.get(place) ?? { states: new Map(), submissions: 0 };
      early.submissions += 1;
      earlyOf.set(place, early);
      return {
        accepted(messageId) {
          if (segment.isSettled) return;
          const forms = formsOfMessageId(messageId);
          const came = forms
            .map((form) => early.states.get(form))
            .find((report) => report !== undefined);
          if (came) return settle(segment, came);
          const [form] = forms;
          const accepted = nameOf(destination, form);
          segment.names.add(accepted);
          byMessageId.keep(accepted, segment, validForSeconds);
        },
        ended(mayHaveGoneOut) {
          early.submissions -= 1;
          if (early.submissions === 0) earlyOf.delete(place);
          if (!mayHaveGoneOut) forget(segment);
        },
      };
    },

    receipt({ messageIds, userReference, state }, from) {
      if (state === "under-way") return;
      const [segment] = [
        ...messageIds.flatMap(formsOfMessageId).map((form) => byMessageId.get(nameOf(from, form))),
        userReference === undefined
          ? undefined
          : byReference.get(referenceName(from, userReference % 256)),
      ].filter((found) => found !== undefined);
      if (segment) return settle(segment, state);
      const early = earlyOf.get(nameOf(from, ""));
      if (!early || early.states.size >= most) return;
      for (const id of messageIds) early.states.set(formsOfMessageId(id)[0], state);
    },

    close() {
      byMessageId.close();
      byReference.close();
    },
  };
}
