// Whether somebody's evaluation is their number's, and what follows from it. Needs the arithmetic, so clients load it when
// somebody is looked up or writes first.
import { type HandleKeys, handleKeys, type NumberEvaluation, voprfInput } from "./handle.ts";
import type { PhoneNumber } from "./number.ts";
import { type BlindedInput, finalizeBatch, unblindedInput } from "./voprf.ts";

/**
 * The keys a number's evaluation gives, checked offline against the pinned public key.
 * @throws VoprfError where the evaluation is not the number's under that key.
 */
export function keysOfEvaluatedNumber(
  publicKey: Uint8Array,
  number: PhoneNumber,
  { evaluatedElement, proof }: NumberEvaluation,
): HandleKeys {
  const input: BlindedInput = unblindedInput(voprfInput(number));
  const [handle] = finalizeBatch(publicKey, [input], {
    evaluatedElements: [evaluatedElement],
    proof,
  });
  return handleKeys(handle as Uint8Array);
}
