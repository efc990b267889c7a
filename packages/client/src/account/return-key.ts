// What the service gave a device that it let in, to come back by without signing anything
// (docs/decisions/0223-who-was-let-in-comes-back-without-signing.md). In memory alone: what is stored may be copied.
import {
  type Challenge,
  type ComeBackSchema,
  equalBytes,
  returnKeyLength,
  returnProof,
} from "@assent/protocol";
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { OwnDevice } from "../encryption/encryption.ts";
import type { Cell } from "./cells.ts";

interface Who {
  readonly device: Pick<OwnDevice, "deviceId">;
  readonly cell: Pick<Cell, "id">;
}

interface Kept extends Who {
  readonly key: Uint8Array;
  readonly serviceStart: Uint8Array;
}

export class ReturnKey {
  #kept: Kept | undefined;
  #isTried = false;

  /** What came with `Ready` in answer to this challenge, which may be none. */
  keep({ device, cell }: Who, { serviceStart }: Challenge, key: Uint8Array): void {
    const isKey = key.length === returnKeyLength;
    this.#isTried = false;
    // Copies: not the frames that they came in.
    this.#kept = isKey
      ? { device, cell, key: key.slice(), serviceStart: serviceStart.slice() }
      : undefined;
  }

  /** The service forgets its own where the device signs something. */
  forget(): void {
    this.#kept = undefined;
  }

  /** The device was let in by it, and may come by it again. */
  worked(): void {
    this.#isTried = false;
  }

  /**
   * Undefined where there is none for this device, the service that gave it started anew since, or the last that was tried by it did
   * not work, for what reason ever: then it signs.
   */
  answer(
    { device: { deviceId }, cell }: Who,
    { nonce, serviceStart }: Challenge,
  ): MessageInitShape<typeof ComeBackSchema> | undefined {
    const kept = this.#kept;
    const isKnown =
      kept &&
      !this.#isTried &&
      equalBytes(kept.device.deviceId, deviceId) &&
      equalBytes(kept.cell.id, cell.id) &&
      equalBytes(kept.serviceStart, serviceStart);
    if (!isKnown) return undefined;
    this.#isTried = true;
    return { deviceId, proof: returnProof(kept.key, nonce) };
  }
}
