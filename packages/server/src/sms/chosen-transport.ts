// The transport that the service was started with, or the several that a file names; and what their SMS cost.
import type { After } from "../after.ts";
import { createConsoleSms } from "./console.ts";
import { createFakeSms, type FakeSmsTransport } from "./fake.ts";
import { createHttpSms, type HttpSmsConfig, type HttpSmsQuotas } from "./http/http-sms.ts";
import type { Webhook } from "./http/webhook.ts";
import type { RoutesFile } from "./read-routes.ts";
import { createRoutedSms, type RoutedTransport, routeFor } from "./routed-sms.ts";
import { connectToSmsc, type SmscAddress } from "./smpp/connect.ts";
import type { Bind, SmsAddress } from "./smpp/pdu.ts";
import { createSmppSms, type SmppQuotas } from "./smpp/smpp.ts";
import { createSpoolSms, type SpoolConfig, type SpoolQuotas } from "./spool/spool-sms.ts";
import type { SmsHearing, SmsProvider, SmsState, SmsTransport, SmsTrouble } from "./transport.ts";
import { createTransportHealth, type HealthQuotas } from "./transport-health.ts";

export type SmsConfig =
  /** For development: these show the codes to whoever looks. */
  | { readonly transport: "fake" | "console" }
  | ProviderConfig
  | { readonly transport: "routes"; readonly file: RoutesFile<ProviderConfig> };

/** Whoever takes SMS to where people are. */
export type ProviderConfig =
  | {
      readonly transport: "smpp";
      readonly smsc: SmscAddress;
      readonly bind: Bind;
      readonly source: SmsAddress;
    }
  | { readonly transport: "http"; readonly http: Omit<HttpSmsConfig, "webhookUrl"> }
  | { readonly transport: "spool"; readonly spool: SpoolConfig };

export interface TransportState {
  /** As the file of routes has it; else which transport it is. */
  readonly name: string;
  readonly state: SmsState;
}

export interface ChosenSms {
  readonly sms: SmsTransport;
  /** Of each, in the order of the file. */
  readonly states: () => Promise<readonly TransportState[]>;
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
    readonly health: HealthQuotas;
  };
  readonly now: () => number;
  readonly after: After;
  readonly random: () => number;
  /** @param name of the transport. */
  readonly trouble: (what: SmsTrouble, name: string, systemError?: string) => void;
  /** Where providers find the webhook of a transport, if they can. */
  readonly webhookUrl: (name: string) => string | undefined;
}

export function createChosenSms(config: SmsConfig, parts: SmsParts): ChosenSms {
  const { quotas, after } = parts;
  const webhooks = new Map<string, Webhook>();
  switch (config.transport) {
    case "fake": {
      const fakeSms = createFakeSms({ ...parts, most: quotas.fakeMessages });
      return { sms: fakeSms, states: async () => [alwaysReady("fake")], fakeSms, webhooks };
    }
    case "console": {
      const print = (line: string) => void process.stdout.write(`${line}\n`);
      const sms = createConsoleSms(print, after);
      return { sms, states: async () => [alwaysReady("console")], fakeSms: undefined, webhooks };
    }
    case "routes": {
      const transports = new Map<string, RoutedProvider>();
      for (const [name, provider] of config.file.transports) {
        const health = createTransportHealth(quotas.health, parts.now);
        const reported: SmsHearing["reported"] = (key, report) => {
          health.reported(report);
          parts.reported(key, report);
        };
        const sms = createProviderSms(provider, name, { ...parts, reported }, webhooks);
        transports.set(name, { sms, health });
      }
      const sms = createRoutedSms({ routes: config.file.routes, transports, after });
      return { sms, states: () => statesOf(transports), fakeSms: undefined, webhooks };
    }
    default: {
      const name = config.transport;
      const sms = createProviderSms(config, name, parts, webhooks);
      const states = async () => [{ name, state: await sms.state() }];
      return { sms, states, fakeSms: undefined, webhooks };
    }
  }
}

interface RoutedProvider extends RoutedTransport {
  readonly sms: SmsProvider;
}

function alwaysReady(name: string): TransportState {
  return { name, state: "ready" };
}

function statesOf(
  transports: ReadonlyMap<string, RoutedProvider>,
): Promise<readonly TransportState[]> {
  return Promise.all(
    [...transports].map(async ([name, { sms, health }]) => {
      const state = await sms.state();
      return { name, state: state === "ready" && health.isResting() ? "resting" : state };
    }),
  );
}

/** @param webhooks where its own is put, if it has one. */
function createProviderSms(
  config: ProviderConfig,
  name: string,
  parts: SmsParts,
  webhooks: Map<string, Webhook>,
): SmsProvider {
  const { quotas } = parts;
  const trouble = (what: SmsTrouble, systemError?: string) =>
    parts.trouble(what, name, systemError);
  switch (config.transport) {
    case "smpp": {
      const connect = (closing: AbortSignal) =>
        connectToSmsc(config.smsc, quotas.smpp.bindMs, closing);
      const { bind, source } = config;
      return createSmppSms({ ...parts, trouble, quotas: quotas.smpp, connect, bind, source });
    }
    case "http": {
      const http = { ...config.http, webhookUrl: parts.webhookUrl(name) };
      const sms = createHttpSms({ ...parts, trouble, name, config: http, quotas: quotas.http });
      if (sms.webhook) webhooks.set(name, sms.webhook);
      return sms;
    }
    case "spool":
      return createSpoolSms({ ...parts, trouble, config: config.spool, quotas: quotas.spool });
  }
}

/** These are for development: whoever looks sees what they were given, and nobody else gets it. */
export function isShownOnly({ transport }: SmsConfig): boolean {
  return transport === "fake" || transport === "console";
}

/** Of the cheapest SMS there is, in the parts of a tariff; 0 where no file says what they cost. */
export function lowestPriceOf(config: SmsConfig): number {
  if (config.transport !== "routes") return 0;
  return Math.min(...config.file.routes.map(({ price }) => price));
}

/** What an SMS costs, where a file says so; nothing, where none does. */
export function tariffOf(config: SmsConfig) {
  if (config.transport !== "routes") return { priceTo: () => 0, budgetPerDay: undefined };
  const { routes, budgetPerDay } = config.file;
  return {
    priceTo: (callingCode: string) => routeFor(routes, callingCode)?.price,
    budgetPerDay,
  };
}
