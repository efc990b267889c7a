// The work that is asked for before an SMS where the counters say pressure: how much, and whether it was done. Keeps nothing:
// a challenge is MACed for one network and some minutes, and the work is bound to one sealed number, of which none is
// opened twice.
import { createHmac, timingSafeEqual } from "node:crypto";
import { AssentError, concat, isWorkDone, uint64, workSubject } from "@assent/protocol";

export interface WorkQuotas {
  /** From which share of what there is: where less is used, nobody is asked. */
  readonly from: number;
  /** Zero bits of each part's hash there, and where all is used. */
  readonly leastBits: number;
  readonly mostBits: number;
  readonly challengeLifetimeMs: number;
}

/** As it came with a request. */
export interface BroughtWork {
  readonly challenge: Uint8Array;
  readonly numbers: Uint8Array;
}

export interface AskedWork {
  /** How many bits were done for a sealed number, as they were asked for from a network: 0 where none were. */
  bitsDone(sealedNumber: Uint8Array, brought: BroughtWork | undefined, network: string): number;

  /** @param share of what there is, that is used. @throws AssentError work_required where more is to be done for it */
  require(bitsDone: number, share: number, network: string): void;
}

const macLength = 32;
const challengeLength = 8 + 1 + macLength;

export function createAskedWork(parts: {
  /** Of the registration room alone. */
  readonly secret: Uint8Array;
  readonly quotas: WorkQuotas;
  readonly now: () => number;
}): AskedWork {
  const { secret, quotas, now } = parts;

  function bitsFor(share: number): number {
    if (share < quotas.from) return 0;
    const { leastBits, mostBits } = quotas;
    const steps = mostBits - leastBits + 1;
    const step = Math.floor(((share - quotas.from) / (1 - quotas.from)) * steps);
    return Math.min(leastBits + step, mostBits);
  }

  function macOf(terms: Uint8Array, network: string): Uint8Array {
    return createHmac("sha256", secret).update("work").update(terms).update(network).digest();
  }

  function challengeOf(bits: number, network: string): Uint8Array {
    const expiresAt = uint64(BigInt(now() + quotas.challengeLifetimeMs));
    const terms = concat(expiresAt, Uint8Array.of(bits));
    return concat(terms, macOf(terms, network));
  }

  /** Of a challenge of this room's, for this network, that is not over; else undefined. */
  function bitsOf(challenge: Uint8Array, network: string): number | undefined {
    if (challenge.length !== challengeLength) return undefined;
    const terms = challenge.subarray(0, -macLength);
    if (!timingSafeEqual(macOf(terms, network), challenge.subarray(-macLength))) return undefined;
    const expiresAt = Number(new DataView(terms.buffer, terms.byteOffset).getBigUint64(0));
    // One that ends later than any could was given when the clock was ahead.
    const isLive = now() < expiresAt && expiresAt <= now() + quotas.challengeLifetimeMs;
    return isLive ? terms[8] : undefined;
  }

  return {
    bitsDone(sealedNumber, brought, network) {
      const bits = brought && bitsOf(brought.challenge, network);
      if (!brought || bits === undefined) return 0;
      const subject = workSubject(brought.challenge, sealedNumber);
      return isWorkDone(subject, bits, brought.numbers) ? bits : 0;
    },

    require(bitsDone, share, network) {
      const bits = bitsFor(share);
      if (bitsDone >= bits) return;
      throw new AssentError("work_required", {
        work: { challenge: challengeOf(bits, network), bits },
      });
    },
  };
}
