// Makes pushes and hands them to push services: each its own bytes, of one length, which say nothing. One service that is down
// or has had enough is left alone for a while, the others go on.
import type { Randomness } from "../randomness.ts";
import type { Delivered, Delivery } from "./deliver.ts";
import { encryptMessage, freshSecrets } from "./message-encryption.ts";
import type { Subscription } from "./subscriptions.ts";
import { vapidAuthorization } from "./vapid.ts";

export interface SendingParts {
  readonly delivery: Pick<Delivery, "post">;
  /** Who answers for what is sent, as an https address; undefined where that is not said. Asked for each push. */
  readonly contact: () => string | undefined;
  /** What became of each request. */
  readonly posted: (outcome: Delivered["kind"]) => void;
  readonly firstRestMs: number;
  readonly longestRestMs: number;
  /** Of how many origins at most it is known that they rest. */
  readonly mostResting: number;
  readonly now: () => number;
  /** Milliseconds of a clock that is never set. */
  readonly elapsedMs: () => number;
  readonly randomness: Randomness;
}

export type Sent =
  | Exclude<Delivered, { readonly kind: "later" }>
  | { readonly kind: "later"; readonly afterMs: number };

export type SendPush = (to: Subscription) => Promise<Sent>;

interface Rest {
  readonly untilMs: number;
  readonly failures: number;
}

const randomLength = 32;
const saltLength = 16;
// All pushes are as long, also where one should say something some day.
const paddedLength = 128;
// As long as the big push services keep anything: 28 days.
const keptSeconds = 2_419_200;

export function createSending(parts: SendingParts): SendPush {
  const { delivery, now, elapsedMs, randomness } = parts;
  /**
   * Of origins, the last that began one at the end. Names below one on the list can be made up by whoever has an account: of
   * too many, the first is forgotten.
   */
  const rests = new Map<string, Rest>();

  function bounded(restMs: number, retryAfterMs: number): number {
    return Math.min(Math.max(restMs, retryAfterMs), parts.longestRestMs);
  }

  function rest(origin: string, beganMs: number, retryAfterMs: number): number {
    const known = rests.get(origin);
    // Of several under way at once, all but the first to fail say nothing more.
    if (known && beganMs < known.untilMs) return Math.max(known.untilMs - elapsedMs(), 0);
    const failures = (known?.failures ?? 0) + 1;
    const afterMs = bounded(parts.firstRestMs * 2 ** Math.min(failures - 1, 20), retryAfterMs);
    rests.delete(origin);
    const [first] = rests.size < parts.mostResting ? [] : rests.keys();
    if (first !== undefined) rests.delete(first);
    rests.set(origin, { untilMs: elapsedMs() + afterMs, failures });
    return afterMs;
  }

  return async ({ endpoint, key, ...browser }) => {
    const { origin } = endpoint;
    const beganMs = elapsedMs();
    const leftMs = (rests.get(origin)?.untilMs ?? 0) - beganMs;
    if (leftMs > 0) return { kind: "later", afterMs: leftMs };
    const secrets = freshSecrets(randomness.bytes(saltLength));
    const body = encryptMessage(randomness.bytes(randomLength), browser, secrets, paddedLength);
    const headers = {
      authorization: vapidAuthorization(key.pair, {
        audience: origin,
        contact: parts.contact(),
        nowMs: now(),
      }),
      "content-encoding": "aes128gcm",
      "content-type": "application/octet-stream",
      ttl: String(keptSeconds),
      urgency: "high",
      // Of several that a browser did not come for, the last is as good as all.
      topic: "new",
    };
    const delivered = await delivery.post(endpoint, headers, body);
    parts.posted(delivered.kind);
    if (delivered.kind !== "later") {
      rests.delete(origin);
      return delivered;
    }
    const { whom, retryAfterMs } = delivered;
    // One who is woken too often must not keep all others of that push service asleep.
    const afterMs =
      whom === "one"
        ? bounded(parts.firstRestMs, retryAfterMs)
        : rest(origin, beganMs, retryAfterMs);
    return { kind: "later", afterMs };
  };
}
