// What may stand in what those who run a cell say of themselves: no more than fits beside the policy, and nothing that shows
// as something else than was signed.
import { utf8 } from "./bytes.ts";
import type { Operator } from "./contract.ts";
import { limits } from "./limits.ts";

export type OperatorField = "name" | "imprint" | "policySupplement";

/** All they say; what they do not is empty. */
export type OperatorTexts = Readonly<Record<OperatorField, string>>;

/** Controls but line feeds, line and paragraph separators, and marks that turn text round. */
const unfit = /(?!\n)[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u;

const isOfFittingLength: Readonly<Record<OperatorField, (text: string) => boolean>> = {
  name: (text) => [...text].length <= limits.operatorNameCharacters && !text.includes("\n"),
  imprint: (text) => [...text].length <= limits.operatorImprintCharacters,
  policySupplement: (text) => utf8(text).length <= limits.policySupplementBytes,
};

export function isFitForOperator(field: OperatorField, text: string): boolean {
  return isOfFittingLength[field](text) && !unfit.test(text);
}

/** Whether a client may show it. */
export function isFitOperator({ name, imprint, policySupplement }: Operator): boolean {
  const texts = Object.entries({ name, imprint, policySupplement });
  return texts.every(([field, text]) => isFitForOperator(field as OperatorField, text));
}
