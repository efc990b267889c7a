// What an item of the ledger was for, in the three words that people ask about.

/** `texts`: sealed envelopes. `finding`: whether and how somebody can be reached. `keys`: all that keeps the phone reachable. */
export type LedgerClass = "texts" | "finding" | "keys";

export const ledgerClasses: readonly LedgerClass[] = ["texts", "finding", "keys"];

const finding: ReadonlySet<string> = new Set([
  "evaluate",
  "get-buckets",
  "get-record",
  "take-key-packages",
]);

export function classOf(declaration: string): LedgerClass {
  if (declaration === "put") return "texts";
  return finding.has(declaration) ? "finding" : "keys";
}
