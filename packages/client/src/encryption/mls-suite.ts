// The suite over a platform's primitives. The library's own hashes each few bytes by a way into WebCrypto and back, which costs
// several times what is done there. Its HPKE stays, which only commits and Welcomes use: it is loaded when the first of them is.
import {
  AssentError,
  hkdfExpand,
  hkdfExtract,
  type Primitives,
  randomBytes,
  signingKeyPair,
} from "@assent/protocol";
import type { CiphersuiteImpl } from "ts-mls";
import { constantTimeEqual } from "ts-mls/util/constantTimeCompare.js";
import { suiteName } from "./mls-rules.ts";
import type { SignatureChecks } from "./signature-checks.ts";

const sha512Length = 64;

/** What texts use of a suite: they are sealed to nobody's key. */
export function suiteOfTexts(primitives: Primitives): CiphersuiteImpl {
  const { sha512, hmac } = primitives;
  return {
    name: suiteName,
    hash: {
      digest: async (data) => sha512(data),
      mac: async (key, data) => hmac(key, data),
      verifyMac: async (key, mac, data) => constantTimeEqual(mac, hmac(key, data)),
    },
    kdf: {
      size: sha512Length,
      extract: async (salt, secret) => hkdfExtract(primitives, salt, secret),
      expand: async (key, info, length) => hkdfExpand(primitives, key, info, length),
    },
    hpke: {
      ...toNoKey,
      keyLength: 32,
      nonceLength: 12,
      encryptAead: (key, nonce, associatedData, plaintext) =>
        primitives.encrypt(key, nonce, plaintext, associatedData),
      async decryptAead(key, nonce, associatedData, ciphertext) {
        const opened = await primitives.decrypt(key, nonce, ciphertext, associatedData);
        if (!opened) throw new TypeError("the ciphertext does not open");
        return opened;
      },
    },
    signature: {
      async keygen() {
        const { privateKey, publicKey } = signingKeyPair(randomBytes(32));
        return { signKey: privateKey, publicKey };
      },
      sign: (seed, message) => primitives.sign(seed, message),
      verify: (publicKey, message, signature) => primitives.verify(publicKey, message, signature),
    },
    rng: { randomBytes },
  };
}

/**
 * The same, with what seals to keys.
 * @throws AssentError unreachable where a page cannot fetch its code now: what was to be opened must not count as forged.
 */
export async function wholeSuite(
  ofTexts: CiphersuiteImpl,
  { xWingPublicKey }: Primitives,
): Promise<CiphersuiteImpl> {
  const { hpke } = await import("./mls-library-suite.ts").then(
    ({ librarySuite }) => librarySuite(),
    (cause: unknown) => {
      throw new AssentError("unreachable", { cause });
    },
  );
  const { encryptAead, decryptAead } = ofTexts.hpke;
  const generateKeyPair = xWingPublicKey
    ? () => keyPairBy(xWingPublicKey, hpke)
    : () => hpke.generateKeyPair();
  return { ...ofTexts, hpke: { ...hpke, generateKeyPair, encryptAead, decryptAead } };
}

async function keyPairBy(
  xWingPublicKey: NonNullable<Primitives["xWingPublicKey"]>,
  { importPrivateKey, importPublicKey }: CiphersuiteImpl["hpke"],
) {
  const seed = randomBytes(32);
  const [privateKey, publicKey] = await Promise.all([
    importPrivateKey(seed),
    importPublicKey(xWingPublicKey(seed)),
  ]);
  return { privateKey, publicKey };
}

/** The same, which takes signatures for true and leaves it to the checks whether they are. */
export function checkedBeside(suite: CiphersuiteImpl, checks: SignatureChecks): CiphersuiteImpl {
  const { signature } = suite;
  return {
    ...suite,
    signature: {
      ...signature,
      async verify(publicKey, message, bytes) {
        checks.add(() => signature.verify(publicKey, message, bytes));
        return true;
      },
    },
  };
}

const notOfTexts = () => Promise.reject(new TypeError("no text is sealed to a key"));

const toNoKey = {
  open: notOfTexts,
  seal: notOfTexts,
  importPrivateKey: notOfTexts,
  importPublicKey: notOfTexts,
  exportPublicKey: notOfTexts,
  exportPrivateKey: notOfTexts,
  exportSecret: notOfTexts,
  importSecret: notOfTexts,
  deriveKeyPair: notOfTexts,
  generateKeyPair: notOfTexts,
};
