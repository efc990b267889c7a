// What is computed with keys, by Node's own OpenSSL and, but for checking signatures, by a call: a way into WebCrypto and back
// costs a text more than what is done there.
import crypto, {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  hash,
  type KeyObject,
  sign,
  verify,
} from "node:crypto";
import { concat, hmacSha512By, type Primitives, pkcs8Of } from "@assent/protocol";
import { xWingPublicKey } from "./x-wing.node.ts";

const cipher = "aes-256-gcm";
const tagLength = 16;
const withTag = { authTagLength: tagLength };
// RFC 8410, 4: what stands before a public key in the one form of it that Node reads by a call.
const spkiPrefix = Uint8Array.of(48, 42, 48, 5, 6, 3, 43, 101, 112, 3, 33, 0);

/** One phone's: it keeps keys that sign or verify for as long as the bytes they were read from are held, unchanged. */
export function nodePrimitives(): Primitives {
  const verifying = new ReadKeys((bytes) =>
    createPublicKey({
      key: Buffer.from(concat(spkiPrefix, bytes)),
      format: "der",
      type: "spki",
    }),
  );
  const signing = new ReadKeys((seed) =>
    createPrivateKey({ key: Buffer.from(pkcs8Of(seed)), format: "der", type: "pkcs8" }),
  );
  const sha512 = (data: Uint8Array) => plain(hash("sha512", data, "buffer"));
  return {
    sha512,
    hmac: hmacSha512By(sha512),

    // Keys in an object of Node's: of bytes, it asks at length what they are.
    async encrypt(key, nonce, plaintext, associatedData) {
      const sealing = createCipheriv(cipher, createSecretKey(key), nonce, withTag);
      if (associatedData) sealing.setAAD(associatedData);
      const sealed = sealing.update(plaintext);
      sealing.final();
      return concat(sealed, sealing.getAuthTag());
    },

    async decrypt(key, nonce, ciphertext, associatedData) {
      try {
        const opening = createDecipheriv(cipher, createSecretKey(key), nonce, withTag);
        if (associatedData) opening.setAAD(associatedData);
        opening.setAuthTag(ciphertext.subarray(-tagLength));
        const opened = opening.update(ciphertext.subarray(0, -tagLength));
        opening.final();
        return plain(opened);
      } catch {
        return undefined;
      }
    },

    sign: async (seed, message) => plain(sign(null, message, signing.of(seed))),

    // On another thread: it takes as long as half of what else is done with a text, and that can be gone on with.
    verify: (publicKey, message, signature) =>
      new Promise((resolve) => {
        try {
          verify(null, message, verifying.of(publicKey), signature, (error, isTrue) =>
            resolve(error === null && isTrue),
          );
        } catch {
          resolve(false);
        }
      }),

    // Node's OpenSSL has ML-KEM since 24.7.
    ...("decapsulate" in crypto ? { xWingPublicKey } : {}),
  };
}

/** Reading a key costs a third of using it. */
class ReadKeys {
  readonly #read: (bytes: Uint8Array) => KeyObject;
  readonly #known = new WeakMap<Uint8Array, KeyObject>();

  constructor(read: (bytes: Uint8Array) => KeyObject) {
    this.#read = read;
  }

  of(bytes: Uint8Array): KeyObject {
    const key = this.#known.get(bytes) ?? this.#read(bytes);
    this.#known.set(bytes, key);
    return key;
  }
}

/** The same memory, without what Node adds to it. */
function plain({ buffer, byteOffset, length }: Buffer): Uint8Array<ArrayBuffer> {
  return new Uint8Array(buffer as ArrayBuffer, byteOffset, length);
}
