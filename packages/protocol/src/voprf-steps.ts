// VOPRF, ristretto255-SHA512, mode 1 (RFC 9497): the order of its steps, over an arithmetic that is handed in. Numbers go
// through it, so that the service evaluates them without seeing them, and proves that it used the key everybody pinned.
import { concat, equalBytes, utf8 } from "./bytes.ts";
import type { GroupArithmetic } from "./group-arithmetic.ts";
import {
  type BatchEvaluation,
  type BlindedInput,
  elementLength,
  proofLength,
  VoprfError,
  type VoprfKeyPair,
} from "./voprf-format.ts";

/** The steps over one arithmetic: whatever it is, the same bytes come out. */
export interface Voprf {
  /** RFC 9497, 3.2.1. */
  deriveVoprfKeyPair(seed: Uint8Array, info: Uint8Array): VoprfKeyPair;
  /** RFC 9497, 3.3.2, Blind. The blind is for tests with known vectors; leave it out otherwise. */
  blindInput(input: Uint8Array, blind?: Uint8Array): BlindedInput;
  /** An input that need not be hidden: blinded by one, so that anyone who knows it can check the evaluation. */
  unblindedInput(input: Uint8Array): BlindedInput;
  /**
   * RFC 9497, 3.3.2, BlindEvaluate, for a batch of at least one element.
   * @throws VoprfError where an element is not a canonical element of the group, or is the identity.
   */
  evaluateBatch(
    keys: VoprfKeyPair,
    blindedElements: readonly Uint8Array[],
    random?: Uint8Array,
  ): BatchEvaluation;
  /**
   * RFC 9497, 3.3.2, Finalize: 64 bytes for each input.
   * @throws VoprfError where the proof does not hold under the public key: nothing of the answer may be used.
   */
  finalizeBatch(
    publicKey: Uint8Array,
    inputs: readonly BlindedInput[],
    evaluation: BatchEvaluation,
  ): Uint8Array[];
}

const scalarLength = 32;

const context = concat(utf8("OPRFV1-"), Uint8Array.of(1), utf8("-ristretto255-SHA512"));
const hashToGroupTag = concat(utf8("HashToGroup-"), context);
const hashToScalarTag = concat(utf8("HashToScalar-"), context);
const deriveKeyPairTag = concat(utf8("DeriveKeyPair"), context);
const seedTag = concat(utf8("Seed-"), context);

