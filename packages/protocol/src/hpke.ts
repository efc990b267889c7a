// What sealing.ts seals and opens by: HPKE with X-Wing, HKDF-SHA-256 and AES-256-GCM. A module of its own, because the libraries
// under it are a fifth of what a phone in a browser is made of.
import { Aes256Gcm, CipherSuite, HkdfSha256 } from "@hpke/core";
import { XWing } from "@hpke/hybridkem-x-wing";
import { concat, utf8 } from "./bytes.ts";
import {
  encapsulatedKeyLength,
  type OpenSeal,
  type SealingKeyPair,
  type SealPurpose,
  sealOverhead,
} from "./sealing-format.ts";

const suite = suiteWith(new XWing());

function suiteWith(kem: XWing): CipherSuite {
  return new CipherSuite({ kem, kdf: new HkdfSha256(), aead: new Aes256Gcm() });
}

export async function generateSealingKeyPair(): Promise<SealingKeyPair> {
  const pair = await suite.kem.generateKeyPair();
  const [privateKey, publicKey] = await Promise.all([
    suite.kem.serializePrivateKey(pair.privateKey),
    suite.kem.serializePublicKey(pair.publicKey),
  ]);
  return { privateKey: new Uint8Array(privateKey), publicKey: new Uint8Array(publicKey) };
}

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

export const openSeal: OpenSeal = openingBy(suite);

/** X-Wing's decapsulation: the shared secret, 32 bytes, of a private key of 32 and an encapsulated key of 1120. */
export type Decapsulate = (privateKey: Uint8Array, encapsulatedKey: Uint8Array) => Uint8Array;

/** The same as `openSeal`, where the platform can decapsulate quicker than the library. */
export function createOpenSeal(decapsulate: Decapsulate): OpenSeal {
  class OnPlatform extends XWing {
    override async decap({ recipientKey, enc }: Parameters<XWing["decap"]>[0]) {
      const privateKey = "privateKey" in recipientKey ? recipientKey.privateKey : recipientKey;
      const seed = new Uint8Array(await this.serializePrivateKey(privateKey));
      return exact(decapsulate(seed, bytesOf(enc)));
    }
  }
  return openingBy(suiteWith(new OnPlatform()));
}

function openingBy(by: CipherSuite): OpenSeal {
  return async (privateKey, purpose, sealed, associatedData = new Uint8Array()) => {
    if (sealed.length < sealOverhead) return undefined;
    try {
      const plaintext = await by.open(
        {
          recipientKey: await by.kem.deserializePrivateKey(exact(privateKey)),
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
  };
}

function info(purpose: SealPurpose): ArrayBuffer {
  return exact(utf8(`assent/v1 ${purpose}`));
}

// The library takes whole buffers; a view into a larger one would hand it the neighbours too.
function exact(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}

function bytesOf(given: ArrayBufferLike | ArrayBufferView): Uint8Array {
  return ArrayBuffer.isView(given)
    ? new Uint8Array(given.buffer, given.byteOffset, given.byteLength)
    : new Uint8Array(given);
}
