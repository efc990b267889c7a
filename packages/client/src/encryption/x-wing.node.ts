// X-Wing's key pairs (draft-connolly-cfrg-xwing-kem) on the platform's ML-KEM-768 and X25519: a tenth of what the library's own
// arithmetic takes, and in constant time. Keeps no keys.
import { createHash, createPrivateKey, createPublicKey } from "node:crypto";

const mlKemSeedLength = 64;
const mlKemPublicKeyLength = 1184;
const x25519PublicKeyLength = 32;

// PKCS #8 around what a private key is made of: an ML-KEM-768 seed (RFC 9935), and an X25519 key (RFC 8410).
const mlKemSeedPrefix = Buffer.from("3054020100300b060960864801650304040204428040", "hex");
const x25519Prefix = Buffer.from("302e020100300506032b656e04220420", "hex");

/** The public key, 1216 bytes. @param privateKey the seed of 32 bytes */
export function xWingPublicKey(privateKey: Uint8Array): Uint8Array<ArrayBuffer> {
  const expanded = createHash("shake256", { outputLength: 96 }).update(privateKey).digest();
  const mlKem = expanded.subarray(0, mlKemSeedLength);
  const x25519 = expanded.subarray(mlKemSeedLength);
  return new Uint8Array(
    Buffer.concat([
      publicKeyOf(mlKemSeedPrefix, mlKem, mlKemPublicKeyLength),
      publicKeyOf(x25519Prefix, x25519, x25519PublicKeyLength),
    ]),
  );
}

/** In the form that Node writes it in, it stands at the end. */
function publicKeyOf(prefix: Buffer, raw: Buffer, length: number): Buffer {
  const key = createPrivateKey({ key: Buffer.concat([prefix, raw]), format: "der", type: "pkcs8" });
  return createPublicKey(key).export({ format: "der", type: "spki" }).subarray(-length);
}