export function voprfOver(group: GroupArithmetic): Voprf {
  function deriveVoprfKeyPair(seed: Uint8Array, info: Uint8Array): VoprfKeyPair {
    for (let counter = 0; counter < 256; counter += 1) {
      const privateKey = hashToScalar(
        concat(seed, prefixed(info), Uint8Array.of(counter)),
        deriveKeyPairTag,
      );
      if (privateKey.some((byte) => byte !== 0)) {
        return { privateKey, publicKey: multiplyBase(privateKey) };
      }
    }
    throw new VoprfError("no key follows from this seed");
  }

  function blindInput(input: Uint8Array, blind: Uint8Array = group.randomScalar()): BlindedInput {
    return { input, blind, blindedElement: multiply(blind, hashToGroup(input)) };
  }

  function evaluateBatch(
    keys: VoprfKeyPair,
    blindedElements: readonly Uint8Array[],
    random: Uint8Array = group.randomScalar(),
  ): BatchEvaluation {
    for (const element of blindedElements) checkElement(element);
    const evaluatedElements = blindedElements.map((element) => multiply(keys.privateKey, element));
    const composite = composites(keys.publicKey, blindedElements, evaluatedElements).blinded;
    const challenge = challengeOf(
      keys.publicKey,
      composite,
      multiply(keys.privateKey, composite),
      multiplyBase(random),
      multiply(random, composite),
    );
    const response = group.subtractScalars(
      random,
      group.multiplyScalars(challenge, keys.privateKey),
    );
    return { evaluatedElements, proof: concat(challenge, response) };
  }

  function finalizeBatch(
    publicKey: Uint8Array,
    inputs: readonly BlindedInput[],
    evaluation: BatchEvaluation,
  ): Uint8Array[] {
    const blindedElements = inputs.map((input) => input.blindedElement);
    verifyProof(publicKey, blindedElements, evaluation);
    return inputs.map(({ input, blind }, index) => {
      const inverse = group.invertScalar(blind);
      const element = multiply(inverse, evaluation.evaluatedElements[index] as Uint8Array);
      return group.sha512(concat(prefixed(input), prefixed(element), utf8("Finalize")));
    });
  }

  function unblindedInput(input: Uint8Array): BlindedInput {
    const one = new Uint8Array(scalarLength);
    one[0] = 1;
    return { input, blind: one, blindedElement: hashToGroup(input) };
  }

  /** RFC 9497, 2.2.2, VerifyProof. */
  function verifyProof(
    publicKey: Uint8Array,
    blindedElements: readonly Uint8Array[],
    { evaluatedElements, proof }: BatchEvaluation,
  ): void {
    if (proof.length !== proofLength || evaluatedElements.length !== blindedElements.length) {
      throw new VoprfError("the evaluation does not fit the request");
    }
    for (const element of evaluatedElements) checkElement(element);
    checkElement(publicKey);
    const challenge = proof.subarray(0, scalarLength);
    const response = proof.subarray(scalarLength);
    checkScalar(challenge);
    checkScalar(response);
    const { blinded, evaluated } = composites(publicKey, blindedElements, evaluatedElements);
    const expected = challengeOf(
      publicKey,
      blinded,
      evaluated,
      group.add(multiplyBase(response), multiply(challenge, publicKey)),
      group.add(multiply(response, blinded), multiply(challenge, evaluated)),
    );
    if (!equalBytes(expected, challenge)) throw new VoprfError("the proof does not hold");
  }

  /** RFC 9497, 2.2.1, ComputeComposites: the batch as one pair of elements. */
  function composites(
    publicKey: Uint8Array,
    blindedElements: readonly Uint8Array[],
    evaluatedElements: readonly Uint8Array[],
  ): { blinded: Uint8Array; evaluated: Uint8Array } {
    const seed = group.sha512(concat(prefixed(publicKey), prefixed(seedTag)));
    let blinded: Uint8Array | undefined;
    let evaluated: Uint8Array | undefined;
    for (const [index, blindedElement] of blindedElements.entries()) {
      const evaluatedElement = evaluatedElements[index] as Uint8Array;
      const weight = hashToScalar(
        concat(
          prefixed(seed),
          uint16(index),
          prefixed(blindedElement),
          prefixed(evaluatedElement),
          utf8("Composite"),
        ),
      );
      const weightedBlinded = multiply(weight, blindedElement);
      const weightedEvaluated = multiply(weight, evaluatedElement);
      blinded = blinded ? group.add(blinded, weightedBlinded) : weightedBlinded;
      evaluated = evaluated ? group.add(evaluated, weightedEvaluated) : weightedEvaluated;
    }
    if (!blinded || !evaluated) throw new VoprfError("the batch is empty");
    return { blinded, evaluated };
  }

  function challengeOf(publicKey: Uint8Array, ...elements: Uint8Array[]): Uint8Array {
    return hashToScalar(concat(prefixed(publicKey), ...elements.map(prefixed), utf8("Challenge")));
  }

  function hashToGroup(input: Uint8Array): Uint8Array {
    return group.elementFromHash(expandMessage(input, hashToGroupTag));
  }

  function hashToScalar(input: Uint8Array, tag: Uint8Array = hashToScalarTag): Uint8Array {
    return group.reduceScalar(expandMessage(input, tag));
  }

  /** expand_message_xmd with SHA-512 to 64 bytes, one block (RFC 9380, 5.3.1). */
  function expandMessage(message: Uint8Array, tag: Uint8Array): Uint8Array {
    const tagPrime = concat(tag, Uint8Array.of(tag.length));
    const blockOfZeros = new Uint8Array(128);
    const first = group.sha512(
      concat(blockOfZeros, message, uint16(64), Uint8Array.of(0), tagPrime),
    );
    return group.sha512(concat(first, Uint8Array.of(1), tagPrime));
  }

  function checkElement(element: Uint8Array): void {
    if (element.length !== elementLength || !group.isElement(element)) {
      throw new VoprfError("not an element of the group");
    }
    // The identity encodes as zeros. It is in the group, and refused by RFC 9497, 2.1, DeserializeElement.
    if (element.every((byte) => byte === 0)) throw new VoprfError("the identity element");
  }

  function checkScalar(scalar: Uint8Array): void {
    const padded = new Uint8Array(64);
    padded.set(scalar);
    if (!equalBytes(group.reduceScalar(padded), scalar)) {
      throw new VoprfError("not a canonical scalar");
    }
  }

  /** Scalar times element; the identity is refused wherever it would come out. */
  function multiply(scalar: Uint8Array, element: Uint8Array): Uint8Array {
    const product = group.multiply(scalar, element);
    if (!product) throw new VoprfError("the identity element");
    return product;
  }

  /** Scalar times the generator. A scalar of zero comes from no honest service. */
  function multiplyBase(scalar: Uint8Array): Uint8Array {
    const product = group.multiplyBase(scalar);
    if (!product) throw new VoprfError("the identity element");
    return product;
  }

  return { deriveVoprfKeyPair, blindInput, unblindedInput, evaluateBatch, finalizeBatch };
}

function prefixed(bytes: Uint8Array): Uint8Array {
  if (bytes.length > 65_535) throw new VoprfError("longer than its length field");
  return concat(uint16(bytes.length), bytes);
}

function uint16(value: number): Uint8Array {
  return Uint8Array.of(value >> 8, value & 255);
}
