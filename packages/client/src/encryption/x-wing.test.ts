// X-Wing's public keys on the platform are what the published vectors say, and what the library makes.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { bytesFromHex, generateSealingKeyPair, hex } from "@assent/protocol";
import { xWingPublicKey } from "./x-wing.node.ts";

const vectors = JSON.parse(
  readFileSync(
    new URL("../../../../test/vectors/xwing/test-vectors.json", import.meta.url),
    "utf8",
  ),
) as { sk: string; pk: string }[];

test("a public key is what the published vectors say", () => {
  assert.equal(vectors.length, 3);
  for (const { sk, pk } of vectors) assert.equal(hex(xWingPublicKey(bytesFromHex(sk))), pk);
});

test("a public key is what the library makes, whatever the private one", async () => {
  for (let count = 0; count < 50; count += 1) {
    const { privateKey, publicKey } = await generateSealingKeyPair();
    assert.equal(hex(xWingPublicKey(privateKey)), hex(publicKey));
  }
});
