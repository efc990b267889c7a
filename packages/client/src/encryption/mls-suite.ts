// The suite's primitives: the library's, but for hashing. A text takes dozens of hashes of a few bytes, and each way into
// WebCrypto and back costs several times what the hash does. Hashing looks at no table by a secret; ciphers in JavaScript
// do, so they stay the platform's, and signatures with them.
import { expand, extract } from "@noble/hashes/hkdf.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { type CiphersuiteImpl, getCiphersuiteFromName, getCiphersuiteImpl } from "ts-mls";
import { suiteName } from "./mls-rules.ts";

const primitives = "MLS_256_XWING_AES256GCM_SHA512_Ed25519";

export async function loadSuite(): Promise<CiphersuiteImpl> {
  const library = await getCiphersuiteImpl(getCiphersuiteFromName(primitives));
  return {
    ...library,
    name: suiteName,
    hash: {
      // Compared in constant time by the platform, once a commit.
      ...library.hash,
      digest: async (data) => sha512(data),
      mac: async (key, data) => hmac(sha512, key, data),
    },
    kdf: {
      size: sha512.outputLen,
      extract: async (salt, keyMaterial) => extract(sha512, keyMaterial, salt),
      expand: async (key, info, length) => expand(sha512, key, info, length),
    },
  };
}
