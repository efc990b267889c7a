// Whether a consent statement is a yes to this cell, to the policy as it reads today, given lately.
import {
  AssentError,
  type CellId,
  type ConsentStatement,
  equalBytes,
  openConsent,
  policy,
  policyHash,
  type SignedBytes,
} from "@assent/protocol";

/** @throws AssentError consent_invalid, policy_changed */
export async function checkConsent(
  signed: SignedBytes,
  expected: { readonly cellId: CellId; readonly nowMs: number; readonly withinMs: number },
): Promise<ConsentStatement> {
  const statement = await openConsent(signed);
  if (!statement || !equalBytes(statement.cellId, expected.cellId)) {
    throw new AssentError("consent_invalid");
  }
  if (
    statement.policyVersion !== policy.version ||
    !equalBytes(statement.policyHash, policyHash(policy))
  ) {
    throw new AssentError("policy_changed");
  }
  const awayMs = Math.abs(Number(statement.givenAtMs) - expected.nowMs);
  const isComplete = statement.purposes.includes("service") && statement.nonce.length === 16;
  if (!isComplete || awayMs > expected.withinMs) throw new AssentError("consent_invalid");
  return statement;
}
