// For tests only: a browser's side of a subscription, and of RFC 8291 and RFC 8188, written from the RFCs with nothing of
// what it opens.
import assert from "node:assert/strict";
import { createDecipheriv, createECDH, createHmac, randomBytes } from "node:crypto";
import type { AskedSubscription } from "./subscriptions.ts";

export interface BrowserForTests {
  /** 32 bytes. */
  readonly privateKey: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly secret: Uint8Array;
}

export function makeBrowser(): BrowserForTests {
  const pair = createECDH("prime256v1");
  const publicKey = pair.generateKeys();
  return { privateKey: pair.getPrivateKey(), publicKey, secret: randomBytes(16) };
}

export function subscriptionOf(
  { publicKey, secret }: BrowserForTests,
  endpoint: string,
  epoch = 1,
): AskedSubscription {
  return { endpoint, publicKey, secret, epoch };
}

/** The plaintext, without its padding. Throws where it does not open. */
export function openPushMessage(message: Buffer, browser: BrowserForTests): Buffer {
  const salt = message.subarray(0, 16);
  const recordSize = message.readUInt32BE(16);
  const keyLength = message[20] ?? 0;
  const sender = message.subarray(21, 21 + keyLength);
  const record = message.subarray(21 + keyLength);
  assert.ok(record.length <= recordSize, "one record");
  const ecdh = createECDH("prime256v1");
  ecdh.setPrivateKey(browser.privateKey);
  // RFC 8291, 3.4, with HKDF as it is written out there.
  const keyed = mac(browser.secret, ecdh.computeSecret(sender));
  const about = [Buffer.from("WebPush: info\0"), browser.publicKey, sender, Buffer.of(1)];
  const input = mac(salt, mac(keyed, Buffer.concat(about)));
  const key = mac(input, Buffer.from("Content-Encoding: aes128gcm\0\x01")).subarray(0, 16);
  const nonce = mac(input, Buffer.from("Content-Encoding: nonce\0\x01")).subarray(0, 12);
  const decipher = createDecipheriv("aes-128-gcm", key, nonce);
  decipher.setAuthTag(record.subarray(-16));
  const padded = Buffer.concat([decipher.update(record.subarray(0, -16)), decipher.final()]);
  const end = padded.lastIndexOf(2);
  assert.ok(end >= 0 && padded.subarray(end + 1).every((byte) => byte === 0), "the last record");
  return padded.subarray(0, end);
}

function mac(key: Uint8Array, data: Uint8Array): Buffer {
  return createHmac("sha256", key).update(data).digest();
}
