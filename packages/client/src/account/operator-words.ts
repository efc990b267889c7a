// What those who run the service say of it. The service signed it, and nobody checked whether it is so.
import type { Operator } from "@assent/protocol";

/** In their own words: to be shown as a claim. At least one is there. */
export interface OperatorWords {
  /** What the service is called, in one line. */
  readonly name?: string;
  /** Who runs it, and how they are reached. */
  readonly imprint?: string;
  /** What holds there beside the policy. No yes was given to it. */
  readonly policySupplement?: string;
}

/** Undefined where nothing is said. */
export function operatorWordsOf(operator: Operator | undefined): OperatorWords | undefined {
  if (!operator) return undefined;
  const { name, imprint, policySupplement } = operator;
  if (!name && !imprint && !policySupplement) return undefined;
  return {
    ...(name ? { name } : {}),
    ...(imprint ? { imprint } : {}),
    ...(policySupplement ? { policySupplement } : {}),
  };
}
