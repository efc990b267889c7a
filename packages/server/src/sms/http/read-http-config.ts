// What `--sms https://…` says, and the environment beside it: the address is the provider's own, and what is behind its `#`
// is for this service. Trusts neither; no secret is repeated in what is refused.
import { readFileSync } from "node:fs";
import { ConfigError } from "../../config-error.ts";
import type { HttpSmsConfig } from "./http-sms.ts";
import { knownTemplates } from "./known-templates.ts";
import { type HttpTemplate, readTemplate } from "./template.ts";

/** The value of a variable that is this transport's. */
export type VariableOf = (name: string) => string | undefined;

/** @throws ConfigError */
export function readHttpConfig(
  text: string,
  variable: VariableOf,
): Omit<HttpSmsConfig, "webhookUrl"> {
  const url = URL.parse(text);
  if (!url?.hostname) {
    throw new ConfigError(
      "A provider that is asked over HTTP is named as https://HOST/PATH#template=NAME.",
    );
  }
  if (url.username || url.password) {
    throw new ConfigError(
      "What an SMS provider knows this service by is read from ASSENT_SMS_USER and ASSENT_SMS_PASSWORD alone.",
    );
  }
  if (url.protocol === "http:" && !isNearby(url.hostname)) {
    throw new ConfigError(
      "Codes go to an SMS provider over https; http is for an address of this machine, or of a private network, alone.",
    );
  }
  const options = new URLSearchParams(url.hash.slice(1));
  url.hash = "";
  return {
    url,
    template: templateOf(options.get("template") ?? ""),
    from: options.get("from") ?? undefined,
    user: variable("ASSENT_SMS_USER") ?? "",
    password: inHeader("ASSENT_SMS_PASSWORD", variable("ASSENT_SMS_PASSWORD") ?? ""),
    webhookSecret: variable("ASSENT_SMS_WEBHOOK_SECRET") || undefined,
  };
}

function templateOf(name: string): HttpTemplate {
  const known = Object.hasOwn(knownTemplates, name) ? knownTemplates[name] : undefined;
  if (known) return known;
  if (!name.startsWith("/")) {
    const names = Object.keys(knownTemplates).join(", ");
    throw new ConfigError(
      `How a provider is asked is said by #template=: one of ${names}, or the path of a file, from / on.`,
    );
  }
  return readTemplate(readFile(name));
}

function readFile(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    throw new ConfigError(`The template ${path} cannot be read.`);
  }
}

function inHeader(name: string, text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  throw new ConfigError(`${name} has only letters, digits and signs of ASCII.`);
}

/** An address, never a name: names are somebody's to give. */
function isNearby(host: string): boolean {
  return (
    /^(?:127|10)(?:\.\d{1,3}){3}$/.test(host) ||
    /^192\.168(?:\.\d{1,3}){2}$/.test(host) ||
    /^172\.(?:1[6-9]|2\d|3[01])(?:\.\d{1,3}){2}$/.test(host) ||
    /^\[(?:::1|f[cd][\da-f:]+|fe[89ab][\da-f:]+)\]$/.test(host)
  );
}
