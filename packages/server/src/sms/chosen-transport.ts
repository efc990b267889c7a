// The transport that the service was started with.
import type { After } from "../after.ts";
import { createConsoleSms } from "./console.ts";
import { createFakeSms, type FakeSmsTransport } from "./fake.ts";
import { connectToSmsc, type SmscAddress } from "./smpp/connect.ts";
import type { LinkTrouble } from "./smpp/link.ts";
import type { Bind, SmsAddress } from "./smpp/pdu.ts";
import { createSmppSms, type SmppQuotas } from "./smpp/smpp.ts";
import type { SmsHearing, SmsTransport } from "./transport.ts";

export type SmsConfig =
  /** For development: these show the codes to whoever looks. */
  | { readonly transport: "fake" | "console" }
  | {
      readonly transport: "smpp";
      readonly smsc: SmscAddress;
      readonly bind: Bind;
      readonly source: SmsAddress;
    };

export interface ChosenSms {
  readonly sms: SmsTransport;
  /** Where what was sent can be read, of the one transport that keeps it. */
  readonly fakeSms: FakeSmsTransport | undefined;
}

export function createChosenSms(
  config: SmsConfig,
  parts: SmsHearing & {
    readonly quotas: { readonly fakeMessages: number; readonly smpp: SmppQuotas };
    readonly now: () => number;
    readonly after: After;
    readonly random: () => number;
    readonly trouble: (what: LinkTrouble) => void;
  },
): ChosenSms {
  const { quotas } = parts;
  switch (config.transport) {
    case "fake": {
      const fakeSms = createFakeSms({ ...parts, most: quotas.fakeMessages });
      return { sms: fakeSms, fakeSms };
    }
    case "console": {
      const print = (line: string) => void process.stdout.write(`${line}\n`);
      return { sms: createConsoleSms(print, parts.after), fakeSms: undefined };
    }
    case "smpp": {
      const connect = () => connectToSmsc(config.smsc, quotas.smpp.bindMs);
      const { bind, source } = config;
      return {
        sms: createSmppSms({ ...parts, quotas: quotas.smpp, connect, bind, source }),
        fakeSms: undefined,
      };
    }
  }
}
