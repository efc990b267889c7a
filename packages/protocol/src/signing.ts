// Ed25519 (RFC 8032) by WebCrypto, each signature bound to a label.

import { ed25519 } from "@noble/curves/ed25519.js";
import { bytesFromHex, concat, equalBytes, utf8 } from "./bytes.ts";
import { type Label, labelBytes } from "./hashing.ts";

/** A signing key pair: 32 bytes each, the private part as its seed. */
export interface SigningKeyPair {
  readonly privateKey: Uint8Array<ArrayBuffer>;
  readonly publicKey: Uint8Array<ArrayBuffer>;
}

export const signingKeyLength = 32;
export const signatureLength = 64;

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
  return new Uint8Array(await crypto.subtle.sign("Ed25519", key, labelled(label, message)));
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
  if (!isSigningKey(publicKey) || signature.length !== signatureLength) return false;
  if (!isSoundPoint(signature.subarray(0, 32))) return false;
  try {
    // Copies, because WebCrypto takes no views of shared memory.
    const key = await crypto.subtle.importKey("raw", new Uint8Array(publicKey), "Ed25519", false, [
      "verify",
    ]);
    return await crypto.subtle.verify(
      "Ed25519",
      key,
      new Uint8Array(signature),
      labelled(label, message),
    );
  } catch {
    return false;
  }
}

/** Whether `verify` may ever accept what is signed by this key: who must trust another verifier asks this first. */
export function isSigningKey(publicKey: Uint8Array): boolean {
  return publicKey.length === signingKeyLength && isSoundPoint(publicKey);
}

// y of the points whose order divides 8, little endian: of order 4, 1, 2, and 8 twice. Their x does not matter.
const smallOrderYs = [
  "00".repeat(32),
  `01${"00".repeat(31)}`,
  `ec${"ff".repeat(30)}7f`,
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
].map(bytesFromHex);
// 2^255 - 19, little endian.
const fieldPrime = bytesFromHex(`ed${"ff".repeat(30)}7f`);

/** Of a point's 32 bytes: y is below the field's prime, and not that of a point of small order. */
function isSoundPoint(encoded: Uint8Array): boolean {
  // Not slice: of a Buffer that is the bytes themselves, and these are not ours to change.
  const y = new Uint8Array(encoded);
  y[31] = (y[31] as number) & 0x7f;
  return isBelow(y, fieldPrime) && !smallOrderYs.some((small) => equalBytes(small, y));
}

/** Of two little-endian integers of 32 bytes. Both are public, so it may stop early. */
function isBelow(a: Uint8Array, b: Uint8Array): boolean {
  for (let index = 31; index >= 0; index -= 1) {
    const difference = (a[index] as number) - (b[index] as number);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

function labelled(label: Label, message: Uint8Array): Uint8Array<ArrayBuffer> {
  return concat(labelBytes(label), utf8("\0"), message);
}
