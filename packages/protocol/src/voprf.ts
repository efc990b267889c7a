// The VOPRF as it is used where numbers come one by one, on phones: over @noble/curves, which is there for signatures
// anyway. Where they come in batches, fast-voprf.ts does the same twelve times as quickly.
import { nobleArithmetic } from "./group-arithmetic.ts";
import { voprfOver } from "./voprf-steps.ts";

export * from "./voprf-format.ts";
export type { Voprf } from "./voprf-steps.ts";

export const { deriveVoprfKeyPair, blindInput, unblindedInput, evaluateBatch, finalizeBatch } =
  voprfOver(nobleArithmetic);
