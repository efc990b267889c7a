// VOPRF, ristretto255-SHA512, mode 1 (RFC 9497), over libsodium's arithmetic. Numbers go through it, so that
// the service evaluates them without seeing them, and proves that it used the key everybody pinned.
import sodium from "libsodium-wrappers-sumo";
import { concat, equalBytes, utf8 } from "./bytes.ts";

/** 32 bytes each. */
export interface VoprfKeyPair {
  readonly privateKey: Uint8Array;
  readonly publicKey: Uint8Array;
}

/** One input made unreadable: keep the input and the blind, send the element. 32 bytes each. */
export interface BlindedInput {
  readonly input: Uint8Array;
  readonly blind: Uint8Array;
  readonly blindedElement: Uint8Array;
}

export interface BatchEvaluation {
  /** 32 bytes each, in the order of the blinded elements. */
  readonly evaluatedElements: Uint8Array[];
  /** 64 bytes, for the whole batch. */
  readonly proof: Uint8Array;
}

/** What came back does not fit the pinned key, or is no element of the group. */
export class VoprfError extends Error {
  override readonly name = "VoprfError";
}

export const elementLength = 32;
export const proofLength = 64;
const scalarLength = 32;

const context = concat(utf8("OPRFV1-"), Uint8Array.of(1), utf8("-ristretto255-SHA512"));
const hashToGroupTag = concat(utf8("HashToGroup-"), context);
const hashToScalarTag = concat(utf8("HashToScalar-"), context);
const deriveKeyPairTag = concat(utf8("DeriveKeyPair"), context);
const seedTag = concat(utf8("Seed-"), context);

/** Resolves when the arithmetic is loaded; every function here needs it first. */
export async function loadVoprf(): Promise<void> {
  await sodium.ready;
}

/** RFC 9497, 3.2.1. */
export function deriveVoprfKeyPair(seed: Uint8Array, info: Uint8Array): VoprfKeyPair {
  for (let counter = 0; counter < 256; counter += 1) {
    const privateKey = hashToScalar(
      concat(seed, prefixed(info), Uint8Array.of(counter)),
      deriveKeyPairTag,
    );
    if (privateKey.some((byte) => byte !== 0)) {
      return { privateKey, publicKey: sodium.crypto_scalarmult_ristretto255_base(privateKey) };
    }
  }
  throw new VoprfError("no key follows from this seed");
}

/** RFC 9497, 3.3.2, Blind. The blind is for tests with known vectors; leave it out otherwise. */
export function blindInput(
  input: Uint8Array,
  blind: Uint8Array = sodium.crypto_core_ristretto255_scalar_random(),
): BlindedInput {
  return { input, blind, blindedElement: multiply(blind, hashToGroup(input)) };
}

/**
 * RFC 9497, 3.3.2, BlindEvaluate, for a batch of at least one element.
 * @throws VoprfError where an element is not a canonical element of the group, or is the identity.
 */
export function evaluateBatch(
  keys: VoprfKeyPair,
  blindedElements: readonly Uint8Array[],
  random: Uint8Array = sodium.crypto_core_ristretto255_scalar_random(),
): BatchEvaluation {
  for (const element of blindedElements) checkElement(element);
  const evaluatedElements = blindedElements.map((element) => multiply(keys.privateKey, element));
  const composite = composites(keys.publicKey, blindedElements, evaluatedElements).blinded;
  const challenge = challengeOf(
    keys.publicKey,
    composite,
    multiply(keys.privateKey, composite),
    sodium.crypto_scalarmult_ristretto255_base(random),
    multiply(random, composite),
  );
  const response = sodium.crypto_core_ristretto255_scalar_sub(
    random,
    sodium.crypto_core_ristretto255_scalar_mul(challenge, keys.privateKey),
  );
  return { evaluatedElements, proof: concat(challenge, response) };
}

/**
 * RFC 9497, 3.3.2, Finalize: 64 bytes for each input.
 * @throws VoprfError where the proof does not hold under the public key: nothing of the answer may be used.
 */
export function finalizeBatch(
  publicKey: Uint8Array,
  inputs: readonly BlindedInput[],
  evaluation: BatchEvaluation,
): Uint8Array[] {
  const blindedElements = inputs.map((input) => input.blindedElement);
  verifyProof(publicKey, blindedElements, evaluation);
  return inputs.map(({ input, blind }, index) => {
    const inverse = sodium.crypto_core_ristretto255_scalar_invert(blind);
    const element = multiply(inverse, evaluation.evaluatedElements[index] as Uint8Array);
    return sodium.crypto_hash_sha512(concat(prefixed(input), prefixed(element), utf8("Finalize")));
  });
}

