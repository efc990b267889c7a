// What sends SMS. A transport is told the number once, and forgets it when the SMS is handed over.
import type { PhoneNumber } from "@assent/protocol";

export interface SmsTransport {
  readonly name: string;
  /** Resolves when the SMS was handed over; rejects where it was not, and then none goes out. */
  send(number: PhoneNumber, text: string): Promise<void>;
  close(): Promise<void>;
}
