// HPKE (RFC 9180, base mode) with X-Wing, HKDF-SHA-256 and AES-256-GCM: what only the holder of one key opens.
// Numbers are sealed to the registration room, first contact to a device.
import { Aes256Gcm, CipherSuite, HkdfSha256 } from "@hpke/core";
import { XWing } from "@hpke/hybridkem-x-wing";
import { concat, utf8 } from "./bytes.ts";

const suite = new CipherSuite({ kem: new XWing(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });

/** Private part 32 bytes, public part 1216. */
export interface SealingKeyPair {
  readonly privateKey: Uint8Array<ArrayBuffer>;
  readonly publicKey: Uint8Array<ArrayBuffer>;
}

/** What a seal is for; it does not open as anything else. */
export type SealPurpose = "number" | "first contact";

export const sealingPublicKeyLength = 1216;
const encapsulatedKeyLength = 1120;
/** Bytes that sealing adds: the encapsulated key and the tag. */
export const sealOverhead = encapsulatedKeyLength + 16;

export async function generateSealingKeyPair(): Promise<SealingKeyPair> {
  const pair = await suite.kem.generateKeyPair();
  const [privateKey, publicKey] = await Promise.all([
    suite.kem.serializePrivateKey(pair.privateKey),
    suite.kem.serializePublicKey(pair.publicKey),
  ]);
  return { privateKey: new Uint8Array(privateKey), publicKey: new Uint8Array(publicKey) };
}

/** Encapsulated key, then ciphertext. */
export async function seal(
  publicKey: Uint8Array,
  purpose: SealPurpose,
  plaintext: Uint8Array,
  associatedData: Uint8Array = new Uint8Array(),
): Promise<Uint8Array<ArrayBuffer>> {
  const recipientPublicKey = await suite.kem.deserializePublicKey(exact(publicKey));
  const { enc, ct } = await suite.seal(
    { recipientPublicKey, info: info(purpose) },
    exact(plaintext),
    exact(associatedData),
  );
  return concat(new Uint8Array(enc), new Uint8Array(ct));
}

/** Opens what `seal` made; undefined where it does not open: wrong key, purpose, data, or cut off. */
export async function openSeal(
  privateKey: Uint8Array,
  purpose: SealPurpose,
  sealed: Uint8Array,
  associatedData: Uint8Array = new Uint8Array(),
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (sealed.length < sealOverhead) return undefined;
  try {
    const plaintext = await suite.open(
      {
        recipientKey: await suite.kem.deserializePrivateKey(exact(privateKey)),
        enc: exact(sealed.subarray(0, encapsulatedKeyLength)),
        info: info(purpose),
      },
      exact(sealed.subarray(encapsulatedKeyLength)),
      exact(associatedData),
    );
    return new Uint8Array(plaintext);
  } catch {
    return undefined;
  }
}

function info(purpose: SealPurpose): ArrayBuffer {
  return exact(utf8(`assent/v1 ${purpose}`));
}

// The library takes whole buffers; a view into a larger one would hand it the neighbours too.
function exact(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}
