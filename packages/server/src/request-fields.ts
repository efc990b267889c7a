// The lengths of what comes from outside, checked at the edges before a rule sees it.
import { AssentError, lowestContract } from "@assent/protocol";

/** @throws AssentError request_invalid */
export function requireLength(bytes: Uint8Array, length: number): Uint8Array {
  if (bytes.length !== length) throw new AssentError("request_invalid");
  return bytes;
}

/** At least one byte, and no more than `most`. @throws AssentError request_invalid */
export function requireAtMost(bytes: Uint8Array, most: number): Uint8Array {
  if (bytes.length === 0 || bytes.length > most) throw new AssentError("request_invalid");
  return bytes;
}

/** @throws AssentError request_invalid */
export function requireCount<T>(items: readonly T[], most: number): readonly T[] {
  if (items.length > most) throw new AssentError("request_invalid");
  return items;
}

/** A part of a message that must be there. @throws AssentError request_invalid */
export function requirePart<T>(part: T | undefined): T {
  if (part === undefined) throw new AssentError("request_invalid");
  return part;
}

/** Of a client: which version of the contract it speaks. @throws AssentError request_invalid, update_required */
export function requireContract(contract: number): void {
  if (contract === 0) throw new AssentError("request_invalid");
  if (contract < lowestContract) throw new AssentError("update_required");
}
