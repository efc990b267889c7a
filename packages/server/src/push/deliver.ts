// One request to a push service (RFC 8030): to an address that was looked at first and is what is connected to, on the public
// Internet; nowhere else, whatever is answered. Trusts nothing of the answer but its status.
import { type LookupAddress, lookup } from "node:dns";
import { Agent, type RequestOptions, request } from "node:https";
import { isIP } from "node:net";
import type { After } from "../after.ts";

export type Delivered =
  | { readonly kind: "taken" }
  /** The subscription is no more. */
  | { readonly kind: "gone" }
  /** It will not be taken, however often it is tried. */
  | { readonly kind: "refused" }
  | {
      readonly kind: "later";
      /** Whom the push service has no time for: all, or this subscription, which may have had too many by itself. */
      readonly whom: "all" | "one";
      readonly retryAfterMs: number;
    };

export interface Delivery {
  post(
    endpoint: URL,
    headers: Readonly<Record<string, string>>,
    body: Uint8Array,
  ): Promise<Delivered>;
  /** Ends what is under way. */
  close(): void;
}

/** All addresses of a name. */
export type LookUp = (
  name: string,
  told: (error: Error | null, addresses: readonly LookupAddress[]) => void,
) => void;

export interface DeliveryParts {
  readonly isPublic: (address: string) => boolean;
  /** Whose certificates are believed; those of this machine if left out. */
  readonly ca?: string | undefined;
  /** What a name stands for: the system's answer if left out. */
  readonly lookUp?: LookUp | undefined;
  readonly answerMs: number;
  readonly connections: number;
  /** How long a connection is kept that nothing goes over. */
  readonly idleMs: number;
  readonly after: After;
  readonly now: () => number;
}

// What is read of an answer, so that its connection can be used again.
const mostAnswer = 16_384;

/** Of a name that leads here, or into this network. */
class NotPublic extends Error {
  override readonly name = "NotPublic";
}

const systemLookUp: LookUp = (name, told) => lookup(name, { all: true }, told);

const later = { kind: "later", whom: "all", retryAfterMs: 0 } as const;

export function createDelivery(parts: DeliveryParts): Delivery {
  const { isPublic, ca, lookUp = systemLookUp, answerMs, connections, idleMs, after, now } = parts;
  // Push services take it for an attack where each push comes over a connection of its own.
  const agent = new Agent({
    keepAlive: true,
    maxSockets: connections,
    maxFreeSockets: 4,
    timeout: idleMs,
  });

  /** What is connected to is what was looked at. All that a name stands for, or none: one of both kinds is a trick. */
  const publicLookup: RequestOptions["lookup"] = (name, { all }, callback) => {
    lookUp(name, (error, addresses) => {
      const [first] = error ? [] : addresses;
      const isFit = first && addresses.every(({ address }) => isPublic(address));
      if (!isFit) callback(error ?? new NotPublic(), "");
      else if (all) callback(null, [...addresses]);
      else callback(null, first.address, first.family);
    });
  };

  return {
    post(endpoint, headers, body) {
      // An address as such is not looked up.
      const literal = endpoint.hostname.replace(/^\[|\]$/g, "");
      if (isIP(literal) && !isPublic(literal)) return Promise.resolve({ kind: "refused" });
      return new Promise((resolve) => {
        const sent = request(endpoint, {
          method: "POST",
          agent,
          lookup: publicLookup,
          headers: { ...headers, "content-length": String(body.length) },
          ...(ca === undefined ? {} : { ca }),
        });
        const end = (delivered: Delivered) => {
          stop();
          resolve(delivered);
        };
        const giveUp = () => {
          sent.destroy();
          end(later);
        };
        const stop = after(answerMs, giveUp);
        sent.on("error", (error) => end(error instanceof NotPublic ? { kind: "refused" } : later));
        sent.on("response", (answer) => {
          const delivered = meaningOf(answer.statusCode ?? 0, answer.headers["retry-after"], now());
          let length = 0;
          answer.on("data", (part: Buffer) => {
            length += part.length;
            if (length <= mostAnswer) return;
            answer.destroy();
            end(delivered);
          });
          answer.on("end", () => end(delivered));
          answer.on("error", () => end(delivered));
        });
        sent.end(body);
      });
    },
    close: () => agent.destroy(),
  };
}

/** RFC 8030, sections 5 and 7.3. Whoever points elsewhere is not followed. */
function meaningOf(status: number, retryAfter: string | undefined, nowMs: number): Delivered {
  if (status >= 200 && status < 300) return { kind: "taken" };
  if (status === 404 || status === 410) return { kind: "gone" };
  if (status !== 429 && status < 500) return { kind: "refused" };
  const whom = status === 429 ? "one" : "all";
  return { kind: "later", whom, retryAfterMs: readRetryAfter(retryAfter, nowMs) };
}

/** Seconds, or a date (RFC 9110, section 10.2.3). */
function readRetryAfter(text: string | undefined, nowMs: number): number {
  if (!text) return 0;
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - nowMs;
  return Number.isFinite(ms) ? Math.max(0, ms) : 0;
}
