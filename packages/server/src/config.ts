// Command line options and environment to one typed Config. Trusts neither: what cannot be read is refused
// with a sentence for the person who started the service.
import { join, resolve } from "node:path";
import { areServiceOrigins, type OperatorTexts } from "@assent/protocol";
import { ConfigError } from "./config-error.ts";
import { type LogLevel, logLevels } from "./log.ts";
import type { ListenAddress } from "./operating/metrics-edge.ts";
import { type AddressRange, readAddressRange } from "./peer.ts";
import type { PushConfig } from "./push/push.ts";
import { readPushConfig } from "./push/read-push-config.ts";
import { readOperatorTexts } from "./read-operator-texts.ts";
import type { SmsConfig } from "./sms/chosen-transport.ts";
import { readSmsConfig } from "./sms/read-sms-config.ts";
import { readSmsRelayConfig, type SmsRelayConfig } from "./sms-relay/read-sms-relay-config.ts";

/** Where a service keeps what it has; all absolute. */
export interface Folders {
  readonly dataDirectory: string;
  /** Inside the data directory unless the environment says otherwise. */
  readonly keysDirectory: string;
  /** What ended, best on another disk. */
  readonly journalFile: string;
  /** Where a running service is steered from. */
  readonly operatingSocket: string;
  /** What the operator said of the running service. */
  readonly steeringFile: string;
  /** What the operator did. */
  readonly auditFile: string;
}

export interface Config extends Folders {
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  readonly sms: SmsConfig;
  /** Sent at most, to all numbers together, in any 24 hours. */
  readonly smsPerDay: number;
  readonly logLevel: LogLevel;
  /** Numbers evaluated at most, for all accounts together, in any 24 hours. */
  readonly lookupsPerDay: number;
  /** Whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly AddressRange[];
  /** The name that the last line of an SMS binds its code to (WebOTP). */
  readonly publicHost: string;
  /** Where the cell says it is reached, such as "https://assent.example"; may be empty. */
  readonly origins: readonly string[];
  /** Whether browsers are woken by their push services; undefined where they are not. */
  readonly push: PushConfig | undefined;
  /** Whether SMS are sent for devices without a SIM, and how many. */
  readonly smsRelay: SmsRelayConfig;
  /** Who runs it, in their words; each may be empty. */
  readonly operator: OperatorTexts;
  /** Where figures are read, and whether it is ready; where it is not said, nowhere. */
  readonly metrics: ListenAddress | undefined;
  /** The built Messaging app; absolute. Without it none is served. */
  readonly appDirectory: string | undefined;
  /** The operator says so: see `time/`. */
  readonly isClockRight: boolean;
  /** Whether the database is the one that was here, was put back from a backup, or is made without the former one. */
  readonly beginning: "as-it-is" | "restored" | "new-database";
}

