// The transports for development, by their names. Each shows the codes to whoever looks.
import { createConsoleSms } from "./console.ts";
import { createFakeSms, type FakeSmsTransport } from "./fake.ts";
import type { SmsTransport } from "./transport.ts";

export interface DevelopmentSms {
  readonly sms: SmsTransport;
  /** Where what was sent can be read. */
  readonly fakeSms: FakeSmsTransport | undefined;
}

export function createDevelopmentSms(parts: {
  readonly transport: "fake" | "console";
  /** The fake one forgets the oldest beyond this. */
  readonly fakeMessages: number;
  readonly now: () => number;
}): DevelopmentSms {
  if (parts.transport === "console") {
    const print = (line: string) => void process.stdout.write(`${line}\n`);
    return { sms: createConsoleSms(print), fakeSms: undefined };
  }
  const fakeSms = createFakeSms(parts.fakeMessages, parts.now);
  return { sms: fakeSms, fakeSms };
}
