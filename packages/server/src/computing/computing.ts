// What is dear to compute, as rooms ask for it: opening a sealed number, evaluating. Each kind has threads of its own, so
// that no thread ever sees the keys of another role.
import { availableParallelism } from "node:os";
import {
  AssentError,
  type BatchEvaluation,
  type SealPurpose,
  type VoprfKeyPair,
} from "@assent/protocol";
import type { EvaluatedInput, EvaluatingAnswer, EvaluatingTask } from "./evaluating-thread.ts";
import type { OpeningAnswer, OpeningTask } from "./opening-thread.ts";
import { ComputingFailed, createThreadPool } from "./thread-pool.ts";

export type { EvaluatedInput } from "./evaluating-thread.ts";

/** Opens what was sealed to the registration room; undefined where it does not open. */
export type OpenSealed = (
  privateKey: Uint8Array,
  purpose: SealPurpose,
  sealed: Uint8Array,
  associatedData: Uint8Array,
) => Promise<Uint8Array | undefined>;

/** Of one epoch; whoever asks knows which. */
interface EvaluatingKey {
  readonly pair: VoprfKeyPair;
}

export interface Evaluator {
  /** @throws AssentError request_invalid where an element is none of the group */
  evaluateBatch(
    key: EvaluatingKey,
    blindedElements: readonly Uint8Array[],
  ): Promise<BatchEvaluation>;
  /** One for each key, in their order. */
  evaluateInput(
    input: Uint8Array,
    keys: readonly EvaluatingKey[],
  ): Promise<readonly EvaluatedInput[]>;
}

export interface Computing {
  readonly openSealed: OpenSealed;
  readonly evaluator: Evaluator;
  close(): Promise<void>;
}

// Half of the cores for each kind; what else the service does has a core as well, where there are several.
const mostThreads = 4;

export function startComputing(): Computing {
  const threads = Math.min(mostThreads, Math.max(1, Math.floor(availableParallelism() / 2)));
  const opening = createThreadPool<OpeningTask, OpeningAnswer>({
    name: "opening",
    script: new URL("./opening-thread.ts", import.meta.url),
    threads,
  });
  const evaluating = createThreadPool<EvaluatingTask, EvaluatingAnswer>({
    name: "evaluating",
    script: new URL("./evaluating-thread.ts", import.meta.url),
    threads,
  });

  return {
    openSealed: (privateKey, purpose, sealed, associatedData) =>
      opening.run({ privateKey, purpose, sealed, associatedData }),

    evaluator: {
      async evaluateBatch({ pair }, blindedElements) {
        const answer = await evaluating.run({ kind: "batch", pair, blindedElements });
        if (answer.kind === "invalid") throw new AssentError("request_invalid");
        if (answer.kind !== "batch") throw new ComputingFailed("another answer");
        return { evaluatedElements: answer.evaluatedElements, proof: answer.proof };
      },

      async evaluateInput(input, keys) {
        const pairs = keys.map(({ pair }) => pair);
        const answer = await evaluating.run({ kind: "input", pairs, input });
        if (answer.kind !== "input") throw new ComputingFailed("another answer");
        return answer.evaluated;
      },
    },

    async close() {
      await Promise.all([opening.close(), evaluating.close()]);
    },
  };
}
