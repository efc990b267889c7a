// SHA-256 and HKDF-SHA-512, and the labels that keep one use apart from another.
import { sha256 as nobleSha256 } from "@noble/hashes/sha2.js";
import { concat, utf8 } from "./bytes.ts";
import { hkdfExpand, hkdfExtract, type Primitives, portablePrimitives } from "./primitives.ts";

/** What a hash, a signature or a derived key is for. Every use has its own. */
export const labels = [
  "account id",
  "device id",
  "cell id",
  "envelope id",
  "conversation",
  "message",
  "safety number",
  "lookup key",
  "record key",
  "locator",
  "envelope key",
  "certificate",
  "parameters",
  "consent",
  "claim",
  "account",
  "account update",
  "manifest",
  "record",
  "request",
  "deletion",
  "ending",
  "work",
  "return",
] as const;
export type Label = (typeof labels)[number];

const bytesOfLabels = new Map(labels.map((label) => [label, utf8(`assent/v1 ${label}`)]));

/** The bytes of a label: "assent/v1 " and its name. They are everybody's, and not to be changed. */
export function labelBytes(label: Label): Uint8Array {
  return bytesOfLabels.get(label) as Uint8Array;
}

export function sha256(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(nobleSha256(bytes));
}

/** SHA-256 over the label, a zero byte, and the bytes: 32 bytes. */
export function labelledHash(label: Label, ...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  return sha256(concat(labelBytes(label), new Uint8Array(1), ...parts));
}

/** HKDF-SHA-512 (RFC 5869) with the label as info. */
export function deriveKey(
  secret: Uint8Array,
  label: Label,
  length: number,
  salt: Uint8Array = new Uint8Array(),
  primitives: Pick<Primitives, "hmac"> = portablePrimitives,
): Uint8Array<ArrayBuffer> {
  const key = hkdfExtract(primitives, salt, secret);
  return hkdfExpand(primitives, key, labelBytes(label), length);
}
