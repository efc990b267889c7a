// What two people read to each other to know that nobody stands between them: digits that follow from both root
// keys and numbers, the same on both phones.
import { utf8 } from "./bytes.ts";
import { labelledHash } from "./hashing.ts";
import type { PhoneNumber } from "./number.ts";

export interface KnownKey {
  readonly number: PhoneNumber;
  readonly rootKey: Uint8Array;
}

const groupsPerSide = 6;

/**
 * Twelve groups of five digits. Six for each side, from 40 bits of its hash each: to find another key with the
 * same six takes about 2^99 tries.
 */
export function safetyNumberOf(one: KnownKey, other: KnownKey): string[] {
  return [sideOf(one), sideOf(other)].sort().flatMap((side) => side.split(" "));
}

function sideOf({ number, rootKey }: KnownKey): string {
  const digest = labelledHash("safety number", rootKey, utf8(number));
  const view = new DataView(digest.buffer);
  const groups = Array.from({ length: groupsPerSide }, (_, index) => {
    const value = view.getUint8(5 * index) * 2 ** 32 + view.getUint32(5 * index + 1);
    return String(value % 100_000).padStart(5, "0");
  });
  return groups.join(" ");
}
