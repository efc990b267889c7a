// Command line options and environment to one typed Config. Trusts neither: what cannot be read is refused
// with a sentence for the person who started the service.
import { join, resolve } from "node:path";
import { type LogLevel, logLevels } from "./log.ts";

export interface Config {
  /** Absolute. */
  readonly dataDirectory: string;
  /** Absolute; inside the data directory unless the environment says otherwise. */
  readonly keysFile: string;
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  readonly sms: SmsConfig;
  readonly logLevel: LogLevel;
  /** The name that the last line of an SMS binds its code to (WebOTP). */
  readonly publicHost: string;
  /** The built Messaging app; absolute. Without it none is served. */
  readonly appDirectory: string | undefined;
}

export interface SmsConfig {
  readonly transport: "fake" | "console";
}

/** As `assent serve` has them, and what it knows of the installation. */
export interface ServeOptions {
  readonly data?: string | undefined;
  readonly host?: string | undefined;
  readonly port?: string | number | undefined;
  readonly sms?: string | undefined;
  readonly logLevel?: string | undefined;
  readonly appDirectory?: string | undefined;
}

/** The message is for the person at the command line. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/** @throws ConfigError */
export function readConfig(
  options: ServeOptions,
  environment: Readonly<Record<string, string | undefined>>,
): Config {
  const dataDirectory = resolve(options.data ?? "./data");
  return {
    dataDirectory,
    keysFile: resolve(environment["ASSENT_KEYS_FILE"] || join(dataDirectory, "keys.json")),
    host: readHost(options.host ?? "127.0.0.1"),
    port: readPort(options.port ?? 8080),
    sms: readSms(options.sms),
    logLevel: readLogLevel(options.logLevel ?? "info"),
    publicHost: readHost(environment["ASSENT_PUBLIC_HOST"] || "localhost"),
    appDirectory: options.appDirectory === undefined ? undefined : resolve(options.appDirectory),
  };
}

function readHost(text: string): string {
  // A name or an address, nothing that ends one and starts something else.
  if (!/^[0-9A-Za-z.:-]{1,253}$/.test(text)) {
    throw new ConfigError(
      "The host is a name or an address, such as 127.0.0.1 or sms.example.org.",
    );
  }
  return text;
}

function readPort(given: string | number): number {
  const text = String(given);
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) {
    throw new ConfigError("The port is a whole number from 0 to 65535; 0 takes a free one.");
  }
  return port;
}

function readSms(text: string | undefined): SmsConfig {
  if (text === undefined) {
    throw new ConfigError(
      "Say how SMS are sent: --sms fake or --sms console (development: they show codes).",
    );
  }
  if (text === "fake" || text === "console") return { transport: text };
  if (/^(?:smpp:\/\/|spool:|https?:\/\/)/.test(text)) {
    throw new ConfigError(
      "This SMS transport comes later. For now there are --sms fake and --sms console.",
    );
  }
  throw new ConfigError("This SMS transport is not known. There are fake and console.");
}

function readLogLevel(text: string): LogLevel {
  const level = logLevels.find((known) => known === text);
  if (!level) throw new ConfigError(`The log level is one of: ${logLevels.join(", ")}.`);
  return level;
}
