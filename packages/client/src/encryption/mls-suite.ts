// The suite over a platform's primitives. The library's own hashes each few bytes by a way into WebCrypto and back, which costs
// several times what is done there. Its HPKE stays, which only commits and Welcomes use.
import { hkdfExpand, hkdfExtract, type Primitives } from "@assent/protocol";
import { type CiphersuiteImpl, getCiphersuiteFromName, getCiphersuiteImpl } from "ts-mls";
import { suiteName } from "./mls-rules.ts";

const primitivesName = "MLS_256_XWING_AES256GCM_SHA512_Ed25519";
const sha512Length = 64;

export async function loadSuite(primitives: Primitives): Promise<CiphersuiteImpl> {
  const library = await getCiphersuiteImpl(getCiphersuiteFromName(primitivesName));
  return {
    ...library,
    name: suiteName,
    hash: {
      // Compared in constant time by the platform, once a commit.
      ...library.hash,
      digest: async (data) => primitives.sha512(data),
      mac: async (key, data) => primitives.hmac(key, data),
    },
    kdf: {
      size: sha512Length,
      extract: async (salt, secret) => hkdfExtract(primitives, salt, secret),
      expand: async (key, info, length) => hkdfExpand(primitives, key, info, length),
    },
    hpke: {
      ...library.hpke,
      encryptAead: (key, nonce, associatedData, plaintext) =>
        primitives.encrypt(key, nonce, plaintext, associatedData),
      async decryptAead(key, nonce, associatedData, ciphertext) {
        const opened = await primitives.decrypt(key, nonce, ciphertext, associatedData);
        if (!opened) throw new TypeError("the ciphertext does not open");
        return opened;
      },
    },
    signature: {
      ...library.signature,
      sign: (seed, message) => primitives.sign(seed, message),
      verify: (publicKey, message, signature) => primitives.verify(publicKey, message, signature),
    },
  };
}
