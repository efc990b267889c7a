// Devices that were let in by their signature and may come back without another one: each was given a key then. Nothing of it is
// written down: it ends with the process, and with what makes untrue what the device was told
// (docs/decisions/0223-who-was-let-in-comes-back-without-signing.md).
import { hash, timingSafeEqual } from "node:crypto";
import {
  type ComeBack,
  hmacSha512By,
  returnKeyLength,
  returnProof,
  returnProofLength,
} from "@assent/protocol";
import type { Randomness } from "../randomness.ts";

export interface KeyPackagesLeft {
  readonly singleUse: number;
  readonly lastResortTaken: boolean;
}

/** Ids are text, a character a byte: that takes a fifth of the memory. */
export interface Returning {
  readonly accountId: string;
  readonly mailboxId: string;
  /** As the device was told. */
  readonly left: KeyPackagesLeft;
}

interface Kept extends Returning {
  readonly key: string;
  readonly sinceMs: number;
}

export interface ReturnsQuotas {
  readonly most: number;
  readonly forMs: number;
}

const primitives = { hmac: hmacSha512By((data) => hash("sha512", data, "buffer")) };

export class Returns {
  /** Of this process: who was given a key by another one need not try it. */
  readonly serviceStart: Uint8Array;
  readonly #quotas: ReturnsQuotas;
  readonly #elapsedMs: () => number;
  readonly #randomness: Randomness;
  /** By device: who was let in first stands first. */
  readonly #kept = new Map<string, Kept>();
  /** Devices by their mailboxes. */
  readonly #devices = new Map<string, string>();

  /** @param elapsedMs milliseconds of a clock that is never set */
  constructor(quotas: ReturnsQuotas, elapsedMs: () => number, randomness: Randomness) {
    this.#quotas = quotas;
    this.#elapsedMs = elapsedMs;
    this.#randomness = randomness;
    this.serviceStart = randomness.bytes(8);
  }

  /** Of a device that signed: the key that it may come back by, in place of any before. */
  keyFor(deviceId: Uint8Array, returning: Returning): Uint8Array {
    const key = this.#randomness.bytes(returnKeyLength);
    const name = textOf(deviceId);
    this.#forget(name);
    this.#kept.set(name, { ...returning, key: textOf(key), sinceMs: this.#elapsedMs() });
    this.#devices.set(returning.mailboxId, name);
    this.#forgetOldest();
    return key;
  }

  /** Undefined where the device has to sign. Whoever shows no proof changes nothing. */
  find({ deviceId, proof }: ComeBack, nonce: Uint8Array): Returning | undefined {
    this.#forgetOldest();
    const kept = this.#kept.get(textOf(deviceId));
    if (!kept || proof.length !== returnProofLength) return undefined;
    const wanted = returnProof(bytesOf(kept.key), nonce, primitives);
    return timingSafeEqual(wanted, proof) ? kept : undefined;
  }

  /** It signed a request, or its KeyPackages are others now: it hears of that where it signs. */
  changed(deviceId: Uint8Array): void {
    const name = textOf(deviceId);
    // Behind those who were let in by the same transaction: what they are told may be of before.
    setImmediate(() => this.#forget(name));
  }

  mailboxesEnded(mailboxIds: readonly Uint8Array[]): void {
    const names = mailboxIds.map(textOf);
    setImmediate(() => {
      for (const name of names) this.#forget(this.#devices.get(name));
    });
  }

  #forget(name: string | undefined): void {
    const kept = name && this.#kept.get(name);
    if (!kept) return;
    this.#kept.delete(name);
    this.#devices.delete(kept.mailboxId);
  }

  #forgetOldest(): void {
    const { most, forMs } = this.#quotas;
    const before = this.#elapsedMs() - forMs;
    for (const [name, { sinceMs }] of this.#kept) {
      if (sinceMs > before && this.#kept.size <= most) return;
      this.#forget(name);
    }
  }
}

export function textOf({ buffer, byteOffset, length }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, length).toString("latin1");
}

export function bytesOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "latin1"));
}
