// What an item of the ledger was for, in the three words that people ask about.

/** `texts`: sealed envelopes, and SMS for the service to send. `finding`: whether and how somebody can be reached. `keys`: all that keeps the phone reachable. */
export type LedgerClass = "texts" | "finding" | "keys";

export const ledgerClasses: readonly LedgerClass[] = ["texts", "finding", "keys"];

const texts: ReadonlySet<string> = new Set(["put", "send-sms"]);
const finding: ReadonlySet<string> = new Set([
  "evaluate",
  "get-buckets",
  "get-record",
  "take-key-packages",
]);

export function classOf(declaration: string): LedgerClass {
  if (texts.has(declaration)) return "texts";
  return finding.has(declaration) ? "finding" : "keys";
}
