// From a number to its keys and its bucket: offline and blinded agree; edges of bits and buckets.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { hex, utf8 } from "./bytes.ts";
import { keysOfEvaluatedNumber } from "./evaluated-number.ts";
import {
  bucketHolds,
  bucketOf,
  encodeBucket,
  evaluationHasRightLengths,
  handleKeys,
  lookupHashOf,
  voprfInput,
} from "./handle.ts";
import { labelledHash } from "./hashing.ts";
import { parseNumber } from "./number.ts";
import {
  blindInput,
  deriveVoprfKeyPair,
  evaluateBatch,
  finalizeBatch,
  unblindedInput,
  VoprfError,
} from "./voprf.ts";

const number = parseNumber("+4915123456789");
const tags = fc.array(fc.integer({ min: 0, max: 0xffffffff }), { maxLength: 50 });
const fixed = { seed: 255, numRuns: 200 };

describe("an evaluated number", () => {
  test("gives its owner offline the keys that others find blinded", () => {
    const keys = deriveVoprfKeyPair(new Uint8Array(32).fill(3), utf8("test"));
    const shown = evaluationOf(keys);
    const offline = keysOfEvaluatedNumber(keys.publicKey, number, shown);

    const blinded = blindInput(voprfInput(number));
    assert.notEqual(
      hex(blinded.blindedElement),
      hex(unblindedInput(voprfInput(number)).blindedElement),
    );
    const answer = evaluateBatch(keys, [blinded.blindedElement]);
    const [handle] = finalizeBatch(keys.publicKey, [blinded], answer);
    assert.deepEqual(offline, handleKeys(handle as Uint8Array));
  });

  test("is not another number's, nor any number's under another key", () => {
    const keys = deriveVoprfKeyPair(new Uint8Array(32).fill(3), utf8("test"));
    const other = deriveVoprfKeyPair(new Uint8Array(32).fill(4), utf8("test"));
    const shown = evaluationOf(keys);
    const neighbour = parseNumber("+4915123456780");
    assert.throws(() => keysOfEvaluatedNumber(keys.publicKey, neighbour, shown), VoprfError);
    assert.throws(() => keysOfEvaluatedNumber(other.publicKey, number, shown), VoprfError);
    assert.notDeepEqual(
      keysOfEvaluatedNumber(other.publicKey, number, evaluationOf(other)),
      keysOfEvaluatedNumber(keys.publicKey, number, shown),
    );
  });

  test("is refused where its bytes have other lengths", () => {
    const keys = deriveVoprfKeyPair(new Uint8Array(32).fill(3), utf8("test"));
    const shown = evaluationOf(keys);
    assert.ok(evaluationHasRightLengths(shown));
    for (const wrong of [
      { ...shown, proof: shown.proof.subarray(1) },
      { ...shown, proof: new Uint8Array() },
      { ...shown, evaluatedElement: shown.evaluatedElement.subarray(1) },
      { ...shown, evaluatedElement: new Uint8Array(33) },
    ]) {
      assert.ok(!evaluationHasRightLengths(wrong));
      assert.throws(() => keysOfEvaluatedNumber(keys.publicKey, number, wrong), VoprfError);
    }
  });
});

test("what follows from a handle: 32 bit numbers, 32 byte keys, each its own", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 64, maxLength: 64 }), (handle) => {
      const keys = handleKeys(handle);
      for (const value of [keys.bucketBits, keys.tag]) {
        assert.ok(Number.isInteger(value) && value >= 0 && value <= 0xffffffff);
      }
      assert.equal(keys.lookupKey.length, 32);
      assert.equal(keys.recordKey.length, 32);
      assert.notEqual(hex(keys.lookupKey), hex(keys.recordKey));
      assert.deepEqual(lookupHashOf(keys.lookupKey), labelledHash("lookup key", keys.lookupKey));
    }),
    fixed,
  );
});

describe("the bucket of an account", () => {
  test("is the only one where there is one", () => {
    for (const bits of [0, 1, 0x7fffffff, 0x80000000, 0xffffffff])
      assert.equal(bucketOf(bits, 0), 0);
  });

  test("is its first bits, also where the highest is set", () => {
    assert.equal(bucketOf(0x80000000, 1), 1);
    assert.equal(bucketOf(0x7fffffff, 1), 0);
    assert.equal(bucketOf(0xffffffff, 10), 1023);
    assert.equal(bucketOf(0xffc00000, 10), 1023);
    assert.equal(bucketOf(0xffbfffff, 10), 1022);
    assert.equal(bucketOf(0xffffffff, 32), 0xffffffff);
    assert.equal(bucketOf(1, 32), 1);
    assert.equal(bucketOf(1, 31), 0);
  });

  test("is below 2^bits, and splits in two with one bit more", () => {
    const bits = fc.integer({ min: 0, max: 31 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffffff }), bits, (bucketBits, count) => {
        const bucket = bucketOf(bucketBits, count);
        assert.ok(bucket >= 0 && bucket < 2 ** count);
        assert.equal(Math.floor(bucketOf(bucketBits, count + 1) / 2), bucket);
      }),
      fixed,
    );
  });
});

describe("a bucket's bytes", () => {
  test("are its tags once each, ascending as numbers, big endian", () => {
    assert.equal(hex(encodeBucket([0x80000000, 2, 10, 2, 0])), "00000000000000020000000a80000000");
    assert.equal(encodeBucket([]).length, 0);
  });

  test("do not tell in which order people came", () => {
    fc.assert(
      fc.property(tags, (some) => {
        assert.deepEqual(encodeBucket(some), encodeBucket(some.toReversed()));
        assert.deepEqual(encodeBucket(some), encodeBucket([...some, ...some]));
      }),
      fixed,
    );
  });

  test("hold what was put in and nothing else, also as a view into a larger buffer", () => {
    fc.assert(
      fc.property(tags, fc.integer({ min: 0, max: 0xffffffff }), (some, other) => {
        const encoded = encodeBucket(some);
        const within = new Uint8Array(encoded.length + 7).fill(1);
        within.set(encoded, 3);
        const bucket = within.subarray(3, 3 + encoded.length);
        for (const tag of some) assert.ok(bucketHolds(bucket, tag));
        assert.equal(bucketHolds(bucket, other), some.includes(other));
      }),
      fixed,
    );
  });

  test("hold no tag across two entries, nor in a cut off one", () => {
    const bucket = encodeBucket([0x00000001, 0x02030405]);
    assert.ok(!bucketHolds(bucket, 0x00010203));
    assert.ok(!bucketHolds(bucket.subarray(0, 7), 0x02030405));
    assert.ok(!bucketHolds(new Uint8Array(), 0));
  });
});

function evaluationOf(keys: ReturnType<typeof deriveVoprfKeyPair>) {
  const { blindedElement } = unblindedInput(voprfInput(number));
  const { evaluatedElements, proof } = evaluateBatch(keys, [blindedElement]);
  return { evaluatedElement: evaluatedElements[0] as Uint8Array, proof };
}
