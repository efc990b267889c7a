// Ed25519 with labels: RFC 8032's keys, Node's signatures, and what must not verify.
import assert from "node:assert/strict";
import { createPrivateKey, sign as nodeSign } from "node:crypto";
import { describe, test } from "node:test";
import { bytesFromHex, concat, hex, utf8 } from "./bytes.ts";
import { labels } from "./hashing.ts";
import { sign, signingKeyPair, verify } from "./signing.ts";
import { signatureLength } from "./signing-points.ts";

const pair = signingKeyPair(new Uint8Array(32).fill(1));
const message = utf8("message");
test("public keys follow from seeds as in RFC 8032, 7.1", () => {
  const known: [string, string][] = [
    [
      "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
      "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    ],
    [
      "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
      "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
    ],
  ];
  for (const [seed, publicKey] of known) {
    assert.equal(hex(signingKeyPair(bytesFromHex(seed)).publicKey), publicKey);
  }
});

test("a signature is Ed25519 over the label, a zero byte and the message", async () => {
  const key = createPrivateKey({
    key: Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), pair.privateKey]),
    format: "der",
    type: "pkcs8",
  });
  const expected = nodeSign(null, concat(utf8("assent/v1 claim\0"), message), key);
  const signature = await sign(pair.privateKey, "claim", message);
  assert.equal(signature.length, signatureLength);
  assert.equal(hex(signature), hex(expected));
});

test("a signature holds under its own label alone", async () => {
  for (const signed of labels) {
    const signature = await sign(pair.privateKey, signed, message);
    for (const asked of labels) {
      const holds = await verify(pair.publicKey, asked, message, signature);
      assert.equal(holds, signed === asked, `${signed} as ${asked}`);
    }
  }
});

test("what is verified is left as it was, whatever kind of bytes it is", async () => {
  // Every other point has its highest bit set: of several pairs, some have.
  const pairs = Array.from({ length: 16 }, (_, seed) =>
    signingKeyPair(new Uint8Array(32).fill(seed)),
  );
  const highest = pairs.map(({ publicKey }) => (publicKey[31] as number) >> 7);
  assert.deepEqual([...new Set(highest)].sort(), [0, 1]);
  for (const { privateKey, publicKey } of pairs) {
    const signature = Buffer.from(await sign(privateKey, "claim", message));
    const key = Buffer.from(publicKey);
    const before = [hex(key), hex(signature)];
    assert.equal(await verify(key, "claim", message, signature), true);
    assert.deepEqual([hex(key), hex(signature)], before);
  }
});

describe("does not hold:", () => {
  test("another message, another key", async () => {
    const signature = await sign(pair.privateKey, "claim", message);
    const other = signingKeyPair(new Uint8Array(32).fill(2));
    assert.equal(await verify(pair.publicKey, "claim", utf8("messagf"), signature), false);
    assert.equal(await verify(other.publicKey, "claim", message, signature), false);
  });

  test("any bit turned (every ninth is tried)", async () => {
    const signature = await sign(pair.privateKey, "claim", message);
    for (let bit = 0; bit < 512; bit += 9) {
      const turned = signature.slice();
      turned[bit >> 3] = (turned[bit >> 3] as number) ^ (1 << (bit & 7));
      assert.equal(await verify(pair.publicKey, "claim", message, turned), false, `bit ${bit}`);
    }
  });

  test("keys and signatures of wrong length, and what is no point", async () => {
    const signature = await sign(pair.privateKey, "claim", message);
    for (const wrong of [
      signature.subarray(1),
      concat(signature, Uint8Array.of(0)),
      new Uint8Array(),
    ]) {
      assert.equal(await verify(pair.publicKey, "claim", message, wrong), false);
    }
    for (const key of [
      pair.publicKey.subarray(1),
      new Uint8Array(),
      new Uint8Array(32).fill(255),
    ]) {
      assert.equal(await verify(key, "claim", message, signature), false);
    }
  });
});
