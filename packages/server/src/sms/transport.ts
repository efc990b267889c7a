// What sends SMS. A transport is told a number and a text once; it keeps neither after the SMS was handed over.
import type { PhoneNumber } from "@assent/protocol";

export interface OutgoingSms {
  /** Names this SMS here and at the provider: handed over twice under one key, it goes out once. */
  readonly key: string;
  readonly to: PhoneNumber;
  readonly text: string;
  /** The provider drops it when it could not be delivered for so long. */
  readonly validForSeconds: number;
}

/**
 * handed-over: the provider took it.
 * unknown: it may be on its way, nobody can say; sent again, it could come twice.
 * refused: the provider does not want this one, now or later.
 * unavailable: none of it went out, and the provider takes nothing at the moment.
 */
export type SmsOutcome = "handed-over" | "unknown" | "refused" | "unavailable";

/** What a provider says of it later. Some never say anything. */
export type SmsReport = "delivered" | "failed";

export interface SmsTransport {
  readonly name: string;
  /** Does not reject: what went wrong is an outcome. */
  send(sms: OutgoingSms): Promise<SmsOutcome>;
  /** Waits for what is under way. */
  close(): Promise<void>;
}

/** Called at most once for an SMS, and only for one that was handed over or may have been. */
export type SmsReported = (key: string, report: SmsReport) => void;
