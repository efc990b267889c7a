// Ed25519 (RFC 8032), each signature bound to a label.
import { ed25519 } from "@noble/curves/ed25519.js";
import { concat, utf8 } from "./bytes.ts";
import { type Label, labelBytes } from "./hashing.ts";
import { portablePrimitives } from "./primitives.ts";
import { mayVerify } from "./signing-points.ts";

/** A signing key pair: 32 bytes each, the private part as its seed. */
export interface SigningKeyPair {
  readonly privateKey: Uint8Array<ArrayBuffer>;
  readonly publicKey: Uint8Array<ArrayBuffer>;
}

/** The key pair of a 32 byte seed. */
export function signingKeyPair(seed: Uint8Array): SigningKeyPair {
  return {
    privateKey: new Uint8Array(seed),
    publicKey: new Uint8Array(ed25519.getPublicKey(seed)),
  };
}

/** 64 bytes over the label, a zero byte, and the message. */
export function sign(
  privateKey: Uint8Array,
  label: Label,
  message: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
  return portablePrimitives.sign(privateKey, signedBytes(label, message));
}

/**
 * Whether the signature is right; false also where key or signature are malformed, or either point of the curve is of
 * small order or not in its one encoding. Platforms differ on those (RFC 8032, 5.1.7 leaves room), and nobody who
 * makes keys as they should has one.
 */
export async function verify(
  publicKey: Uint8Array,
  label: Label,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  if (!mayVerify(publicKey, signature)) return false;
  return portablePrimitives.verify(publicKey, signedBytes(label, message), signature);
}

/** What a signature under a label is made over. */
export function signedBytes(label: Label, message: Uint8Array): Uint8Array<ArrayBuffer> {
  return concat(labelBytes(label), utf8("\0"), message);
}
