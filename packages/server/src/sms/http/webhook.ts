// What a provider calls back with: what became of an SMS, and what people write. Trusts what is signed to be the
// provider's, and not to be new: what came before does nothing again.
import type { SmsHearing } from "../transport.ts";
import type { AwaitedReports } from "./awaited-reports.ts";
import { isSignedBy, type SignedBy, type WebhookRequest } from "./signature.ts";
import type { WebhookTemplate } from "./template.ts";

/** refused: nobody knows who sent it. later: it is to be sent again. */
export type WebhookAnswer = "taken" | "refused" | "later";

export type Webhook = (request: WebhookRequest) => Promise<WebhookAnswer>;

export function createWebhook(parts: {
  readonly template: WebhookTemplate;
  readonly signedBy: SignedBy;
  readonly reports: Pick<AwaitedReports, "report">;
  readonly received: SmsHearing["received"];
  /** Texts of people that are remembered, so that none is heard twice. */
  readonly mostRemembered: number;
}): Webhook {
  const { template, reports } = parts;
  const heard = new Set<string>();

  /** Told of again while it is being taken, it is taken; where that fails, whoever told of it first tells of it again. */
  async function takeText(field: (path: string) => string): Promise<WebhookAnswer> {
    const name = field(template.name);
    if (heard.has(name)) return "taken";
    // Without a name nobody can say whether it came before.
    if (name !== "") heard.add(name);
    const [oldest] = heard.size > parts.mostRemembered ? heard : [];
    if (oldest !== undefined) heard.delete(oldest);
    try {
      await parts.received({ from: field(template.from), text: field(template.text) });
      return "taken";
    } catch {
      heard.delete(name);
      return "later";
    }
  }

  return async (request) => {
    if (!isSignedBy(template.signature, request, parts.signedBy)) return "refused";
    const field = fieldsOf(request);
    const event = field(template.event);
    if (template.delivered.includes(event)) reports.report(field(template.key), "delivered");
    else if (template.failed.includes(event)) reports.report(field(template.key), "failed");
    else if (template.received.includes(event)) return takeText(field);
    return "taken";
  };
}

/** What stands at a path, as text; empty where nothing does. */
function fieldsOf({ url, headers, body }: WebhookRequest): (path: string) => string {
  const query = new URL(url).searchParams;
  const fields = /^application\/json\b/i.test(headers["content-type"] ?? "")
    ? fieldsOfJson(body.toString())
    : Object.fromEntries(new URLSearchParams(body.toString()));
  return (path) => {
    if (path.startsWith("?")) return query.get(path.slice(1)) ?? "";
    return valueAt(fields, path);
  };
}

export function fieldsOfJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** @param path such as `data.id`. */
export function valueAt(fields: unknown, path: string): string {
  let value = fields;
  for (const name of path.split(".")) {
    const isThere = typeof value === "object" && value !== null && Object.hasOwn(value, name);
    value = isThere ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
  }
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}
