// The fake transport, for development and tests: SMS stay in memory, where this machine can read them, and count as
// delivered.
import type { After } from "../after.ts";
import { sendingOnce } from "./once-for-each-key.ts";
import type { SmsHearing, SmsTransport } from "./transport.ts";

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

export function createFakeSms(parts: {
  /** The oldest are forgotten beyond these. */
  readonly most: number;
  readonly now: () => number;
  readonly after: After;
  readonly reported: SmsHearing["reported"];
}): FakeSmsTransport {
  let messages: FakeSms[] = [];
  const { send, close } = sendingOnce(async ({ key, to, text }) => {
    const sms = { to, from: "Assent", text, at: new Date(parts.now()).toISOString() };
    messages = [...messages.slice(1 - parts.most), sms];
    parts.reported(key, "delivered");
    return { kind: "accepted", id: key };
  }, parts.after);
  return {
    name: "fake",
    send,
    close,
    messagesTo: (number) => messages.filter((sms) => sms.to === number),
  };
}
