// What each version of the policy says that the one before it did not, in the languages of the screens. A version without
// an entry here has none to be told from.
import { policy } from "@assent/protocol";
import type { Catalogue } from "../language/en.ts";

const changes: Readonly<Record<number, (words: Catalogue) => string>> = {
  4: (words) => words.policyChange4,
};

/** @param agreedTo the version that the owner's yes was given to. */
export function policyChangesSince(agreedTo: number, words: Catalogue): readonly string[] {
  const versions = Array.from(
    { length: Math.max(policy.version - agreedTo, 0) },
    (_, index) => agreedTo + index + 1,
  );
  const told = versions.map((version) => changes[version]?.(words) ?? words.policyChangeOther);
  // The same version in other words has changed too, else nobody would ask.
  return told.length > 0 ? [...new Set(told)] : [words.policyChangeOther];
}
