// The thread that evaluates: the VOPRF, on blinded numbers of members and on numbers that are being proved. It is given the
// VOPRF key with each task and holds no other, and keeps neither key nor number.
import { loadFastVoprf } from "@assent/protocol/fast-voprf";
import {
  type BatchEvaluation,
  type Voprf,
  VoprfError,
  type VoprfKeyPair,
} from "@assent/protocol/voprf";
import { answerTasks } from "./answering.ts";

export type EvaluatingTask =
  | {
      readonly kind: "batch";
      readonly pair: VoprfKeyPair;
      readonly blindedElements: readonly Uint8Array[];
    }
  /** One input in the clear, under each of several keys. */
  | {
      readonly kind: "input";
      readonly pairs: readonly VoprfKeyPair[];
      readonly input: Uint8Array;
    };

export type EvaluatingAnswer =
  | ({ readonly kind: "batch" } & BatchEvaluation)
  | { readonly kind: "input"; readonly evaluated: readonly EvaluatedInput[] }
  /** What was given is no element of the group. */
  | { readonly kind: "invalid" };

export interface EvaluatedInput {
  /** 64 bytes. */
  readonly handle: Uint8Array;
  readonly evaluatedElement: Uint8Array;
  readonly proof: Uint8Array;
}

function evaluateInput(voprf: Voprf, input: Uint8Array, pair: VoprfKeyPair): EvaluatedInput {
  const unblinded = voprf.unblindedInput(input);
  const evaluation = voprf.evaluateBatch(pair, [unblinded.blindedElement]);
  const [handle] = voprf.finalizeBatch(pair.publicKey, [unblinded], evaluation);
  const [evaluatedElement] = evaluation.evaluatedElements;
  if (!handle || !evaluatedElement) throw new TypeError("a batch of one evaluates to one");
  return { handle, evaluatedElement, proof: evaluation.proof };
}

const loading = loadFastVoprf();

answerTasks<EvaluatingTask, EvaluatingAnswer>(async (task) => {
  const voprf = await loading;
  if (task.kind === "input") {
    const evaluated = task.pairs.map((pair) => evaluateInput(voprf, task.input, pair));
    return { kind: "input", evaluated };
  }
  try {
    return { kind: "batch", ...voprf.evaluateBatch(task.pair, task.blindedElements) };
  } catch (error) {
    if (error instanceof VoprfError) return { kind: "invalid" };
    throw error;
  }
});
