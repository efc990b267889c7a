// One contract for the primitives of every platform: the same bytes, and nothing opens or verifies that should not.
import assert from "node:assert/strict";
import { createHash, createHmac, generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import {
  hex,
  type Primitives,
  portablePrimitives,
  randomBytes,
  signingKeyPair,
  utf8,
} from "@assent/protocol";
import { nodePrimitives } from "./primitives.node.ts";

const platforms: Readonly<Record<string, Primitives>> = {
  "anywhere: ": portablePrimitives,
  "on Node: ": nodePrimitives(),
};
const [key, nonce] = [randomBytes(32), randomBytes(12)];
const plaintext = utf8("On my way");
const about = utf8("what it is about");

for (const [where, primitives] of Object.entries(platforms)) {
  const { encrypt, decrypt, sign, verify } = primitives;

  test(`${where}hashes are SHA-512, and HMACs under keys of any length`, () => {
    for (const length of [0, 1, 64, 111, 112, 128, 129, 1_000]) {
      const data = randomBytes(length);
      const hashed = createHash("sha512").update(data).digest("hex");
      assert.equal(hex(primitives.sha512(data)), hashed);
      const mac = createHmac("sha512", data).update(plaintext).digest("hex");
      assert.equal(hex(primitives.hmac(data, plaintext)), mac);
    }
  });

  test(`${where}HMACs are of data of any length, and each stays what it is when the next is made`, () => {
    const made = [2_000, 1_024, 0, 1_025, 1, 80].map((length) => {
      const data = randomBytes(length);
      const expected = createHmac("sha512", key).update(data).digest("hex");
      return { mac: primitives.hmac(key, data), expected };
    });
    for (const { mac, expected } of made) assert.equal(hex(mac), expected);
  });

  test(`${where}what any platform seals, it opens, also nothing`, async () => {
    for (const other of Object.values(platforms)) {
      for (const sealed of [plaintext, new Uint8Array()]) {
        assert.deepEqual(
          await decrypt(key, nonce, await other.encrypt(key, nonce, sealed)),
          sealed,
        );
        const bound = await other.encrypt(key, nonce, sealed, about);
        assert.equal(bound.length, sealed.length + 16);
        assert.deepEqual(await decrypt(key, nonce, bound, about), sealed);
      }
    }
  });

  test(`${where}nothing else opens: a byte turned, cut off, other data, key or nonce, keys of wrong length`, async () => {
    const sealed = await encrypt(key, nonce, plaintext, about);
    for (const index of sealed.keys()) {
      const turned = sealed.slice();
      turned[index] = (turned[index] as number) ^ 1;
      assert.equal(await decrypt(key, nonce, turned, about), undefined, `byte ${index}`);
      assert.equal(await decrypt(key, nonce, sealed.subarray(0, index), about), undefined);
    }
    assert.equal(await decrypt(key, nonce, sealed), undefined);
    assert.equal(await decrypt(key, nonce, sealed, utf8("other")), undefined);
    assert.equal(await decrypt(new Uint8Array(32), nonce, sealed, about), undefined);
    assert.equal(await decrypt(key, new Uint8Array(12), sealed, about), undefined);
    assert.equal(await decrypt(new Uint8Array(31), nonce, sealed, about), undefined);
    assert.deepEqual(await decrypt(key, nonce, sealed, about), plaintext, "the control opens");
  });

  test(`${where}views into longer memory are taken for what they show`, async () => {
    const within = (bytes: Uint8Array) => {
      const longer = new Uint8Array(bytes.length + 10).fill(7);
      longer.set(bytes, 5);
      return longer.subarray(5, -5);
    };
    const sealed = await encrypt(within(key), within(nonce), within(plaintext), within(about));
    assert.deepEqual(await decrypt(key, nonce, within(sealed), about), plaintext);
    assert.equal(
      hex(primitives.hmac(within(key), within(about))),
      hex(primitives.hmac(key, about)),
    );
    assert.equal(hex(primitives.sha512(within(about))), hex(primitives.sha512(about)));
  });

  test(`${where}signatures are Ed25519, and no other verifies`, async () => {
    const { privateKey, publicKey } = signingKeyPair(randomBytes(32));
    const signature = await sign(privateKey, about);
    for (const other of Object.values(platforms)) {
      // Made anew each time from the same key, and by the key once it was read.
      assert.equal(hex(await other.sign(privateKey, about)), hex(signature));
      assert.equal(await other.verify(publicKey, about, signature), true);
      assert.equal(await other.verify(publicKey.slice(), about, signature), true);
    }
    assert.equal(await verify(publicKey, plaintext, signature), false);
    assert.equal(await verify(publicKey, about, signature.slice(0, -1)), false);
    assert.equal(await verify(publicKey.slice(0, -1), about, signature), false);
    assert.equal(await verify(new Uint8Array(), about, signature), false);
    const another = signingKeyPair(randomBytes(32)).publicKey;
    assert.equal(await verify(another, about, signature), false);
    const turned = signature.slice();
    turned[0] = (turned[0] as number) ^ 1;
    assert.equal(await verify(publicKey, about, turned), false);
  });

  test(`${where}a key is the seed alone`, async () => {
    const { privateKey, publicKey } = generateKeyPairSync("ed25519");
    const seed = Buffer.from(privateKey.export({ format: "jwk" }).d as string, "base64url");
    const known = Buffer.from(publicKey.export({ format: "jwk" }).x as string, "base64url");
    assert.equal(await verify(known, about, await sign(seed, about)), true);
    await assert.rejects(sign(seed.subarray(1), about));
  });
}
