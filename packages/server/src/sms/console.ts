// The console transport, for development: prints each SMS, code and all, to standard output. Nobody hears what became of
// them.
import type { After } from "../after.ts";
import { sendingOnce } from "./once-for-each-key.ts";
import type { SmsTransport } from "./transport.ts";

export function createConsoleSms(print: (line: string) => void, after: After): SmsTransport {
  const { send, close } = sendingOnce(async ({ to, text }) => {
    print(`SMS to ${to}: ${text.replaceAll(/\n+/g, " / ")}`);
    return { kind: "accepted", id: "" };
  }, after);
  return { name: "console", send, close };
}
