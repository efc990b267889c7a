// AES-256-GCM: against Node's own cipher, and everything that must not open.
import assert from "node:assert/strict";
import { createDecipheriv } from "node:crypto";
import { test } from "node:test";
import { aeadNonceLength, aeadTagLength, decrypt, encrypt } from "./aead.ts";
import { hex, utf8 } from "./bytes.ts";

const key = new Uint8Array(32).fill(1);
const nonce = new Uint8Array(aeadNonceLength).fill(2);
const plaintext = utf8("On my way");

test("it is AES-256-GCM, the tag behind the ciphertext", async () => {
  const ciphertext = await encrypt(key, nonce, plaintext);
  assert.equal(ciphertext.length, plaintext.length + aeadTagLength);
  const decipher = createDecipheriv("aes-256-gcm", key, nonce);
  decipher.setAuthTag(ciphertext.subarray(plaintext.length));
  const opened = Buffer.concat([
    decipher.update(ciphertext.subarray(0, plaintext.length)),
    decipher.final(),
  ]);
  assert.equal(hex(opened), hex(plaintext));
});

test("it opens what it made, also nothing", async () => {
  assert.deepEqual(await decrypt(key, nonce, await encrypt(key, nonce, plaintext)), plaintext);
  const nothing = await encrypt(key, nonce, new Uint8Array());
  assert.deepEqual(await decrypt(key, nonce, nothing), new Uint8Array());
});

test("it opens nothing else: any byte turned, cut off, another key or nonce, keys of wrong length", async () => {
  const ciphertext = await encrypt(key, nonce, plaintext);
  for (const index of ciphertext.keys()) {
    const turned = ciphertext.slice();
    turned[index] = (turned[index] as number) ^ 1;
    assert.equal(await decrypt(key, nonce, turned), undefined, `byte ${index}`);
    assert.equal(await decrypt(key, nonce, ciphertext.subarray(0, index)), undefined);
  }
  assert.equal(await decrypt(new Uint8Array(32), nonce, ciphertext), undefined);
  assert.equal(await decrypt(key, new Uint8Array(aeadNonceLength), ciphertext), undefined);
  assert.equal(await decrypt(key, new Uint8Array(), ciphertext), undefined);
  assert.equal(await decrypt(new Uint8Array(31), nonce, ciphertext), undefined);
});
