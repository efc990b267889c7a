// What a push carries, for its browser alone: RFC 8291 on the aes128gcm coding of RFC 8188, always one record. Trusts that
// the browser's key was checked to be a point of the curve.
import { createCipheriv, createECDH, ECDH, hkdfSync } from "node:crypto";

/** As the browser gave them. */
export interface BrowserKeys {
  /** P-256, uncompressed, 65 bytes. */
  readonly publicKey: Uint8Array;
  /** 16 bytes. */
  readonly secret: Uint8Array;
}

/** What no other message may be encrypted with. */
export interface MessageSecrets {
  /** Of P-256, with its keys. */
  readonly sender: ECDH;
  /** 16 bytes. */
  readonly salt: Uint8Array;
}

const keyLength = 16;
const nonceLength = 12;
// Larger than any push service takes: one record holds all.
const recordSize = 4_096;
// Of the last record; zeros may follow it (RFC 8188, section 2).
const delimiter = 2;

/** Whether a browser's public key is what it should be: then no secret of ours is told by what is computed with it. */
export function isPointOfCurve(publicKey: Uint8Array): boolean {
  try {
    ECDH.convertKey(publicKey, "prime256v1");
    return publicKey[0] === 4;
  } catch {
    return false;
  }
}

export function freshSecrets(salt: Uint8Array): MessageSecrets {
  const sender = createECDH("prime256v1");
  sender.generateKeys();
  return { sender, salt };
}

/** @param paddedTo bytes of the plaintext with its padding, the delimiter among them. */
export function encryptMessage(
  plaintext: Uint8Array,
  browser: BrowserKeys,
  { sender, salt }: MessageSecrets,
  paddedTo = plaintext.length + 1,
): Buffer {
  const publicKey = sender.getPublicKey();
  const shared = sender.computeSecret(browser.publicKey);
  const info = Buffer.concat([Buffer.from("WebPush: info\0"), browser.publicKey, publicKey]);
  const key = derived(shared, browser.secret, info, 32);
  return encodeContent(plaintext, { key, salt, keyId: publicKey, paddedTo });
}

/** The header, and the one record behind it. */
export function encodeContent(
  plaintext: Uint8Array,
  parts: {
    readonly key: Uint8Array;
    readonly salt: Uint8Array;
    readonly keyId: Uint8Array;
    readonly paddedTo: number;
  },
): Buffer {
  const { key, salt, keyId, paddedTo } = parts;
  const header = Buffer.alloc(salt.length + 5);
  header.set(salt);
  header.writeUInt32BE(recordSize, salt.length);
  header[salt.length + 4] = keyId.length;
  const record = Buffer.alloc(paddedTo);
  record.set(plaintext);
  record[plaintext.length] = delimiter;
  const contentKey = derived(key, salt, "Content-Encoding: aes128gcm\0", keyLength);
  // Of the first record; there is no other.
  const nonce = derived(key, salt, "Content-Encoding: nonce\0", nonceLength);
  const cipher = createCipheriv("aes-128-gcm", contentKey, nonce);
  const encrypted = Buffer.concat([cipher.update(record), cipher.final()]);
  return Buffer.concat([header, keyId, encrypted, cipher.getAuthTag()]);
}

function derived(
  key: Uint8Array,
  salt: Uint8Array,
  info: Uint8Array | string,
  length: number,
): Buffer {
  return Buffer.from(hkdfSync("sha256", key, salt, info, length));
}
