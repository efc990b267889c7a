// What follows from a number under one of the cell's VOPRF keys. The number goes no further than here.
import {
  type Evaluation,
  EvaluationSchema,
  evaluateBatch,
  finalizeBatch,
  handleKeys,
  lookupHashOf,
  type PhoneNumber,
  unblindedInput,
  voprfInput,
} from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import type { VoprfEpochKey } from "../cell/roles.ts";

export interface EvaluatedNumber {
  readonly lookupHash: Uint8Array;
  readonly bucketBits: number;
  readonly tag: number;
  /** Of the whole, with its proof; names the epoch. */
  readonly evaluation: Evaluation;
}

export function evaluateNumber(
  number: PhoneNumber,
  { epoch, pair }: VoprfEpochKey,
): EvaluatedNumber {
  const input = unblindedInput(voprfInput(number));
  const evaluated = evaluateBatch(pair, [input.blindedElement]);
  const [handle] = finalizeBatch(pair.publicKey, [input], evaluated);
  const [evaluatedElement] = evaluated.evaluatedElements;
  if (!handle || !evaluatedElement) throw new TypeError("a batch of one evaluates to one");
  const { lookupKey, bucketBits, tag } = handleKeys(handle);
  const evaluation = { voprfEpoch: epoch, evaluatedElement, proof: evaluated.proof };
  return {
    lookupHash: lookupHashOf(lookupKey),
    bucketBits,
    tag,
    evaluation: create(EvaluationSchema, evaluation),
  };
}
