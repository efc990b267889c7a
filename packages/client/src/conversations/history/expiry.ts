// When a text is to be gone from here, as whoever sent it wants: from when it was sent, or from when its owner first saw it. Found by
// the second that it is due in, rounded up: nothing is due before its time.
import type { Content } from "@assent/protocol";
import { type Message, point, put, remove } from "../../store/records.ts";
import type { Change } from "../../store/store.ts";

type Expiry = Partial<Pick<Message, "expiresAtMs" | "expiresAfterReadSeconds">>;

/** @param sentAtMs as it is believed: never later than now. */
export function expiryOf({ expires }: Content, sentAtMs: bigint): Expiry {
  if (!expires || expires.seconds === 0) return {};
  if (expires.afterRead) return { expiresAfterReadSeconds: expires.seconds };
  return { expiresAtMs: sentAtMs + BigInt(expires.seconds) * 1_000n };
}

/** So that it is found when its time has come; nothing where it has none yet. */
export function awaitExpiry(key: string, message: Message): Change[] {
  return message.expiresAtMs > 0n ? [point("expiring", placeOf(key, message), key)] : [];
}

export function forgetExpiry(key: string, message: Message): Change[] {
  return message.expiresAtMs > 0n ? [remove("expiring", placeOf(key, message))] : [];
}

/** Its owner sees it, and nothing begins but with the first time. */
export function beginExpiry(key: string, message: Message, nowMs: number): Change[] {
  const { expiresAfterReadSeconds, expiresAtMs } = message;
  if (expiresAfterReadSeconds === 0 || expiresAtMs > 0n) return [];
  const seen = { ...message, expiresAtMs: BigInt(nowMs + expiresAfterReadSeconds * 1_000) };
  return [put("messages", key, seen), ...awaitExpiry(key, seen)];
}

/** When what stands at a place is due. */
export function dueMsOf(place: string): number {
  return Number(place.slice(0, place.indexOf("/"))) * 1_000;
}

function placeOf(key: string, { expiresAtMs }: Message): string {
  const seconds = (expiresAtMs + 999n) / 1_000n;
  return `${String(seconds).padStart(12, "0")}/${key}`;
}
