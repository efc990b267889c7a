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

/** As the directory counts them. */
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
}

export interface ReturnsQuotas {
  readonly most: number;
  readonly forMs: number;
}

/** Those that were let in within one half of the time, or the later half of all that are kept: they go together. */
class Half {
  readonly kept = new Map<string, Kept>();
  /** Devices by their mailboxes. */
  readonly devices = new Map<string, string>();

  forget(device: string | undefined): void {
    const kept = device === undefined ? undefined : this.kept.get(device);
    if (device === undefined || !kept) return;
    this.kept.delete(device);
    this.devices.delete(kept.mailboxId);
  }
}

const primitives = { hmac: hmacSha512By((data) => hash("sha512", data, "buffer")) };

export class Returns {
  /** Of this process: who was given a key by another one need not try it. */
  readonly serviceStart: Uint8Array;
  readonly #quotas: ReturnsQuotas;
  readonly #uptimeMs: () => number;
  readonly #randomness: Randomness;
  /** In place of a key that is not there, so that whoever has none is answered as late. */
  readonly #noKey: Uint8Array;
  #later = new Half();
  #earlier = new Half();
  #laterSinceMs: number;

  /** @param uptimeMs milliseconds of a clock that is never set, and goes on while the machine sleeps */
  constructor(quotas: ReturnsQuotas, uptimeMs: () => number, randomness: Randomness) {
    this.#quotas = quotas;
    this.#uptimeMs = uptimeMs;
    this.#randomness = randomness;
    this.#laterSinceMs = uptimeMs();
    this.#noKey = randomness.bytes(returnKeyLength);
    this.serviceStart = randomness.bytes(8);
  }

  /** Of a device that signed: the key that it may come back by, in place of any before. */
  keyFor(deviceId: Uint8Array, returning: Returning): Uint8Array {
    const key = this.#randomness.bytes(returnKeyLength);
    const device = textOf(deviceId);
    this.#forget(device);
    if (this.#later.kept.size >= this.#quotas.most / 2) this.#beginHalf(this.#uptimeMs());
    this.#later.kept.set(device, { ...returning, key: textOf(key) });
    this.#later.devices.set(returning.mailboxId, device);
    return key;
  }

  /** Undefined where the device has to sign. Whoever shows no proof changes nothing. */
  find({ deviceId, proof }: ComeBack, nonce: Uint8Array): Returning | undefined {
    const device = textOf(deviceId);
    const kept = this.#later.kept.get(device) ?? this.#earlier.kept.get(device);
    const wanted = returnProof(kept ? bytesOf(kept.key) : this.#noKey, nonce, primitives);
    const isProved = proof.length === returnProofLength && timingSafeEqual(wanted, proof);
    return isProved ? kept : undefined;
  }

  /** It signed a request, or its KeyPackages are others now: it hears of that where it signs. */
  changed(deviceId: Uint8Array): void {
    const device = textOf(deviceId);
    afterAnswers(() => this.#forget(device));
  }

  /** Nobody knows whose KeyPackages are others now. */
  allChanged(): void {
    afterAnswers(() => this.#forgetAll());
  }

  /** They ended, or began anew. */
  mailboxesChanged(mailboxIds: readonly Uint8Array[]): void {
    const names = mailboxIds.map(textOf);
    afterAnswers(() => {
      for (const half of [this.#later, this.#earlier]) {
        for (const name of names) half.forget(half.devices.get(name));
      }
    });
  }

  /** Forgets who was let in too long ago. */
  sweep(): void {
    const now = this.#uptimeMs();
    const { forMs } = this.#quotas;
    if (now >= this.#laterSinceMs + forMs) this.#forgetAll();
    else if (now >= this.#laterSinceMs + forMs / 2) {
      this.#beginHalf(this.#laterSinceMs + forMs / 2);
    }
  }

  #beginHalf(sinceMs: number): void {
    this.#earlier = this.#later;
    this.#later = new Half();
    this.#laterSinceMs = sinceMs;
  }

  #forget(device: string): void {
    this.#later.forget(device);
    this.#earlier.forget(device);
  }

  #forgetAll(): void {
    this.#earlier = new Half();
    this.#later = new Half();
    this.#laterSinceMs = this.#uptimeMs();
  }
}

/** Behind those who were let in by the same transaction: what they are told may be of before. */
function afterAnswers(forget: () => void): void {
  setImmediate(forget);
}

export function textOf({ buffer, byteOffset, length }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, length).toString("latin1");
}

export function bytesOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "latin1"));
}
