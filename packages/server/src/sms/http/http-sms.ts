// SMS through a provider, or a telephone, that is asked over HTTP. It reads every text and number. Asked again under the
// same key only where it was not taken, or where the provider sends one key once.
import { type After, pause } from "../../after.ts";
import { sendingOnce } from "../once-for-each-key.ts";
import {
  type OutgoingSms,
  passingToldMs,
  type SmsHearing,
  type SmsOutcome,
  type SmsProvider,
  type SmsState,
  type SmsTrouble,
} from "../transport.ts";
import { awaitReports } from "./awaited-reports.ts";
import { type Posted, post } from "./post.ts";
import { fill, type HttpTemplate } from "./template.ts";
import { createWebhook, fieldsOfJson, valueAt, type Webhook } from "./webhook.ts";

export interface HttpSmsConfig {
  readonly url: URL;
  readonly template: HttpTemplate;
  /** What people see as the sender, where the provider is told. */
  readonly from: string | undefined;
  readonly user: string;
  readonly password: string;
  /** What its webhooks are signed with; without it none is heard. */
  readonly webhookSecret: string | undefined;
  /** Where its webhooks come in, as it knows it; without it, it is told of none. */
  readonly webhookUrl: string | undefined;
}

export interface HttpSmsQuotas {
  readonly answerMs: number;
  /** It is asked again after each of these, where it may be. */
  readonly pausesMs: readonly number[];
  /** After so many SMS in a row that got no fit answer it is taken to be away until one does. */
  readonly mostNotTaken: number;
  readonly reportsAwaited: number;
  readonly textsRemembered: number;
  readonly signatureAgeMs: number;
}

export interface HttpSms extends SmsProvider {
  readonly webhook: Webhook | undefined;
}

export function createHttpSms(
  parts: SmsHearing & {
    readonly name: string;
    readonly config: HttpSmsConfig;
    readonly quotas: HttpSmsQuotas;
    readonly now: () => number;
    readonly after: After;
    readonly trouble: (what: SmsTrouble) => void;
  },
): HttpSms {
  const { name, config, quotas, after } = parts;
  const { template, webhookSecret } = config;
  // There is no line to it: what it said last is all that is known, and for a while.
  let last: { readonly state: SmsState; readonly at: number } = { state: "not-known", at: 0 };
  const reports = awaitReports(parts.reported, quotas.reportsAwaited);

  // In a row, whatever time was between them.
  let notTaken = 0;

  async function ask(sms: OutgoingSms, closing: AbortSignal): Promise<SmsOutcome> {
    const outcome = await askInTurn(sms, closing);
    const isAnswered = outcome.kind === "accepted" || outcome.kind === "refused";
    if (isAnswered) notTaken = 0;
    else if (!closing.aborted) notTaken += 1;
    return outcome;
  }

  async function askInTurn(sms: OutgoingSms, closing: AbortSignal): Promise<SmsOutcome> {
    reports.awaitFor(sms.key);
    const { headers, body } = requestFor(sms, config);
    let mayHaveLeft = false;
    for (const pauseMs of [...quotas.pausesMs, undefined]) {
      const within = { ms: quotas.answerMs, after, closing };
      const posted = await post(config.url, headers, body, within);
      const meant = meaningOf(posted, template);
      if (meant.trouble && !closing.aborted) parts.trouble(meant.trouble);
      last = { state: stateAfter(meant), at: parts.now() };
      if (meant.kind === "accepted") return { kind: "accepted", id: meant.id };
      if (meant.kind === "over") return { kind: mayHaveLeft ? "unknown" : meant.outcome };
      mayHaveLeft ||= meant.kind === "perhaps";
      if (mayHaveLeft && !template.isRepeatable) return { kind: "unknown" };
      if (pauseMs !== undefined) await pause(pauseMs, after, closing);
      if (closing.aborted) break;
    }
    return { kind: mayHaveLeft ? "unknown" : "unavailable" };
  }

  const webhook =
    template.webhook && webhookSecret !== undefined
      ? createWebhook({
          template: template.webhook,
          signedBy: { secret: webhookSecret, now: parts.now, withinMs: quotas.signatureAgeMs },
          reports,
          received: parts.received,
          mostRemembered: quotas.textsRemembered,
        })
      : undefined;
  return {
    name,
    ...sendingOnce(ask, after),
    async state() {
      if (parts.now() - last.at < passingToldMs) return last.state;
      return stateLater(last.state, notTaken >= quotas.mostNotTaken);
    },
    webhook,
  };
}