/** As `assent serve` has them, and what it knows of the installation. */
export interface ServeOptions {
  readonly data?: string | undefined;
  readonly host?: string | undefined;
  readonly port?: string | number | undefined;
  readonly sms?: string | undefined;
  readonly push?: string | undefined;
  readonly smsRelay?: string | undefined;
  readonly logLevel?: string | undefined;
  readonly appDirectory?: string | undefined;
  readonly clockIsRight?: boolean | undefined;
  readonly restored?: boolean | undefined;
  readonly newDatabase?: boolean | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

export function readFolders(
  options: Pick<ServeOptions, "data">,
  environment: Environment,
): Folders {
  const dataDirectory = resolve(options.data ?? "./data");
  return {
    dataDirectory,
    keysDirectory: resolve(environment["ASSENT_KEYS_DIRECTORY"] || join(dataDirectory, "keys")),
    journalFile: resolve(
      environment["ASSENT_ENDED_JOURNAL"] || join(dataDirectory, "ended.journal"),
    ),
    operatingSocket: join(dataDirectory, "service.sock"),
    steeringFile: join(dataDirectory, "steering.json"),
    auditFile: join(dataDirectory, "audit.log"),
  };
}

/** @throws ConfigError */
export function readConfig(options: ServeOptions, environment: Environment): Config {
  const sms = readSmsConfig(options.sms, environment);
  return {
    ...readFolders(options, environment),
    host: readHost("--host (ASSENT_HOST)", options.host ?? "127.0.0.1"),
    port: readPort("--port (ASSENT_PORT)", options.port ?? 8080),
    sms,
    smsPerDay: readPerDay("ASSENT_SMS_PER_DAY", environment, defaultSmsPerDay[sms.transport]),
    logLevel: readLogLevel(options.logLevel ?? "info"),
    lookupsPerDay: readPerDay("ASSENT_LOOKUPS_PER_DAY", environment, 200_000),
    trustedProxies: readProxies(environment["ASSENT_TRUSTED_PROXIES"] || ""),
    publicHost: readHost("ASSENT_PUBLIC_HOST", environment["ASSENT_PUBLIC_HOST"] || "localhost"),
    origins: readOrigins(environment["ASSENT_ORIGINS"] || ""),
    push: readPushConfig(options.push, environment),
    smsRelay: readSmsRelayConfig(options.smsRelay, environment),
    operator: readOperatorTexts(environment),
    metrics: readMetrics(environment),
    appDirectory: options.appDirectory === undefined ? undefined : resolve(options.appDirectory),
    isClockRight: options.clockIsRight ?? false,
    beginning: readBeginning(options),
  };
}

// The transports for development cost nothing; a provider's bill is bounded until its operator says otherwise.
const defaultSmsPerDay: Readonly<Record<SmsConfig["transport"], number>> = {
  fake: 1_000_000,
  console: 1_000_000,
  smpp: 1_000,
  http: 1_000,
  spool: 1_000,
  routes: 1_000,
};

function readPerDay(name: string, environment: Environment, byDefault: number): number {
  const text = environment[name] || String(byDefault);
  if (!/^[1-9]\d{0,8}$/.test(text)) {
    throw new ConfigError(`${name} is a whole number from 1 to 999999999.`);
  }
  return Number(text);
}

function readMetrics(environment: Environment): ListenAddress | undefined {
  const port = environment["ASSENT_METRICS_PORT"];
  if (!port) return undefined;
  const host = environment["ASSENT_METRICS_HOST"] || "127.0.0.1";
  return {
    host: readHost("ASSENT_METRICS_HOST", host),
    port: readPort("ASSENT_METRICS_PORT", port),
  };
}

function readBeginning({ restored, newDatabase }: ServeOptions): Config["beginning"] {
  if (restored && newDatabase) {
    throw new ConfigError("Either --restored or --new-database: a backup is there, or nothing is.");
  }
  if (restored) return "restored";
  return newDatabase ? "new-database" : "as-it-is";
}

/** @param setting as it is named to whoever set it */
function readHost(setting: string, text: string): string {
  // A name or an address, nothing that ends one and starts something else.
  if (!/^[0-9A-Za-z.:-]{1,253}$/.test(text)) {
    throw new ConfigError(
      `${setting} is a name or an address, such as 127.0.0.1 or sms.example.org.`,
    );
  }
  return text;
}

function readProxies(text: string): readonly AddressRange[] {
  if (text.trim() === "") return [];
  try {
    return text.split(",").map((part) => readAddressRange(part.trim()));
  } catch {
    throw new ConfigError(
      "ASSENT_TRUSTED_PROXIES is a list of addresses or ranges with commas between them, such as 127.0.0.1,10.0.0.0/8.",
    );
  }
}

function readOrigins(text: string): readonly string[] {
  const origins = text.split(",").map((part) => part.trim());
  if (origins.length === 1 && origins[0] === "") return [];
  if (!areServiceOrigins(origins)) {
    throw new ConfigError(
      "ASSENT_ORIGINS is a list of https origins with commas between them, such as https://assent.example; http is for loopback alone.",
    );
  }
  return origins;
}

function readPort(setting: string, given: string | number): number {
  const text = String(given);
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) {
    throw new ConfigError(`${setting} is a whole number from 0 to 65535; 0 takes a free one.`);
  }
  return port;
}

function readLogLevel(text: string): LogLevel {
  const level = logLevels.find((known) => known === text);
  if (!level)
    throw new ConfigError(`--log-level (ASSENT_LOG_LEVEL) is one of: ${logLevels.join(", ")}.`);
  return level;
}
