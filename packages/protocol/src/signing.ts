// Ed25519 (RFC 8032) by WebCrypto, each signature bound to a label.

import { ed25519 } from "@noble/curves/ed25519.js";
import { concat, utf8 } from "./bytes.ts";
import { type Label, labelBytes } from "./hashing.ts";
import { mayVerify } from "./signing-points.ts";

/** A signing key pair: 32 bytes each, the private part as its seed. */
export interface SigningKeyPair {
  readonly privateKey: Uint8Array<ArrayBuffer>;
  readonly publicKey: Uint8Array<ArrayBuffer>;
}

// RFC 8410, 7: what stands before the seed in PKCS #8, the one form WebCrypto imports a private key from.
const pkcs8Prefix = Uint8Array.of(48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 112, 4, 34, 4, 32);

/** The key pair of a 32 byte seed. */
export function signingKeyPair(seed: Uint8Array): SigningKeyPair {
  return {
    privateKey: new Uint8Array(seed),
    publicKey: new Uint8Array(ed25519.getPublicKey(seed)),
  };
}

/** 64 bytes over the label, a zero byte, and the message. */
export async function sign(
  privateKey: Uint8Array,
  label: Label,
  message: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
  const key = await crypto.subtle.importKey(
    "pkcs8",
    concat(pkcs8Prefix, privateKey),
    "Ed25519",
    false,
    ["sign"],
  );
  return new Uint8Array(await crypto.subtle.sign("Ed25519", key, signedBytes(label, message)));
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
  try {
    // Copies, because WebCrypto takes no views of shared memory.
    const key = await crypto.subtle.importKey("raw", new Uint8Array(publicKey), "Ed25519", false, [
      "verify",
    ]);
    return await crypto.subtle.verify(
      "Ed25519",
      key,
      new Uint8Array(signature),
      signedBytes(label, message),
    );
  } catch {
    return false;
  }
}

/** What a signature under a label is made over. */
export function signedBytes(label: Label, message: Uint8Array): Uint8Array<ArrayBuffer> {
  return concat(labelBytes(label), utf8("\0"), message);
}
