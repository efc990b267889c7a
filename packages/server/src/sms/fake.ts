// The fake transport, for development and tests: SMS stay in memory, and this machine can read them.
import type { SmsTransport } from "./transport.ts";

export interface FakeSms {
  readonly to: string;
  readonly from: string;
  readonly text: string;
  /** ISO 8601. */
  readonly at: string;
}

export interface FakeSmsTransport extends SmsTransport {
  /** Oldest first. */
  messagesTo(number: string): FakeSms[];
}

export function createFakeSms(most: number, now: () => number): FakeSmsTransport {
  let messages: FakeSms[] = [];
  return {
    name: "fake",
    async send({ to, text }) {
      const sms = { to, from: "Assent", text, at: new Date(now()).toISOString() };
      messages = [...messages.slice(1 - most), sms];
      return "handed-over";
    },
    async close() {
      messages = [];
    },
    messagesTo: (number) => messages.filter((sms) => sms.to === number),
  };
}
