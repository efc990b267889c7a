// The console transport, for development: prints each SMS, code and all, to standard output.
import type { SmsTransport } from "./transport.ts";

export function createConsoleSms(print: (line: string) => void): SmsTransport {
  return {
    name: "console",
    async send({ to, text }) {
      print(`SMS to ${to}: ${text.replaceAll(/\n+/g, " / ")}`);
      return "handed-over";
    },
    async close() {},
  };
}
