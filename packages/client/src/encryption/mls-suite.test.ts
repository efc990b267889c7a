// The suite computes what the library's own does: whoever runs another version reads the same groups.
import assert from "node:assert/strict";
import { test } from "node:test";
import { portablePrimitives, randomBytes, signingKeyPair } from "@assent/protocol";
import { librarySuite } from "./mls-library-suite.ts";
import { suiteOfTexts, wholeSuite } from "./mls-suite.ts";
import { nodePrimitives } from "./primitives.node.ts";

const library = await librarySuite();

const suites = {
  "of texts, anywhere": suiteOfTexts(portablePrimitives),
  "of texts, on Node": suiteOfTexts(nodePrimitives()),
  "whole, anywhere": await wholeSuite(suiteOfTexts(portablePrimitives), portablePrimitives),
  "whole, on Node": await wholeSuite(suiteOfTexts(nodePrimitives()), nodePrimitives()),
};
const lengths = [0, 1, 64, 111, 112, 128, 129, 1_000];
const each = Object.entries(suites).flatMap(([where, suite]) =>
  lengths.map((length) => ({ where, suite, length })),
);

for (const { where, suite, length } of each) {
  test(`${where}: makes of ${length} bytes what the library does`, async () => {
    const [key, data] = [randomBytes(64), randomBytes(length)];
    assert.deepEqual(await suite.hash.digest(data), await library.hash.digest(data));
    const mac = await suite.hash.mac(key, data);
    assert.deepEqual(mac, await library.hash.mac(key, data));
    assert.equal(await suite.hash.verifyMac(key, mac, data), true);
    assert.equal(await suite.hash.verifyMac(randomBytes(64), mac, data), false);
    for (const salt of [key, new Uint8Array()]) {
      assert.deepEqual(await suite.kdf.extract(salt, data), await library.kdf.extract(salt, data));
    }
    for (const size of [12, 32, 64, 200]) {
      const expanded = await suite.kdf.expand(key, data, size);
      assert.deepEqual(expanded, await library.kdf.expand(key, data, size));
    }
    assert.equal(suite.kdf.size, library.kdf.size);
    assert.equal(suite.hpke.keyLength, library.hpke.keyLength);
    assert.equal(suite.hpke.nonceLength, library.hpke.nonceLength);
    const [cipherKey, nonce, about] = [randomBytes(32), randomBytes(12), randomBytes(40)];
    for (const associated of [about, undefined]) {
      const sealed = await suite.hpke.encryptAead(cipherKey, nonce, associated, data);
      assert.deepEqual(sealed, await library.hpke.encryptAead(cipherKey, nonce, associated, data));
      assert.deepEqual(await suite.hpke.decryptAead(cipherKey, nonce, associated, sealed), data);
      await assert.rejects(suite.hpke.decryptAead(key.subarray(32), nonce, associated, sealed));
    }
    const { privateKey, publicKey } = signingKeyPair(randomBytes(32));
    const signature = await suite.signature.sign(privateKey, data);
    assert.deepEqual(signature, await library.signature.sign(privateKey, data));
    assert.equal(await suite.signature.verify(publicKey, data, signature), true);
    assert.equal(await suite.signature.verify(publicKey, key, signature), false);
  });
}

test("seals to a key what the library opens, and texts are sealed to none", async () => {
  const whole = suites["whole, anywhere"];
  const { privateKey, publicKey } = await library.hpke.generateKeyPair();
  const [words, info] = [randomBytes(100), randomBytes(20)];
  const { enc, ct } = await whole.hpke.seal(publicKey, words, info);
  assert.deepEqual(await library.hpke.open(privateKey, enc, ct, info), words);
  await assert.rejects(suites["of texts, anywhere"].hpke.seal(publicKey, words, info), TypeError);
});

for (const where of ["whole, anywhere", "whole, on Node"] as const) {
  test(`${where}: makes keys that the library opens by, each another`, async () => {
    const { hpke } = suites[where];
    const { privateKey, publicKey } = await hpke.generateKeyPair();
    const [words, info] = [randomBytes(100), randomBytes(20)];
    const exported = await hpke.exportPrivateKey(privateKey);
    assert.equal(exported.length, 32);
    const { enc, ct } = await library.hpke.seal(publicKey, words, info);
    const opening = await library.hpke.importPrivateKey(exported);
    assert.deepEqual(await library.hpke.open(opening, enc, ct, info), words);
    const another = await hpke.generateKeyPair();
    assert.notDeepEqual(
      await hpke.exportPublicKey(another.publicKey),
      await hpke.exportPublicKey(publicKey),
    );
    const notOurs = library.hpke.open(another.privateKey, enc, ct, info);
    await assert.rejects(notOurs);
  });
}

test("makes signing keys that its own signatures are checked by", async () => {
  const suite = suites["of texts, anywhere"];
  const { signKey, publicKey } = await suite.signature.keygen();
  const signature = await suite.signature.sign(signKey, randomBytes(0));
  assert.equal(await library.signature.verify(publicKey, randomBytes(0), signature), true);
});
