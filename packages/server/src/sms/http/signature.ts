// Whether a webhook is from whom it says: three schemes, one for each of the providers that are known, and whoever signs
// as they do. Where the signature has a time, an old one is refused; where it has none, what it says is heard once.
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { SignatureScheme } from "./template.ts";

export interface WebhookRequest {
  /** The whole address, as the provider knows it. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** As it came. */
  readonly body: Buffer;
}

export interface SignedBy {
  readonly secret: string;
  readonly now: () => number;
  /** How far from now a signature may say that it was made. */
  readonly withinMs: number;
}

const schemes: Readonly<
  Record<SignatureScheme, (request: WebhookRequest, by: SignedBy) => boolean>
> = {
  /** Over the body and the time as it is written beside it, in hexadecimal. */
  "hmac-sha256-body-time"({ headers, body }, by) {
    const time = textOf(headers["x-timestamp"]);
    const mac = createHmac("sha256", by.secret).update(body).update(time).digest("hex");
    return isSame(textOf(headers["x-signature"]).toLowerCase(), mac) && isOfNow(time, by);
  },

  /** Over the address and each field with its value, in the order of their names. It has no time. */
  "hmac-sha1-url-form"({ url, headers, body }, { secret }) {
    const fields = [...new URLSearchParams(body.toString())];
    const sorted = fields.sort(([a], [b]) => (a < b ? -1 : Number(a > b)));
    const mac = createHmac("sha1", secret)
      .update(url + sorted.flat().join(""))
      .digest("base64");
    return isSame(textOf(headers["x-twilio-signature"]), mac);
  },

  /** A JSON Web Token (RFC 7519) of HMAC-SHA256 that has the hash of the body, and when it was made. */
  "jwt-body-hash"({ headers, body }, by) {
    const token = /^Bearer ([\w-]+)\.([\w-]+)\.([\w-]+)$/i.exec(textOf(headers.authorization));
    const [, head = "", claims = "", signature = ""] = token ?? [];
    const mac = createHmac("sha256", by.secret).update(`${head}.${claims}`).digest("base64url");
    if (!isSame(signature, mac) || jsonOf(head)["alg"] !== "HS256") return false;
    const { payload_hash: hash, iat } = jsonOf(claims);
    const isOfBody = hash === createHash("sha256").update(body).digest("hex");
    return isOfBody && typeof iat === "number" && isOfNow(String(iat), by);
  },
};

export function isSignedBy(
  scheme: SignatureScheme,
  request: WebhookRequest,
  by: SignedBy,
): boolean {
  return schemes[scheme](request, by);
}

/** @param time Unix seconds. */
function isOfNow(time: string, { now, withinMs }: SignedBy): boolean {
  return /^\d{1,12}$/.test(time) && Math.abs(Number(time) * 1_000 - now()) <= withinMs;
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function textOf(header: string | string[] | undefined): string {
  return typeof header === "string" ? header : "";
}

function jsonOf(base64url: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(Buffer.from(base64url, "base64url").toString())) as Record<
      string,
      unknown
    >;
  } catch {
    return {};
  }
}