function stateAfter({ kind, trouble }: Meaning): SmsState {
  return trouble ?? (kind === "not-now" ? "throttled" : "ready");
}

/**
 * What is left of it when nothing was asked for a while: a name that it does not know stays unknown, what passes may be over.
 * @param isAway it took none of the last few
 */
function stateLater(state: SmsState, isAway: boolean): SmsState {
  if (isAway) return state === "not-let-in" ? state : "unreachable";
  if (state === "throttled") return "ready";
  return state === "lost" || state === "unreachable" ? "not-answered" : state;
}

/** What an answer means for an SMS. */
type Meaning = { readonly trouble?: SmsTrouble } & (
  | { readonly kind: "accepted"; readonly id: string }
  | { readonly kind: "over"; readonly outcome: "refused" | "unavailable" }
  /** It was not taken, and may be in a while. */
  | { readonly kind: "not-now" }
  /** It may have been taken. */
  | { readonly kind: "perhaps" }
);

/** RFC 9110 §15. */
function meaningOf(posted: Posted, { isRepeatable, id }: HttpTemplate): Meaning {
  if (posted.kind === "not-sent") return { kind: "not-now", trouble: "unreachable" };
  if (posted.kind === "unanswered") return { kind: "perhaps", trouble: "lost" };
  const { status, body } = posted;
  if (status >= 200 && status < 300) {
    return { kind: "accepted", id: valueAt(fieldsOfJson(body), id) };
  }
  switch (status) {
    case 401:
    // The account has no money left.
    case 402:
    case 403:
      return { kind: "over", outcome: "unavailable", trouble: "not-let-in" };
    case 429:
    case 503:
      return { kind: "not-now" };
    case 409:
      // It has one of this key: the one it was asked for before.
      return isRepeatable ? { kind: "accepted", id: "" } : { kind: "over", outcome: "refused" };
    case 408:
      return { kind: "perhaps" };
  }
  if (status >= 400 && status < 500) return { kind: "over", outcome: "refused" };
  if (status >= 300 && status < 400) {
    return { kind: "over", outcome: "unavailable", trouble: "unreachable" };
  }
  return { kind: "perhaps", trouble: "lost" };
}

function requestFor(sms: OutgoingSms, config: HttpSmsConfig) {
  const { template, from, user, password, webhookUrl } = config;
  const fields = fill(template.fields, {
    to: sms.to,
    digits: sms.to.replace(/^\+/, ""),
    from,
    text: sms.text,
    key: sms.key,
    seconds: String(sms.validForSeconds),
    webhook: webhookUrl,
  });
  const isJson = template.body === "json";
  return {
    headers: {
      accept: "application/json",
      "content-type": isJson ? "application/json" : "application/x-www-form-urlencoded",
      ...authorizationOf(template, user, password),
    },
    body: isJson ? JSON.stringify(fields) : formOf(fields as Readonly<Record<string, unknown>>),
  };
}

function authorizationOf(
  { authorization }: HttpTemplate,
  user: string,
  password: string,
): Readonly<Record<string, string>> {
  if (authorization === "bearer") return { authorization: `Bearer ${password}` };
  if (authorization !== "basic") return { [authorization.header]: password };
  return { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}` };
}

function formOf(fields: Readonly<Record<string, unknown>>): string {
  return new URLSearchParams(
    Object.entries(fields).map(([name, value]): [string, string] => [name, String(value)]),
  ).toString();
}
