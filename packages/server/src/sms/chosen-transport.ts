// The transport that the service was started with.
import type { After } from "../after.ts";
import { createConsoleSms } from "./console.ts";
import { createFakeSms, type FakeSmsTransport } from "./fake.ts";
import { createHttpSms, type HttpSmsConfig, type HttpSmsQuotas } from "./http/http-sms.ts";
import type { Webhook } from "./http/webhook.ts";
import { connectToSmsc, type SmscAddress } from "./smpp/connect.ts";
import type { Bind, SmsAddress } from "./smpp/pdu.ts";
import { createSmppSms, type SmppQuotas } from "./smpp/smpp.ts";
import { createSpoolSms, type SpoolConfig, type SpoolQuotas } from "./spool/spool-sms.ts";
import type { SmsHearing, SmsTransport, SmsTrouble } from "./transport.ts";

export type SmsConfig =
  /** For development: these show the codes to whoever looks. */
  | { readonly transport: "fake" | "console" }
  | {
      readonly transport: "smpp";
      readonly smsc: SmscAddress;
      readonly bind: Bind;
      readonly source: SmsAddress;
    }
  | { readonly transport: "http"; readonly http: Omit<HttpSmsConfig, "webhookUrl"> }
  | { readonly transport: "spool"; readonly spool: SpoolConfig };

export interface ChosenSms {
  readonly sms: SmsTransport;
  /** Where what was sent can be read, of the one transport that keeps it. */
  readonly fakeSms: FakeSmsTransport | undefined;
  /** Of providers that call back, by the name they are reached under. */
  readonly webhooks: ReadonlyMap<string, Webhook>;
}

export interface SmsParts extends SmsHearing {
  readonly quotas: {
    readonly fakeMessages: number;
    readonly smpp: SmppQuotas;
    readonly http: HttpSmsQuotas;
    readonly spool: SpoolQuotas;
  };
  readonly now: () => number;
  readonly after: After;
  readonly random: () => number;
  readonly trouble: (what: SmsTrouble) => void;
  /** Where providers find the webhook of a transport, if they can. */
  readonly webhookUrl: (name: string) => string | undefined;
}

export function createChosenSms(config: SmsConfig, parts: SmsParts): ChosenSms {
  const { quotas, after } = parts;
  switch (config.transport) {
    case "fake": {
      const fakeSms = createFakeSms({ ...parts, most: quotas.fakeMessages });
      return { sms: fakeSms, fakeSms, webhooks: new Map() };
    }
    case "console": {
      const print = (line: string) => void process.stdout.write(`${line}\n`);
      return { sms: createConsoleSms(print, after), fakeSms: undefined, webhooks: new Map() };
    }
    case "smpp": {
      const connect = () => connectToSmsc(config.smsc, quotas.smpp.bindMs);
      const { bind, source } = config;
      const sms = createSmppSms({ ...parts, quotas: quotas.smpp, connect, bind, source });
      return { sms, fakeSms: undefined, webhooks: new Map() };
    }
    case "http": {
      const name = config.transport;
      const http = { ...config.http, webhookUrl: parts.webhookUrl(name) };
      const sms = createHttpSms({ ...parts, name, config: http, quotas: quotas.http });
      const webhooks = new Map(sms.webhook ? [[name, sms.webhook]] : []);
      return { sms, fakeSms: undefined, webhooks };
    }
    case "spool": {
      const sms = createSpoolSms({ ...parts, config: config.spool, quotas: quotas.spool });
      return { sms, fakeSms: undefined, webhooks: new Map() };
    }
  }
}
