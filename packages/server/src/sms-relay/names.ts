// Names of SMS: made by the service, each good for a day, for one device and one lineage of the store. So a name that the store
// knows nothing of was never sent under, or is good no more: what was sent is remembered longer than any name is good, and a
// store that was put back from a backup begins another lineage.
import { createHmac, timingSafeEqual } from "node:crypto";
import { concat, smsNameLength, uint64 } from "@assent/protocol";
import type { Randomness } from "../randomness.ts";

export interface SmsNames {
  name(deviceId: Uint8Array): Uint8Array;
  isGood(deviceId: Uint8Array, name: Uint8Array): boolean;
  /** What the store knows it by. */
  macOfName(deviceId: Uint8Array, name: Uint8Array): Uint8Array;
  /** The same, of what the transport knows it by. */
  macOfKey(key: string): Uint8Array;
}

const macLength = 16;
const namedLength = smsNameLength - macLength;

export function createSmsNames(parts: {
  /** Of the registration room. */
  readonly secret: Uint8Array;
  readonly lineage: number;
  readonly goodForMs: number;
  readonly now: () => number;
  readonly randomness: Randomness;
}): SmsNames {
  const { secret, lineage, goodForMs, now, randomness } = parts;

  /** @param what names of different kinds never meet */
  function mac(what: string, ...given: readonly Uint8Array[]): Uint8Array {
    const hmac = createHmac("sha256", secret).update(`sms relay ${what}`);
    for (const bytes of given) hmac.update(bytes);
    return new Uint8Array(hmac.digest());
  }

  function tagOf(deviceId: Uint8Array, named: Uint8Array): Uint8Array {
    return mac("good name", uint64(BigInt(lineage)), deviceId, named).subarray(0, macLength);
  }

  return {
    name(deviceId) {
      const named = concat(uint64(BigInt(now() + goodForMs)), randomness.bytes(8));
      return concat(named, tagOf(deviceId, named));
    },
    isGood(deviceId, name) {
      const named = name.subarray(0, namedLength);
      const isOurs = timingSafeEqual(tagOf(deviceId, named), name.subarray(namedLength));
      if (!isOurs) return false;
      const goodUntil = Number(Buffer.from(named).readBigUInt64BE());
      // One from a clock that was ahead is good for as long as any other, and no longer.
      return now() < goodUntil && goodUntil <= now() + goodForMs;
    },
    macOfName: (deviceId, name) => mac("name", deviceId, name),
    macOfKey: (key) => mac("key", Buffer.from(key)),
  };
}
