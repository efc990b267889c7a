// VOPRF, over both arithmetics: RFC 9497's vectors, the VOPRF of @noble/curves as an oracle, and inputs that must fail.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { ristretto255, ristretto255_oprf } from "@noble/curves/ed25519.js";
import fc from "fast-check";
import { bytesFromHex, hex, utf8 } from "./bytes.ts";
import { loadFastVoprf } from "./fast-voprf.ts";
import * as slow from "./voprf.ts";
import { type BatchEvaluation, type BlindedInput, type Voprf, VoprfError } from "./voprf.ts";

interface Suite {
  seed: string;
  keyInfo: string;
  skSm: string;
  pkSm: string;
  vectors: {
    Batch: number;
    Blind: string;
    BlindedElement: string;
    EvaluationElement: string;
    Input: string;
    Output: string;
    Proof: { proof: string; r: string };
  }[];
}

const suite = JSON.parse(
  readFileSync(
    new URL("../../../test/vectors/oprf-rfc9497/ristretto255-sha512-voprf.json", import.meta.url),
    "utf8",
  ),
) as Suite;

const oracle = ristretto255_oprf.voprf;
const fixed = { seed: 9497, numRuns: 20 };
const order = 2n ** 252n + 27742317777372353535851937790883648493n;

const fast = await loadFastVoprf();
const arithmetics: readonly (readonly [name: string, voprf: Voprf])[] = [
  ["over @noble/curves", slow],
  ["over libsodium", fast],
];

