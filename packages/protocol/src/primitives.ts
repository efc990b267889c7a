// What is computed with keys, as a port: platforms have several ways to the same bytes, and what a way there costs differs.
// The ones here run anywhere: hashes by noble, by a call; ciphers and signatures by WebCrypto.
import { hmac } from "@noble/hashes/hmac.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { decrypt, encrypt } from "./aead.ts";
import { concat } from "./bytes.ts";

export interface Primitives {
  /** SHA-512: 64 bytes. */
  sha512(data: Uint8Array): Uint8Array<ArrayBuffer>;
  /** HMAC-SHA-512 (RFC 2104): 64 bytes. */
  hmac(key: Uint8Array, data: Uint8Array): Uint8Array<ArrayBuffer>;
  /** AES-256-GCM under a nonce of 12 bytes that comes once with a key: the ciphertext, with its tag of 16 bytes behind it. */
  encrypt(
    key: Uint8Array,
    nonce: Uint8Array,
    plaintext: Uint8Array,
    associatedData?: Uint8Array,
  ): Promise<Uint8Array<ArrayBuffer>>;
  /** Undefined where it does not open. */
  decrypt(
    key: Uint8Array,
    nonce: Uint8Array,
    ciphertext: Uint8Array,
    associatedData?: Uint8Array,
  ): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** Ed25519 (RFC 8032), by the seed of 32 bytes: 64 bytes. */
  sign(seed: Uint8Array, message: Uint8Array): Promise<Uint8Array<ArrayBuffer>>;
  /** False also where key or signature are malformed. On points of small order platforms differ: `mayVerify` refuses those. */
  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): Promise<boolean>;
  /** X-Wing's public key, 1216 bytes, of a private one of 32; missing where the library's own arithmetic is the only way. */
  readonly xWingPublicKey?: (privateKey: Uint8Array) => Uint8Array<ArrayBuffer>;
}

// RFC 8410, 7: what stands before the seed in PKCS #8, the one form that platforms import a private key from.
const pkcs8Prefix = Uint8Array.of(48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 112, 4, 34, 4, 32);

export function pkcs8Of(seed: Uint8Array): Uint8Array<ArrayBuffer> {
  return concat(pkcs8Prefix, seed);
}

export const portablePrimitives: Primitives = {
  sha512: (data) => new Uint8Array(sha512(data)),
  hmac: (key, data) => new Uint8Array(hmac(sha512, key, data)),
  encrypt,
  decrypt,

  async sign(seed, message) {
    const key = await crypto.subtle.importKey("pkcs8", pkcs8Of(seed), "Ed25519", false, ["sign"]);
    return new Uint8Array(await crypto.subtle.sign("Ed25519", key, new Uint8Array(message)));
  },

  async verify(publicKey, message, signature) {
    try {
      // Copies, because WebCrypto takes no views of shared memory.
      const key = await crypto.subtle.importKey(
        "raw",
        new Uint8Array(publicKey),
        "Ed25519",
        false,
        ["verify"],
      );
      const [signed, copied] = [new Uint8Array(message), new Uint8Array(signature)];
      return await crypto.subtle.verify("Ed25519", key, copied, signed);
    } catch {
      return false;
    }
  },
};

/** HKDF-SHA-512 (RFC 5869), its first step. */
export function hkdfExtract(
  { hmac }: Pick<Primitives, "hmac">,
  salt: Uint8Array,
  secret: Uint8Array,
): Uint8Array<ArrayBuffer> {
  return hmac(salt, secret);
}

/** HKDF-SHA-512 (RFC 5869), its second step. @param length at most 255 times 64. */
export function hkdfExpand(
  { hmac }: Pick<Primitives, "hmac">,
  key: Uint8Array,
  info: Uint8Array,
  length: number,
): Uint8Array<ArrayBuffer> {
  let block = hmac(key, concat(info, Uint8Array.of(1)));
  if (length <= block.length) return block.slice(0, length);
  const expanded = [block];
  while (64 * expanded.length < length) {
    block = hmac(key, concat(block, info, Uint8Array.of(expanded.length + 1)));
    expanded.push(block);
  }
  return concat(...expanded).slice(0, length);
}
