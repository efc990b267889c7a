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
import { IdHash, idHashSeedBytes } from "../id-hash.ts";
import type { Randomness } from "../randomness.ts";
import { ReturnTable } from "./return-table.ts";

/** As the directory counts them. */
export interface KeyPackagesLeft {
  readonly singleUse: number;
  readonly lastResortTaken: boolean;
}

export interface Returning {
  readonly accountId: Uint8Array;
  readonly mailboxId: Uint8Array;
  /** As the device was told. */
  readonly left: KeyPackagesLeft;
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
  readonly #uptimeMs: () => number;
  readonly #randomness: Randomness;
  /** In place of a key that is not there, so that whoever has none is answered as late. */
  readonly #noKey: Uint8Array;
  readonly #hash: IdHash;
  /**
   * Those that were let in within one half of the time, or the later half of all that are kept: they go together. Both are the
   * same table until a second one begins.
   */
  #later: ReturnTable;
  #earlier: ReturnTable;
  #laterSinceMs: number;

  /** @param uptimeMs milliseconds of a clock that is never set, and goes on while the machine sleeps */
  constructor(quotas: ReturnsQuotas, uptimeMs: () => number, randomness: Randomness) {
    this.#quotas = quotas;
    this.#uptimeMs = uptimeMs;
    this.#randomness = randomness;
    this.#laterSinceMs = uptimeMs();
    this.#noKey = randomness.bytes(returnKeyLength);
    this.serviceStart = randomness.bytes(8);
    this.#hash = new IdHash(randomness.bytes(idHashSeedBytes));
    this.#later = this.#newHalf();
    this.#earlier = this.#later;
  }

  /** Of a device that signed: the key that it may come back by, in place of any before. */
  keyFor(deviceId: Uint8Array, returning: Returning): Uint8Array {
    const key = this.#randomness.bytes(returnKeyLength);
    this.#forget(deviceId);
    if (this.#later.isFull) this.#beginHalf(this.#uptimeMs());
    this.#later.add(deviceId, key, returning);
    return key;
  }

  /** Undefined where the device has to sign. Whoever shows no proof changes nothing. */
  find({ deviceId, proof }: ComeBack, nonce: Uint8Array): Returning | undefined {
    const kept = this.#later.keyOf(deviceId) ?? this.#earlier.keyOf(deviceId);
    const wanted = returnProof(kept ?? this.#noKey.slice(), nonce, primitives);
    const isProved = proof.length === returnProofLength && timingSafeEqual(wanted, proof);
    if (!kept || !isProved) return undefined;
    return this.#later.of(deviceId) ?? this.#earlier.of(deviceId);
  }

  /** It signed a request, or its KeyPackages are others now: it hears of that where it signs. */
  changed(deviceId: Uint8Array): void {
    afterAnswers(() => this.#forget(deviceId));
  }

  /** Nobody knows whose KeyPackages are others now. */
  allChanged(): void {
    afterAnswers(() => this.#forgetAll());
  }

  /** They ended, or began anew. */
  mailboxesChanged(mailboxIds: readonly Uint8Array[]): void {
    afterAnswers(() => {
      for (const mailboxId of mailboxIds) {
        this.#later.forgetMailbox(mailboxId);
        this.#earlier.forgetMailbox(mailboxId);
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
    this.#later = this.#newHalf();
    this.#laterSinceMs = sinceMs;
  }

  #newHalf(): ReturnTable {
    return new ReturnTable(Math.ceil(this.#quotas.most / 2), this.#hash);
  }

  #forget(deviceId: Uint8Array): void {
    this.#later.forgetDevice(deviceId);
    this.#earlier.forgetDevice(deviceId);
  }

  #forgetAll(): void {
    this.#later = this.#newHalf();
    this.#earlier = this.#later;
    this.#laterSinceMs = this.#uptimeMs();
  }
}

/** Behind those who were let in by the same transaction: what they are told may be of before. */
function afterAnswers(forget: () => void): void {
  setImmediate(forget);
}