for (const [name, voprf] of arithmetics) {
  const { blindInput, deriveVoprfKeyPair, evaluateBatch, finalizeBatch, unblindedInput } = voprf;
  describe(name, () => {
    describe("RFC 9497, A.1.2", () => {
      test("the key pair follows from seed and key info", () => {
        const keys = deriveVoprfKeyPair(bytesFromHex(suite.seed), bytesFromHex(suite.keyInfo));
        assert.equal(hex(keys.privateKey), suite.skSm);
        assert.equal(hex(keys.publicKey), suite.pkSm);
      });

      test("all three vectors are there, one of them a batch of two", () => {
        assert.deepEqual(
          suite.vectors.map((vector) => vector.Batch),
          [1, 1, 2],
        );
      });

      for (const [index, vector] of suite.vectors.entries()) {
        test(`vector ${index + 1}: blind, evaluate with the given r, finalize`, () => {
          const blinds = list(vector.Blind);
          const inputs = list(vector.Input).map((input, at) => blindInput(input, blinds[at]));
          assert.deepEqual(
            inputs.map((input) => hex(input.blindedElement)),
            vector.BlindedElement.split(","),
          );
          const evaluation = evaluateBatch(
            { privateKey: bytesFromHex(suite.skSm), publicKey: bytesFromHex(suite.pkSm) },
            inputs.map((input) => input.blindedElement),
            bytesFromHex(vector.Proof.r),
          );
          assert.deepEqual(
            evaluation.evaluatedElements.map(hex),
            vector.EvaluationElement.split(","),
          );
          assert.equal(hex(evaluation.proof), vector.Proof.proof);
          const outputs = finalizeBatch(bytesFromHex(suite.pkSm), inputs, evaluation);
          assert.deepEqual(outputs.map(hex), vector.Output.split(","));
        });
      }
    });

    describe("against @noble/curves", () => {
      const arbitraryInput = fc.uint8Array({ maxLength: 200 });
      const arbitrarySeed = fc.uint8Array({ minLength: 32, maxLength: 32 });
      // Below 2^252, so below the order, and not zero.
      const arbitraryScalar = arbitrarySeed.map((bytes) => {
        const scalar = Uint8Array.from(bytes);
        scalar[31] = (scalar[31] as number) & 0x0f;
        scalar[0] = (scalar[0] as number) | 1;
        return scalar;
      });

      test("both derive the same key pair", () => {
        fc.assert(
          fc.property(arbitrarySeed, arbitraryInput, (seed, info) => {
            const keys = deriveVoprfKeyPair(seed, info);
            const expected = oracle.deriveKeyPair(seed, info);
            assert.equal(hex(keys.privateKey), hex(expected.secretKey));
            assert.equal(hex(keys.publicKey), hex(expected.publicKey));
          }),
          fixed,
        );
      });

      test("its client accepts our service, and both clients find the same outputs", () => {
        fc.assert(
          fc.property(
            arbitrarySeed,
            fc.array(fc.tuple(arbitraryInput, arbitraryScalar), { minLength: 1, maxLength: 3 }),
            arbitraryScalar,
            (seed, blinded, random) => {
              const keys = deriveVoprfKeyPair(seed, utf8("test"));
              const inputs = blinded.map(([input, blind]) => blindInput(input, blind));
              const evaluation = evaluateBatch(
                keys,
                inputs.map((input) => input.blindedElement),
                random,
              );
              const ours = finalizeBatch(keys.publicKey, inputs, evaluation);
              const theirs = oracle.finalizeBatch(
                inputs.map(({ input, blind, blindedElement }, at) => ({
                  input,
                  blind,
                  blinded: blindedElement,
                  evaluated: evaluation.evaluatedElements[at] as Uint8Array,
                })),
                keys.publicKey,
                evaluation.proof,
              );
              assert.deepEqual(ours.map(hex), theirs.map(hex));
            },
          ),
          fixed,
        );
      });

      test("our client accepts its service", () => {
        fc.assert(
          fc.property(arbitrarySeed, arbitraryInput, arbitraryScalar, (seed, input, blind) => {
            const keys = oracle.deriveKeyPair(seed, utf8("test"));
            const blinded = blindInput(input, blind);
            const { evaluated, proof } = oracle.blindEvaluate(
              keys.secretKey,
              keys.publicKey,
              blinded.blindedElement,
              (length = 32) => new Uint8Array(length).fill(seed[0] as number),
            );
            const [output] = finalizeBatch(keys.publicKey, [blinded], {
              evaluatedElements: [evaluated],
              proof,
            });
            const expected = oracle.finalize(
              input,
              blind,
              evaluated,
              blinded.blindedElement,
              keys.publicKey,
              proof,
            );
            assert.equal(hex(output as Uint8Array), hex(expected));
          }),
          fixed,
        );
      });
    });

    test("what one input gives does not depend on its blind, and an unblinded one gives the same", () => {
      const keys = serviceKeys();
      const input = utf8("+4915123456789");
      const [first, second, open] = [blindInput(input), blindInput(input), unblindedInput(input)];
      assert.notEqual(hex(first.blindedElement), hex(second.blindedElement));
      const outputs = [first, second, open].map((blinded) =>
        finalizeBatch(keys.publicKey, [blinded], evaluateBatch(keys, [blinded.blindedElement])),
      );
      assert.deepEqual(outputs[0], outputs[1]);
      assert.deepEqual(outputs[0], outputs[2]);
    });

    describe("the service refuses", () => {
      const keys = () => serviceKeys();

      test("an empty batch", () => {
        assert.throws(() => evaluateBatch(keys(), []), VoprfError);
      });

      test("the identity", () => {
        assert.throws(() => evaluateBatch(keys(), [new Uint8Array(32)]), VoprfError);
      });

      for (const [what, encoding] of invalidElements()) {
        test(`an element that is ${what}`, () => {
          const bytes = bytesFromHex(encoding);
          assert.throws(() => ristretto255.Point.fromBytes(bytes), "the oracle refuses it too");
          assert.throws(() => evaluateBatch(keys(), [bytes]), VoprfError);
        });
      }

      test("an element of another length", () => {
        const { blindedElement } = blindInput(utf8("a"));
        for (const element of [
          new Uint8Array(),
          blindedElement.subarray(0, 31),
          Uint8Array.of(...blindedElement, 0),
        ]) {
          assert.throws(() => evaluateBatch(keys(), [element]), VoprfError);
        }
      });

      test("a batch of which one element is bad", () => {
        const { blindedElement } = blindInput(utf8("a"));
        assert.throws(
          () => evaluateBatch(keys(), [blindedElement, new Uint8Array(32)]),
          VoprfError,
        );
      });
    });

    describe("the client refuses", () => {
      test("a proof with any bit turned (every seventh is tried)", () => {
        const { keys, inputs, evaluation } = answeredBatch();
        assert.equal(
          finalizeBatch(keys.publicKey, inputs, evaluation).length,
          2,
          "the control holds",
        );
        for (let bit = 0; bit < 512; bit += 7) {
          refused(keys.publicKey, inputs, { ...evaluation, proof: turned(evaluation.proof, bit) });
        }
      });

      test("an evaluated element with any bit turned (every fifth is tried)", () => {
        const { keys, inputs, evaluation } = answeredBatch();
        const [first, second] = evaluation.evaluatedElements as [Uint8Array, Uint8Array];
        for (let bit = 0; bit < 256; bit += 5) {
          refused(keys.publicKey, inputs, {
            ...evaluation,
            evaluatedElements: [turned(first, bit), second],
          });
        }
      });

      test("evaluated elements in another order", () => {
        const { keys, inputs, evaluation } = answeredBatch();
        const evaluatedElements = evaluation.evaluatedElements.toReversed();
        refused(keys.publicKey, inputs, { ...evaluation, evaluatedElements });
        refused(keys.publicKey, inputs.toReversed(), evaluation);
      });

      test("an evaluated element replaced by another one of the same batch", () => {
        const { keys, inputs, evaluation } = answeredBatch();
        const [first] = evaluation.evaluatedElements as [Uint8Array];
        refused(keys.publicKey, inputs, { ...evaluation, evaluatedElements: [first, first] });
      });

      test("more or fewer elements than were asked", () => {
        const { keys, inputs, evaluation } = answeredBatch();
        const [first] = evaluation.evaluatedElements as [Uint8Array];
        for (const evaluatedElements of [[], [first], [...evaluation.evaluatedElements, first]]) {
          refused(keys.publicKey, inputs, { ...evaluation, evaluatedElements });
        }
      });

      test("an answer to nothing", () => {
        const { keys, evaluation } = answeredBatch();
        refused(keys.publicKey, [], { ...evaluation, evaluatedElements: [] });
      });

      test("the identity, and what is no element", () => {
        const { keys, inputs, evaluation } = answeredBatch();
        const [first] = evaluation.evaluatedElements as [Uint8Array];
        for (const [, encoding] of [["the identity", "00".repeat(32)], ...invalidElements()]) {
          const bytes = bytesFromHex(encoding as string);
          refused(keys.publicKey, inputs, { ...evaluation, evaluatedElements: [first, bytes] });
          refused(bytes, inputs, evaluation);
        }
      });

      test("an evaluation under another key than the pinned one", () => {
        const { inputs, evaluation } = answeredBatch();
        const other = deriveVoprfKeyPair(new Uint8Array(32).fill(9), utf8("other"));
        refused(other.publicKey, inputs, evaluation);
        const elements = inputs.map((input) => input.blindedElement);
        refused(serviceKeys().publicKey, inputs, evaluateBatch(other, elements));
        refused(
          serviceKeys().publicKey,
          inputs,
          evaluateBatch({ ...other, publicKey: serviceKeys().publicKey }, elements),
        );
      });

      test("scalars that are not canonical, though they are the right ones modulo the order", () => {
        const { keys, inputs, evaluation } = answeredBatch();
        for (const offset of [0, 32]) {
          const proof = Uint8Array.from(evaluation.proof);
          proof.set(littleEndian(numberOf(proof.subarray(offset, offset + 32)) + order), offset);
          refused(keys.publicKey, inputs, { ...evaluation, proof });
        }
      });

      test("scalars that are zero, and a proof of another length", () => {
        const { keys, inputs, evaluation } = answeredBatch();
        const zeros = new Uint8Array(32);
        const [challenge, response] = [evaluation.proof.slice(0, 32), evaluation.proof.slice(32)];
        for (const proof of [
          Uint8Array.of(...zeros, ...response),
          Uint8Array.of(...challenge, ...zeros),
          new Uint8Array(64),
          new Uint8Array(64).fill(255),
          evaluation.proof.subarray(0, 63),
          Uint8Array.of(...evaluation.proof, 0),
          new Uint8Array(),
        ]) {
          refused(keys.publicKey, inputs, { ...evaluation, proof });
        }
      });

      test("an input longer than its length field", () => {
        const tooLong = blindInput(new Uint8Array(65_536));
        const evaluation = evaluateBatch(serviceKeys(), [tooLong.blindedElement]);
        refused(serviceKeys().publicKey, [tooLong], evaluation);
      });

      test("a blind of zero", () => {
        assert.throws(() => blindInput(utf8("a"), new Uint8Array(32)), VoprfError);
      });
    });

    function refused(
      publicKey: Uint8Array,
      inputs: readonly BlindedInput[],
      evaluation: BatchEvaluation,
    ): void {
      assert.throws(() => finalizeBatch(publicKey, inputs, evaluation), VoprfError);
    }

    function serviceKeys() {
      return deriveVoprfKeyPair(new Uint8Array(32).fill(1), utf8("test"));
    }

    function answeredBatch() {
      const keys = serviceKeys();
      const inputs = [utf8("+4915123456789"), utf8("+442079460991")].map((input) =>
        blindInput(input),
      );
      const elements = inputs.map((input) => input.blindedElement);
      return { keys, inputs, evaluation: evaluateBatch(keys, elements) };
    }
  });
}

