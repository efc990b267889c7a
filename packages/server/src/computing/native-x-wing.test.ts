// X-Wing on the platform gives what the published vectors say, and opens what the library sealed and nothing else.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import {
  bytesFromHex,
  generateSealingKeyPair,
  hex,
  randomBytes,
  seal,
  utf8,
} from "@assent/protocol";
import { createOpenSeal } from "@assent/protocol/hpke";
import { decapsulateXWing } from "./native-x-wing.ts";

const vectors = JSON.parse(
  readFileSync(
    new URL("../../../../test/vectors/xwing/test-vectors.json", import.meta.url),
    "utf8",
  ),
) as { sk: string; ct: string; ss: string }[];
const openSeal = createOpenSeal(decapsulateXWing);

test("decapsulates as the published vectors say", () => {
  assert.equal(vectors.length, 3);
  for (const { sk, ct, ss } of vectors) {
    assert.equal(hex(decapsulateXWing(bytesFromHex(sk), bytesFromHex(ct))), ss);
    // Each part of the ciphertext counts: the first byte is ML-KEM's, the last X25519's.
    for (const index of [0, 1_087, 1_088, 1_119]) {
      const changed = bytesFromHex(ct);
      changed[index] = (changed[index] ?? 0) ^ 1;
      assert.notEqual(hex(decapsulateXWing(bytesFromHex(sk), changed)), ss, `byte ${index}`);
    }
  }
});

test("opens what the library sealed, and nothing else", async () => {
  const { publicKey, privateKey } = await generateSealingKeyPair();
  const data = utf8("bound");
  const sealed = await seal(publicKey, "number", utf8("a number"), data);
  assert.deepEqual(await openSeal(privateKey, "number", sealed, data), utf8("a number"));
  for (const index of [0, 1_100, sealed.length - 17, sealed.length - 1]) {
    const changed = sealed.slice();
    changed[index] = (changed[index] ?? 0) ^ 1;
    assert.equal(await openSeal(privateKey, "number", changed, data), undefined, `byte ${index}`);
  }
  assert.equal(await openSeal(privateKey, "first contact", sealed, data), undefined);
  assert.equal(await openSeal(privateKey, "number", sealed, utf8("another")), undefined);
  assert.equal(await openSeal(randomBytes(32), "number", sealed, data), undefined);
  assert.equal(await openSeal(privateKey, "number", sealed.subarray(0, 1_135), data), undefined);
  // A point of low order in place of X25519's.
  const hollow = sealed.slice();
  hollow.fill(0, 1_088, 1_120);
  assert.equal(await openSeal(privateKey, "number", hollow, data), undefined);
});