/** An input that need not be hidden: blinded by one, so that anyone who knows it can check the evaluation. */
export function unblindedInput(input: Uint8Array): BlindedInput {
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
    add(multiplyBase(response), multiply(challenge, publicKey)),
    add(multiply(response, blinded), multiply(challenge, evaluated)),
  );
  if (!equalBytes(expected, challenge)) throw new VoprfError("the proof does not hold");
}

/** RFC 9497, 2.2.1, ComputeComposites: the batch as one pair of elements. */
function composites(
  publicKey: Uint8Array,
  blindedElements: readonly Uint8Array[],
  evaluatedElements: readonly Uint8Array[],
): { blinded: Uint8Array; evaluated: Uint8Array } {
  const seed = sodium.crypto_hash_sha512(concat(prefixed(publicKey), prefixed(seedTag)));
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
    blinded = blinded ? add(blinded, weightedBlinded) : weightedBlinded;
    evaluated = evaluated ? add(evaluated, weightedEvaluated) : weightedEvaluated;
  }
  if (!blinded || !evaluated) throw new VoprfError("the batch is empty");
  return { blinded, evaluated };
}

function challengeOf(publicKey: Uint8Array, ...elements: Uint8Array[]): Uint8Array {
  return hashToScalar(concat(prefixed(publicKey), ...elements.map(prefixed), utf8("Challenge")));
}

function hashToGroup(input: Uint8Array): Uint8Array {
  return sodium.crypto_core_ristretto255_from_hash(expandMessage(input, hashToGroupTag));
}

function hashToScalar(input: Uint8Array, tag: Uint8Array = hashToScalarTag): Uint8Array {
  return sodium.crypto_core_ristretto255_scalar_reduce(expandMessage(input, tag));
}

/** expand_message_xmd with SHA-512 to 64 bytes, one block (RFC 9380, 5.3.1). */
function expandMessage(message: Uint8Array, tag: Uint8Array): Uint8Array {
  const tagPrime = concat(tag, Uint8Array.of(tag.length));
  const blockOfZeros = new Uint8Array(128);
  const first = sodium.crypto_hash_sha512(
    concat(blockOfZeros, message, uint16(64), Uint8Array.of(0), tagPrime),
  );
  return sodium.crypto_hash_sha512(concat(first, Uint8Array.of(1), tagPrime));
}

function checkElement(element: Uint8Array): void {
  if (
    element.length !== elementLength ||
    !sodium.crypto_core_ristretto255_is_valid_point(element)
  ) {
    throw new VoprfError("not an element of the group");
  }
  // The identity encodes as zeros. It is in the group, and refused by RFC 9497, 2.1, DeserializeElement.
  if (element.every((byte) => byte === 0)) throw new VoprfError("the identity element");
}

function checkScalar(scalar: Uint8Array): void {
  const padded = new Uint8Array(64);
  padded.set(scalar);
  if (!equalBytes(sodium.crypto_core_ristretto255_scalar_reduce(padded), scalar)) {
    throw new VoprfError("not a canonical scalar");
  }
}

/** Scalar times element. libsodium throws where the result is the identity. */
function multiply(scalar: Uint8Array, element: Uint8Array): Uint8Array {
  try {
    return sodium.crypto_scalarmult_ristretto255(scalar, element);
  } catch (cause) {
    throw new VoprfError("the identity element", { cause });
  }
}

/** Scalar times the generator. A scalar of zero comes from no honest service; libsodium throws on it. */
function multiplyBase(scalar: Uint8Array): Uint8Array {
  try {
    return sodium.crypto_scalarmult_ristretto255_base(scalar);
  } catch (cause) {
    throw new VoprfError("the identity element", { cause });
  }
}

function add(a: Uint8Array, b: Uint8Array): Uint8Array {
  return sodium.crypto_core_ristretto255_add(a, b);
}

function prefixed(bytes: Uint8Array): Uint8Array {
  if (bytes.length > 65_535) throw new VoprfError("longer than its length field");
  return concat(uint16(bytes.length), bytes);
}

function uint16(value: number): Uint8Array {
  return Uint8Array.of(value >> 8, value & 255);
}
