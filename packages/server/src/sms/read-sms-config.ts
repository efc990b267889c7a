// What `--sms` says, and the environment beside it. Trusts neither; a password is never repeated in what is refused.
import { ConfigError } from "../config-error.ts";
import type { ProviderConfig, SmsConfig } from "./chosen-transport.ts";
import { readHttpConfig, type VariableOf } from "./http/read-http-config.ts";
import { readRoutes } from "./read-routes.ts";
import type { SmsAddress } from "./smpp/pdu.ts";
import { internationalNumber, senderName } from "./smpp/smpp.ts";
import { readSpoolConfig } from "./spool/read-spool-config.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** @throws ConfigError */
export function readSmsConfig(text: string | undefined, environment: Environment): SmsConfig {
  if (text === undefined) {
    throw new ConfigError(
      "Say how SMS are sent: --sms smpp://NAME@HOST, https://HOST/PATH#template=NAME, spool:DIR or routes:FILE, or --sms fake or console (development: they show codes).",
    );
  }
  if (text === "fake" || text === "console") return { transport: text };
  const variable: VariableOf = (name) => environment[name];
  const routes = /^routes:(.+)$/.exec(text)?.[1];
  if (routes === undefined) return readProvider(text, variable);
  return { transport: "routes", file: readRoutes(routes, variable, readProvider) };
}

function readProvider(text: string, variable: VariableOf): ProviderConfig {
  if (/^smpps?:\/\//.test(text)) return readSmpp(text, variable);
  if (/^https?:\/\//.test(text)) return { transport: "http", http: readHttpConfig(text, variable) };
  if (text.startsWith("spool:")) return { transport: "spool", spool: readSpoolConfig(text) };
  throw new ConfigError(
    "This SMS transport is not known. There are smpp://, https://, spool:, routes:, fake and console.",
  );
}

function readSmpp(text: string, variable: VariableOf): ProviderConfig {
  const url = URL.parse(text);
  if (!url?.hostname || !url.username || !/^\/?$/.test(url.pathname) || url.hash) {
    throw new ConfigError(
      "An SMSC is named as smpp://NAME@HOST:PORT?from=SENDER, or with smpps:// for TLS.",
    );
  }
  if (url.password) {
    // Command lines are seen by everybody on the machine.
    throw new ConfigError("The SMSC's password is read from ASSENT_SMPP_PASSWORD alone.");
  }
  const withTls = url.protocol === "smpps:";
  return {
    transport: "smpp",
    smsc: {
      // A name in brackets is an IPv6 address.
      host: url.hostname.replace(/^\[|\]$/g, ""),
      port: url.port ? Number(url.port) : withTls ? 3_550 : 2_775,
      withTls,
    },
    bind: {
      systemId: fitting("NAME", decoded(url.username), 15),
      password: fitting("ASSENT_SMPP_PASSWORD", variable("ASSENT_SMPP_PASSWORD") ?? "", 8),
      systemType: fitting("type", url.searchParams.get("type") ?? "", 12),
    },
    source: readSender(url.searchParams.get("from") ?? "Assent"),
  };
}

/** A number, as +4915123456789 or a provider's short one; else a name. */
function readSender(from: string): SmsAddress {
  if (/^\+[1-9]\d{6,14}$/.test(from)) return internationalNumber(from);
  if (/^\d{3,8}$/.test(from)) return { type: 3, plan: 0, digits: from };
  if (/^[A-Za-z0-9 ._-]{1,11}$/.test(from) && /[A-Za-z]/.test(from)) return senderName(from);
  throw new ConfigError(
    "The sender of SMS (from=) is a number such as +4915123456789, a short number, or a name of up to 11 letters and digits.",
  );
}

/** What is no encoding is refused for its signs, as it stands. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return `${text}\0`;
  }
}

function fitting(what: string, text: string, most: number): string {
  if (text.length <= most && /^[\x20-\x7e]*$/.test(text)) return text;
  throw new ConfigError(`${what} has at most ${most} letters, digits and signs (SMPP 3.4).`);
}
