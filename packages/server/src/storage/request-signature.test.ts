// The verifier that answers at once accepts what the protocol's own accepts, also of what platforms judge differently.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { bytesFromHex, randomBytes, sign, signedBytes, signingKeyPair } from "@assent/protocol";
import { isSignedBy } from "./request-signature.ts";

type Text = "group" | "name" | "publicKey" | "message" | "signature";
const file = new URL("../../../../test/vectors/ed25519-points/vectors.json", import.meta.url);
const vectors: (Record<Text, string> & { holds: boolean })[] = JSON.parse(
  readFileSync(file, "utf8"),
);

test("hostile points are judged as the protocol judges them", () => {
  assert.ok(vectors.some(({ holds }) => holds) && vectors.some(({ holds }) => !holds));
  for (const { group, name, publicKey, message, signature, holds } of vectors) {
    const signed = signedBytes("request", bytesFromHex(message));
    const isSigned = isSignedBy(bytesFromHex(publicKey), signed, bytesFromHex(signature));
    assert.equal(isSigned, holds, `${group}: ${name}`);
  }
});

test("what was signed holds, and nothing that differs in one byte", async () => {
  const { privateKey, publicKey } = signingKeyPair(randomBytes(32));
  const message = randomBytes(70);
  const signature = await sign(privateKey, "request", message);
  const signed = signedBytes("request", message);
  assert.ok(isSignedBy(publicKey, signed, signature));
  for (const part of [publicKey, signed, signature]) {
    for (let at = 0; at < part.length; at += 7) {
      part[at] = (part[at] ?? 0) ^ 0x10;
      assert.equal(isSignedBy(publicKey, signed, signature), false);
      part[at] = (part[at] ?? 0) ^ 0x10;
    }
  }
  assert.equal(isSignedBy(publicKey.subarray(1), signed, signature), false);
  assert.equal(isSignedBy(publicKey, signed, signature.subarray(1)), false);
});
