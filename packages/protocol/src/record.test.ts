// Sealed records: one length whatever is in them, and everything that must not open.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { create, equals, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { aeadNonceLength, decrypt, encrypt } from "./aead.ts";
import { concat, hex, uint32, utf8 } from "./bytes.ts";
import { RecordSchema } from "./contract.ts";
import { limits } from "./limits.ts";
import { isSignedRecord, openRecord, sealRecord, signedRecord } from "./record.ts";
import { signingKeyPair } from "./signing.ts";

const recordKey = new Uint8Array(32).fill(6);
const record = {
  rootKey: new Uint8Array(32).fill(8),
  lowestManifestVersion: 3,
  cellId: new Uint8Array(32).fill(9),
  sequence: 4n,
};
// What is left of 256 bytes by nonce, tag and the length in front.
const longest = 256 - 12 - 16 - 4;

test("a sealed record has 256 bytes, and opens as what went in, whatever that is", async () => {
  const key = fc.uint8Array({ maxLength: 40 });
  const opening = fc.uint8Array({ maxLength: 64 });
  const number = fc.integer({ min: 0, max: 2 ** 32 - 1 });
  const sequence = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
  await fc.assert(
    fc.asyncProperty(key, number, key, sequence, opening, async (...fields) => {
      const [rootKey, lowestManifestVersion, cellId, sequence, transparencyOpening] = fields;
      const written = { rootKey, lowestManifestVersion, cellId, sequence, transparencyOpening };
      const sealed = await sealRecord(recordKey, written);
      assert.equal(sealed.length, 256);
      const opened = await openRecord(recordKey, sealed);
      assert.ok(opened && equals(RecordSchema, opened, create(RecordSchema, written)));
    }),
    { seed: 256, numRuns: 100 },
  );
  assert.equal(limits.sealedRecordBytes, 256);
});

test("it is nonce and AES-256-GCM of length, record and zeros, sealed anew each time", async () => {
  const sealed = await sealRecord(recordKey, record);
  const opened = await decrypt(recordKey, sealed.slice(0, 12), sealed.slice(12));
  const encoded = toBinary(RecordSchema, create(RecordSchema, record));
  const zeros = new Uint8Array(longest - encoded.length);
  assert.equal(
    hex(opened ?? new Uint8Array()),
    hex(concat(uint32(encoded.length), encoded, zeros)),
  );
  assert.notDeepEqual(await sealRecord(recordKey, record), sealed);
});

test("the longest record fits, and one byte more is refused, not cut off", async () => {
  // The two bytes before it say which field it is and how long.
  const opening = (length: number) => ({ transparencyOpening: new Uint8Array(length).fill(1) });
  const fits = longest - 3;
  assert.equal((await sealRecord(recordKey, opening(fits))).length, 256);
  await assert.rejects(sealRecord(recordKey, opening(fits + 1)), RangeError);
});

describe("is its account's own", () => {
  const root = signingKeyPair(new Uint8Array(32).fill(7));
  const { lowestManifestVersion, cellId, sequence } = record;

  test("where the root key that it names signed all that it says", async () => {
    const signed = await signedRecord(root, { lowestManifestVersion, cellId, sequence });
    const opened = await openRecord(recordKey, await sealRecord(recordKey, signed));
    assert.ok(opened && (await isSignedRecord(opened)));
    assert.deepEqual([hex(opened.rootKey), opened.sequence], [hex(root.publicKey), sequence]);
    for (const lie of [
      { lowestManifestVersion: lowestManifestVersion + 1 },
      { cellId: new Uint8Array(32) },
      { sequence: sequence + 1n },
      { rootKey: signingKeyPair(new Uint8Array(32)).publicKey },
      { rootKey: new Uint8Array() },
      { signature: new Uint8Array() },
      { signature: new Uint8Array(64) },
    ])
      assert.equal(await isSignedRecord({ ...opened, ...lie }), false, Object.keys(lie)[0]);
  });
});

describe("does not open", () => {
  test("under another key", async () => {
    const sealed = await sealRecord(recordKey, record);
    assert.ok(await openRecord(recordKey, sealed), "the control opens");
    for (const key of [new Uint8Array(32), new Uint8Array(31).fill(6), new Uint8Array()])
      assert.equal(await openRecord(key, sealed), undefined);
  });

  test("with any byte turned, cut off anywhere, or with a byte more", async () => {
    const sealed = await sealRecord(recordKey, record);
    for (const index of sealed.keys()) {
      const turned = sealed.slice();
      turned[index] = (turned[index] as number) ^ 128;
      assert.equal(await openRecord(recordKey, turned), undefined, `byte ${index}`);
      assert.equal(await openRecord(recordKey, sealed.subarray(0, index)), undefined);
    }
    assert.equal(await openRecord(recordKey, concat(sealed, Uint8Array.of(0))), undefined);
  });

  test("in another length than 256, though it is sealed rightly", async () => {
    const encoded = toBinary(RecordSchema, create(RecordSchema, record));
    for (const padding of [0, longest - encoded.length - 1, longest - encoded.length + 1]) {
      const plaintext = concat(uint32(encoded.length), encoded, new Uint8Array(padding));
      assert.equal(await openRecord(recordKey, await sealedAs(plaintext)), undefined);
    }
    const whole = concat(uint32(encoded.length), encoded, new Uint8Array(longest - encoded.length));
    assert.ok(await openRecord(recordKey, await sealedAs(whole)), "the control opens");
  });

  test("where its padding is not zero, its length wrong, or what it holds no record", async () => {
    const encoded = toBinary(RecordSchema, create(RecordSchema, record));
    const zeros = longest - encoded.length;
    const notZero = concat(uint32(encoded.length), encoded, new Uint8Array(zeros).fill(1));
    const beyond = concat(uint32(longest + 1), encoded, new Uint8Array(zeros));
    const noRecord = concat(uint32(9), utf8("no record"), new Uint8Array(longest - 9));
    for (const plaintext of [notZero, beyond, noRecord])
      assert.equal(await openRecord(recordKey, await sealedAs(plaintext)), undefined);
  });
});

async function sealedAs(plaintext: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const nonce = new Uint8Array(aeadNonceLength).fill(1);
  return concat(nonce, await encrypt(recordKey, nonce, plaintext));
}
