// How one provider wants to be asked over HTTP, and how it says what became of an SMS: as data, so that an operator can
// write one for a provider that nobody here knows. A template from a file is trusted as its operator is, once it is well
// formed; it holds no secrets.
import { ConfigError } from "../../config-error.ts";

export interface HttpTemplate {
  /** How this service shows who it is; any other word is the name of a header that holds the password. */
  readonly authorization: "basic" | "bearer" | { readonly header: string };
  readonly body: "json" | "form";
  /** The body, with `{names}` in its texts to be filled in. */
  readonly fields: TemplateValue;
  /** Whether it sends an SMS once, however often it is asked for it under one `{key}`. */
  readonly isRepeatable: boolean;
  /** Where its answer says what it calls the SMS, as `data.id`. */
  readonly id: string;
  readonly webhook: WebhookTemplate | undefined;
}

export type TemplateValue =
  | string
  | number
  | boolean
  | readonly TemplateValue[]
  | { readonly [field: string]: TemplateValue };

/** How it calls back. Paths are as `payload.from`; of the query of the address as `?sms`. */
export interface WebhookTemplate {
  readonly signature: SignatureScheme;
  /** Where it says what happened; empty where it is left out. */
  readonly event: string;
  readonly delivered: readonly string[];
  readonly failed: readonly string[];
  readonly received: readonly string[];
  /** Where a report has the `{key}` of its SMS. */
  readonly key: string;
  /** Where it says who wrote, what, and what it calls this text: the same if it tells of it again. */
  readonly from: string;
  readonly text: string;
  readonly name: string;
}

const signatureSchemes = ["hmac-sha256-body-time", "hmac-sha1-url-form", "jwt-body-hash"] as const;
/** See signature.ts. */
export type SignatureScheme = (typeof signatureSchemes)[number];

/** What can be filled in. */
const fillings = ["to", "digits", "from", "text", "key", "seconds", "webhook"] as const;
export type Fillings = Readonly<Record<(typeof fillings)[number], string | undefined>>;

/** A field of which something is not known is left out. `{seconds}` alone is a number. */
export function fill(template: TemplateValue, known: Fillings): TemplateValue | undefined {
  if (typeof template === "string") return fillText(template, known);
  if (typeof template !== "object") return template;
  if (isList(template)) {
    return template.map((one) => fill(one, known)).filter((one) => one !== undefined);
  }
  const filled = Object.entries(template).map(([name, value]) => [name, fill(value, known)]);
  return Object.fromEntries(filled.filter(([, value]) => value !== undefined));
}

function fillText(template: string, known: Fillings): string | number | undefined {
  let isComplete = true;
  const text = template.replaceAll(/\{(\w+)\}/g, (_whole, name: keyof Fillings) => {
    isComplete &&= known[name] !== undefined;
    return known[name] ?? "";
  });
  if (!isComplete) return undefined;
  return template === "{seconds}" ? Number(text) : text;
}

/** @throws ConfigError */
export function readTemplate(json: string): HttpTemplate {
  const { authorization, body, fields, repeatable, id, webhook } = objectOf("it", parsed(json));
  return {
    authorization: readAuthorization(authorization),
    body: oneOf("body", body, ["json", "form"]),
    fields: readFields(fields),
    isRepeatable: oneOf("repeatable", repeatable ?? false, [true, false]),
    id: textOf("id", id ?? ""),
    webhook: webhook === undefined ? undefined : readWebhook(webhook),
  };
}

function readAuthorization(value: unknown): HttpTemplate["authorization"] {
  const text = textOf("authorization", value);
  if (text === "basic" || text === "bearer") return text;
  if (!/^[\w-]{1,64}$/.test(text)) wrong("authorization");
  return { header: text };
}

function readFields(value: unknown): TemplateValue {
  const found = [...JSON.stringify(objectOf("fields", value)).matchAll(/\{(\w+)\}/g)];
  const unknown = found.find(([, name]) => !(fillings as readonly string[]).includes(name ?? ""));
  if (unknown) wrong(`fields, where ${unknown[0]} is nothing to fill in,`);
  if (!found.some(([, name]) => name === "text")) wrong("fields, where {text} is missing,");
  return value as TemplateValue;
}

function readWebhook(value: unknown): WebhookTemplate {
  const fields = objectOf("webhook", value);
  const text = (name: string) => textOf(`webhook.${name}`, fields[name] ?? "");
  const texts = (name: string) => {
    const list = fields[name] ?? [];
    if (!Array.isArray(list)) return wrong(`webhook.${name}`);
    return list.map((one) => textOf(`webhook.${name}`, one));
  };
  return {
    signature: oneOf("webhook.signature", fields["signature"], signatureSchemes),
    event: text("event"),
    delivered: texts("delivered"),
    failed: texts("failed"),
    received: texts("received"),
    key: text("key"),
    from: text("from"),
    text: text("text"),
    name: text("name"),
  };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return wrong("it");
  }
}

function objectOf(what: string, value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return wrong(what);
  return value as Readonly<Record<string, unknown>>;
}

function textOf(what: string, value: unknown): string {
  return typeof value === "string" ? value : wrong(what);
}

function oneOf<const Known>(what: string, value: unknown, known: readonly Known[]): Known {
  return known.find((one) => one === value) ?? wrong(what);
}

function isList(value: object): value is readonly TemplateValue[] {
  return Array.isArray(value);
}

function wrong(what: string): never {
  throw new ConfigError(`The template of an SMS provider: ${what} is not as docs/sms.md says.`);
}
