// From a number's VOPRF output, the handle, everything that is stored or asked about the number. The handle
// itself is never stored by the service.
import { utf8 } from "./bytes.ts";
import { deriveKey, labelledHash } from "./hashing.ts";
import type { PhoneNumber } from "./number.ts";
import { elementLength, proofLength } from "./voprf-format.ts";

/** What follows from one handle. */
export interface HandleKeys {
  /** 32 bits; its first bits name the bucket, as many as the index says. */
  readonly bucketBits: number;
  /** 32 bits: what stands in the bucket. */
  readonly tag: number;
  /** 32 bytes: asks for the record. */
  readonly lookupKey: Uint8Array<ArrayBuffer>;
  /** 32 bytes: opens the record. */
  readonly recordKey: Uint8Array<ArrayBuffer>;
}

/** The evaluation of a number that its owner shows to others. */
export interface NumberEvaluation {
  readonly evaluatedElement: Uint8Array;
  readonly proof: Uint8Array;
}

/** What goes into the VOPRF for a number. */
export function voprfInput(number: PhoneNumber): Uint8Array<ArrayBuffer> {
  return utf8(number);
}

/** @param handle 64 bytes, a VOPRF output. */
export function handleKeys(handle: Uint8Array): HandleKeys {
  const locator = deriveKey(handle, "locator", 8);
  const view = new DataView(locator.buffer);
  return {
    bucketBits: view.getUint32(0),
    tag: view.getUint32(4),
    lookupKey: deriveKey(handle, "lookup key", 32),
    recordKey: deriveKey(handle, "record key", 32),
  };
}

/** What the service stores a record under: it cannot ask with it, only compare. */
export function lookupHashOf(lookupKey: Uint8Array): Uint8Array<ArrayBuffer> {
  return labelledHash("lookup key", lookupKey);
}

/** The bucket an account is in, where there are 2^bits. */
export function bucketOf(bucketBits: number, bits: number): number {
  return bits === 0 ? 0 : bucketBits >>> (32 - bits);
}

/** A bucket's bytes: its tags once each, ascending, 4 bytes big endian. */
export function encodeBucket(tags: Iterable<number>): Uint8Array<ArrayBuffer> {
  const sorted = Uint32Array.from(new Set(tags)).sort();
  const bytes = new Uint8Array(sorted.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [index, tag] of sorted.entries()) view.setUint32(index * 4, tag);
  return bytes;
}

/** Whether a tag is in a bucket's bytes. Reads all of them: where it was found is nobody's business. */
export function bucketHolds(bucket: Uint8Array, tag: number): boolean {
  const view = new DataView(bucket.buffer, bucket.byteOffset, bucket.byteLength);
  let found = false;
  for (let offset = 0; offset + 4 <= bucket.length; offset += 4) {
    if (view.getUint32(offset) === tag) found = true;
  }
  return found;
}

/** An evaluation's bytes must have these lengths before anything is done with them. */
export function evaluationHasRightLengths(evaluation: NumberEvaluation): boolean {
  return (
    evaluation.evaluatedElement.length === elementLength && evaluation.proof.length === proofLength
  );
}
