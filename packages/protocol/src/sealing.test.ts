// HPKE with X-Wing: published vectors, an independent key schedule, and seals that must not open.
import assert from "node:assert/strict";
import { createCipheriv, createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { XWing } from "@hpke/hybridkem-x-wing";
import { bytesFromHex, concat, hex, utf8 } from "./bytes.ts";
import { generateSealingKeyPair, openSeal, seal } from "./sealing.ts";
import {
  encapsulatedKeyLength,
  type SealPurpose,
  sealingPublicKeyLength,
  sealOverhead,
} from "./sealing-format.ts";

const vectors = JSON.parse(
  readFileSync(new URL("../../../test/vectors/xwing/test-vectors.json", import.meta.url), "utf8"),
) as { seed: string; eseed: string; ss: string; sk: string; pk: string; ct: string }[];

const plaintext = utf8("+4915123456789");
const consent = utf8("the encoded consent statement");

describe("X-Wing vectors", () => {
  test("there are three", () => assert.equal(vectors.length, 3));

  for (const [index, vector] of vectors.entries()) {
    // `seal` draws its own randomness, so that encapsulation with the given one is asked of the library itself.
    test(`vector ${index + 1}: key pair, encapsulation and decapsulation by the library`, async () => {
      const kem = new XWing();
      const pair = await kem.generateKeyPairDerand(bytesFromHex(vector.seed));
      assert.equal(hexOf(await kem.serializePrivateKey(pair.privateKey)), vector.sk);
      assert.equal(hexOf(await kem.serializePublicKey(pair.publicKey)), vector.pk);
      const { sharedSecret, enc } = await kem.encap({
        recipientPublicKey: pair.publicKey,
        ekm: bytesFromHex(vector.eseed).buffer,
      });
      assert.equal(hexOf(enc), vector.ct);
      assert.equal(hexOf(sharedSecret), vector.ss);
      const opened = await kem.decap({ recipientKey: pair.privateKey, enc });
      assert.equal(hexOf(opened), vector.ss);
    });

    test(`vector ${index + 1}: what RFC 9180 makes of its shared secret opens`, async () => {
      for (const purpose of ["number", "first contact"] as const) {
        const sealed = concat(
          bytesFromHex(vector.ct),
          hpkeSealed(bytesFromHex(vector.ss), purpose, plaintext, consent),
        );
        assert.deepEqual(
          await openSeal(bytesFromHex(vector.sk), purpose, sealed, consent),
          plaintext,
        );
      }
    });

    test(`vector ${index + 1}: what is sealed to its public key opens with its private key`, async () => {
      const sealed = await seal(bytesFromHex(vector.pk), "number", plaintext, consent);
      assert.deepEqual(
        await openSeal(bytesFromHex(vector.sk), "number", sealed, consent),
        plaintext,
      );
    });
  }
});

test("keys have the lengths the contract names", async () => {
  const pair = await generateSealingKeyPair();
  assert.equal(pair.publicKey.length, sealingPublicKeyLength);
  assert.equal(pair.privateKey.length, 32);
});

test("what is sealed opens, whatever its length, and is never sealed alike twice", async () => {
  const keys = await generateSealingKeyPair();
  for (const length of [0, 1, 32, 4096, 65_536]) {
    const content = new Uint8Array(length).fill(length);
    const sealed = await seal(keys.publicKey, "first contact", content);
    assert.equal(sealed.length, length + sealOverhead);
    assert.deepEqual(await openSeal(keys.privateKey, "first contact", sealed), content);
    assert.notDeepEqual(await seal(keys.publicKey, "first contact", content), sealed);
  }
});

test("views into larger buffers are read as themselves", async () => {
  const keys = await generateSealingKeyPair();
  const sealed = await seal(within(keys.publicKey), "number", within(plaintext), within(consent));
  assert.deepEqual(
    await openSeal(within(keys.privateKey), "number", within(sealed), within(consent)),
    plaintext,
  );
});

describe("does not open", () => {
  test("with any region turned: ML-KEM part, X25519 part, ciphertext, tag", async () => {
    const { keys, sealed } = await sealedNumber();
    const mlKem = [0, 1, 500, 1087];
    const x25519 = [1088, 1100, 1119];
    const ciphertext = [...plaintext.keys()].map((index) => encapsulatedKeyLength + index);
    const tag = Array.from({ length: 16 }, (_, index) => sealed.length - 1 - index);
    for (const index of [...mlKem, ...x25519, ...ciphertext, ...tag]) {
      const turned = sealed.slice();
      turned[index] = (turned[index] as number) ^ 4;
      assert.equal(
        await openSeal(keys.privateKey, "number", turned, consent),
        undefined,
        `${index}`,
      );
    }
    assert.ok(await openSeal(keys.privateKey, "number", sealed, consent), "the control opens");
  });

  test("with an all-zero X25519 part", async () => {
    const { keys, sealed } = await sealedNumber();
    sealed.fill(0, 1088, 1120);
    assert.equal(await openSeal(keys.privateKey, "number", sealed, consent), undefined);
  });

  test("for another purpose", async () => {
    const { keys, sealed } = await sealedNumber();
    assert.equal(await openSeal(keys.privateKey, "first contact", sealed, consent), undefined);
  });

  test("with other associated data, or none", async () => {
    const { keys, sealed } = await sealedNumber();
    for (const other of [utf8("another consent"), consent.subarray(1), new Uint8Array()]) {
      assert.equal(await openSeal(keys.privateKey, "number", sealed, other), undefined);
    }
    assert.equal(await openSeal(keys.privateKey, "number", sealed), undefined);
  });

  test("with another key, or what is no key", async () => {
    const { sealed } = await sealedNumber();
    const other = await generateSealingKeyPair();
    for (const key of [
      other.privateKey,
      new Uint8Array(31),
      new Uint8Array(33),
      new Uint8Array(),
    ]) {
      assert.equal(await openSeal(key, "number", sealed, consent), undefined);
    }
  });

  test("cut off anywhere, or with a byte more", async () => {
    const { keys, sealed } = await sealedNumber();
    const lengths = [0, 1, 1087, 1088, 1119, 1120, 1121, 1135, 1136, 1137, sealed.length - 1];
    for (const length of lengths) {
      const cut = sealed.subarray(0, length);
      assert.equal(await openSeal(keys.privateKey, "number", cut, consent), undefined, `${length}`);
    }
    const longer = concat(sealed, Uint8Array.of(0));
    assert.equal(await openSeal(keys.privateKey, "number", longer, consent), undefined);
  });
});

test("nothing is sealed to what is no public key", async () => {
  for (const length of [0, 32, 1215, 1217]) {
    await assert.rejects(seal(new Uint8Array(length), "number", plaintext));
  }
});

async function sealedNumber() {
  const keys = await generateSealingKeyPair();
  return { keys, sealed: await seal(keys.publicKey, "number", plaintext, consent) };
}

/** RFC 9180, 5.1 and 5.2, base mode: X-Wing (0x647a), HKDF-SHA-256, AES-256-GCM; for one message. */
function hpkeSealed(
  sharedSecret: Uint8Array,
  purpose: SealPurpose,
  content: Uint8Array,
  associatedData: Uint8Array,
): Uint8Array {
  const suiteId = concat(utf8("HPKE"), Uint8Array.of(0x64, 0x7a, 0, 1, 0, 2));
  const hmac = (key: Uint8Array, data: Uint8Array) =>
    new Uint8Array(createHmac("sha256", key).update(data).digest());
  const extract = (salt: Uint8Array, label: string, input: Uint8Array) =>
    hmac(salt, concat(utf8("HPKE-v1"), suiteId, utf8(label), input));
  const expand = (key: Uint8Array, label: string, info: Uint8Array, length: number) => {
    const labelled = concat(
      Uint8Array.of(0, length),
      utf8("HPKE-v1"),
      suiteId,
      utf8(label),
      info,
      Uint8Array.of(1),
    );
    return hmac(key, labelled).subarray(0, length);
  };
  const nothing = new Uint8Array();
  const context = concat(
    Uint8Array.of(0),
    extract(nothing, "psk_id_hash", nothing),
    extract(nothing, "info_hash", utf8(`assent/v1 ${purpose}`)),
  );
  const secret = extract(sharedSecret, "secret", nothing);
  const cipher = createCipheriv(
    "aes-256-gcm",
    expand(secret, "key", context, 32),
    expand(secret, "base_nonce", context, 12),
  );
  cipher.setAAD(associatedData);
  return concat(cipher.update(content), cipher.final(), cipher.getAuthTag());
}

function within(bytes: Uint8Array): Uint8Array {
  const larger = new Uint8Array(bytes.length + 20).fill(255);
  larger.set(bytes, 10);
  return larger.subarray(10, 10 + bytes.length);
}

function hexOf(buffer: ArrayBuffer): string {
  return hex(new Uint8Array(buffer));
}
