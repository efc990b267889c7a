// Nonces of signed requests, for as long as a request with one could be sent again. In memory: after a restart
// a request of the last minutes could be repeated once, which repeats what its own device asked for.
import { AssentError, limits } from "@assent/protocol";

export interface NonceMemory {
  /**
   * Remembers a device's nonce; false where it was there.
   * @throws AssentError rate_limited where the memory is full: what it cannot remember it must not let pass.
   */
  isNew(deviceId: Uint8Array, nonce: Uint8Array): boolean;
}

// A request's time is right from this long before now until as long after.
const acceptableMs = 2 * limits.clockSkewSeconds * 1_000;

export function createNonceMemory(most: number, now: () => number): NonceMemory {
  let current = new Set<string>();
  let previous = new Set<string>();
  let turnedAt = now();

  function turn(): void {
    const age = now() - turnedAt;
    if (age < acceptableMs) return;
    previous = age < 2 * acceptableMs ? current : new Set();
    current = new Set();
    turnedAt = now();
  }

  return {
    isNew(deviceId, nonce) {
      turn();
      // Eight bytes of the device id keep one device's nonces out of another's way.
      const entry = `${latin1(deviceId.subarray(0, 8))}${latin1(nonce)}`;
      if (current.has(entry) || previous.has(entry)) return false;
      if (current.size + previous.size >= most) throw new AssentError("rate_limited");
      current.add(entry);
      return true;
    },
  };
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}