/** RFC 9496, A.2. */
function invalidElements(): [string, string][] {
  return [
    ["the field's modulus", `ed${"ff".repeat(30)}7f`],
    ["above the field's modulus", `f3${"ff".repeat(30)}7f`],
    ["with its highest bit set", "ff".repeat(32)],
    ["a negative field element", `01${"00".repeat(31)}`],
    ["a negative field element, minus one less", `01${"ff".repeat(30)}7f`],
    ["minus one", `ec${"ff".repeat(30)}7f`],
    ["not a square", "26948d35ca62e643e26a83177332e6b6afeb9d08e4268b650f1f5bbd8d81d371"],
    ["a negative product", "3eb858e78f5a7254d8c9731174a94f76755fd3941c0ac93735c07ba14579630e"],
  ];
}

function list(commaSeparated: string): Uint8Array[] {
  return commaSeparated.split(",").map(bytesFromHex);
}

function turned(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[bit >> 3] = (copy[bit >> 3] as number) ^ (1 << (bit & 7));
  return copy;
}

function numberOf(bytes: Uint8Array): bigint {
  return BigInt(`0x${hex(bytes.toReversed())}`);
}

function littleEndian(value: bigint): Uint8Array {
  return bytesFromHex(value.toString(16).padStart(64, "0")).toReversed();
}
