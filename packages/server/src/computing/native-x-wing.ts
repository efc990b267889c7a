// X-Wing's decapsulation (draft-connolly-cfrg-xwing-kem) on the platform's ML-KEM-768 and X25519: a tenth of what the
// library's own arithmetic takes, and in constant time. Keeps no keys.
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  decapsulate,
  diffieHellman,
  type KeyObject,
} from "node:crypto";

const label = Buffer.from("5c2e2f2f5e5c", "hex");
const mlKemCiphertextLength = 1088;
const mlKemSeedLength = 64;

// PKCS #8 around what a key is made of: an ML-KEM-768 seed (RFC 9935), an X25519 private key, and a public one (RFC 8410).
const mlKemSeedPrefix = Buffer.from("3054020100300b060960864801650304040204428040", "hex");
const x25519PrivatePrefix = Buffer.from("302e020100300506032b656e04220420", "hex");
const x25519PublicPrefix = Buffer.from("302a300506032b656e032100", "hex");

/**
 * The shared secret, 32 bytes. A ciphertext that nobody made gives some other secret.
 * @param seed the private key, 32 bytes. @param ciphertext 1120 bytes
 * @throws where the X25519 part of the ciphertext is of low order
 */
export function decapsulateXWing(seed: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  const expanded = createHash("shake256", { outputLength: 96 }).update(seed).digest();
  const mlKem = privateKeyOf(mlKemSeedPrefix, expanded.subarray(0, mlKemSeedLength));
  const x25519 = privateKeyOf(x25519PrivatePrefix, expanded.subarray(mlKemSeedLength));
  const ofSender = ciphertext.subarray(mlKemCiphertextLength);
  const publicKey = createPublicKey({
    key: Buffer.concat([x25519PublicPrefix, ofSender]),
    format: "der",
    type: "spki",
  });
  return createHash("sha3-256")
    .update(decapsulate(mlKem, ciphertext.subarray(0, mlKemCiphertextLength)))
    .update(diffieHellman({ privateKey: x25519, publicKey }))
    .update(ofSender)
    .update(rawPublicKeyOf(x25519))
    .update(label)
    .digest();
}

function privateKeyOf(prefix: Buffer, raw: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.concat([prefix, raw]), format: "der", type: "pkcs8" });
}

function rawPublicKeyOf(privateKey: KeyObject): Buffer {
  const der = createPublicKey(privateKey).export({ format: "der", type: "spki" });
  return der.subarray(x25519PublicPrefix.length);
}
