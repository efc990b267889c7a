// The device's own SMS app, opened by an `sms:` link (RFC 5724). What it does with the text is not known here.
import type { SendResult } from "@assent/client";

export function openSmsApp(sent: SendResult): void {
  if (sent.state === "handoff") location.assign(sent.link);
}
