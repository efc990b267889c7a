// The console transport, for development: prints each SMS, code and all, to standard output.
import type { SmsTransport } from "./transport.ts";

export function createConsoleSms(print: (line: string) => void): SmsTransport {
  return {
    name: "console",
    async send(number, text) {
      print(`SMS to ${number}: ${text.replaceAll(/\n+/g, " / ")}`);
    },
    async close() {},
  };
}
