// What follows from a number under the cell's VOPRF keys. The number goes no further than here and the thread that
// evaluates it.
import {
  type Evaluation,
  EvaluationSchema,
  handleKeys,
  lookupHashOf,
  type PhoneNumber,
  voprfInput,
} from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import type { VoprfEpochKey } from "../cell/roles.ts";
import type { EvaluatedInput, Evaluator } from "../computing/computing.ts";

export interface EvaluatedNumber {
  readonly lookupHash: Uint8Array;
  readonly bucketBits: number;
  readonly tag: number;
  /** Of the whole, with its proof; names the epoch. */
  readonly evaluation: Evaluation;
}

/** One for each key, in their order. */
export async function evaluateNumber(
  evaluator: Pick<Evaluator, "evaluateInput">,
  number: PhoneNumber,
  keys: readonly VoprfEpochKey[],
): Promise<EvaluatedNumber[]> {
  const evaluated = await evaluator.evaluateInput(voprfInput(number), keys);
  return evaluated.map((input, index) => withKeys(input, keys[index]?.epoch ?? 0));
}

function withKeys(
  { handle, evaluatedElement, proof }: EvaluatedInput,
  voprfEpoch: number,
): EvaluatedNumber {
  const { lookupKey, bucketBits, tag } = handleKeys(handle);
  const evaluation = create(EvaluationSchema, { voprfEpoch, evaluatedElement, proof });
  return { lookupHash: lookupHashOf(lookupKey), bucketBits, tag, evaluation };
}
