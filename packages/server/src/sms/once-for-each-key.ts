// Sends each SMS once, whoever asks again under its key and however often. A key is forgotten when its SMS is worth
// nothing any more.
import type { After } from "../after.ts";
import type { OutgoingSms, SmsOutcome, SmsTransport } from "./transport.ts";

export interface SendingOnce extends Pick<SmsTransport, "send"> {
  /** Takes no more, tells what is under way, and waits for it. */
  close(): Promise<void>;
}

export function sendingOnce(
  send: (sms: OutgoingSms, closing: AbortSignal) => Promise<SmsOutcome>,
  after: After,
): SendingOnce {
  const asked = new Map<string, Promise<SmsOutcome>>();
  const forgetting = new Set<() => void>();
  const closing = new AbortController();
  return {
    async send(sms) {
      if (closing.signal.aborted) return { kind: "unavailable" };
      const known = asked.get(sms.key);
      if (known !== undefined) return known;
      // All that is kept of it: what is called later does not hold number and text.
      const { key, validForSeconds } = sms;
      const sending = send(sms, closing.signal);
      asked.set(key, sending);
      const stop = after(validForSeconds * 1_000, () => {
        asked.delete(key);
        forgetting.delete(stop);
      });
      forgetting.add(stop);
      return sending;
    },
    async close() {
      closing.abort();
      await Promise.all(asked.values());
      for (const stop of forgetting) stop();
    },
  };
}
