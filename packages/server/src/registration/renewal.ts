// Renews a claim where the cell has a newer VOPRF key: shows by the former one that the number is the account's, so that
// nobody needs another SMS. Trusts what the account was registered under, and nothing the device says of itself.
import { AssentError, type CellId, Intent } from "@assent/protocol";
import type { HeldNumber } from "../accounts/accounts.ts";
import type { ClaimsRole, SealingRole, VoprfRole } from "../cell/roles.ts";
import type { Evaluator } from "../computing/computing.ts";
import type { Admission } from "../limits/admission.ts";
import type { Randomness } from "../randomness.ts";
import type { EvaluatedNumber } from "./evaluated-number.ts";
import { requireHeld } from "./held-number.ts";
import { openNumber, type SealedNumber } from "./sealed-number.ts";
import { draftClaim, type ProvedNumber, signDraft } from "./signed-claim.ts";

export interface Renewal {
  /**
   * Where the account is under the current key already, a claim for that.
   * @throws AssentError key_outdated (also where the account's own is too old), request_invalid (also where the number is
   *   not the account's), number_invalid, number_refused, signed_out, rate_limited
   */
  renew(accountId: Uint8Array, sealed: SealedNumber, network: string): Promise<ProvedNumber>;
}

export function createRenewal(parts: {
  readonly cellId: CellId;
  readonly sealing: SealingRole;
  readonly voprf: Pick<VoprfRole, "current" | "ofEpoch">;
  readonly claims: ClaimsRole;
  readonly evaluator: Pick<Evaluator, "evaluateInput">;
  /** To what is dear. */
  readonly admission: Admission;
  readonly numberOf: (accountId: Uint8Array) => Promise<HeldNumber | undefined>;
  readonly claimLifetimeMs: number;
  readonly now: () => number;
  readonly randomness: Randomness;
}): Renewal {
  const { cellId, now, randomness } = parts;

  async function evaluatedOf(
    accountId: Uint8Array,
    sealed: SealedNumber,
  ): Promise<{ readonly held: HeldNumber; readonly evaluated: EvaluatedNumber }> {
    const bound = { cellId, intent: Intent.RENEW, consent: new Uint8Array() };
    const { number } = await openNumber(parts.sealing, sealed, bound);
    const held = await parts.numberOf(accountId);
    if (!held) throw new AssentError("signed_out");
    return { held, evaluated: await requireHeld(parts, number, held) };
  }

  return {
    async renew(accountId, sealed, network) {
      const { held, evaluated } = await parts.admission.admit(network, () =>
        evaluatedOf(accountId, sealed),
      );
      const draft = draftClaim({
        cellId,
        intent: Intent.RENEW,
        number: evaluated,
        formerLookupHashes: [],
        rootKey: held.rootKey,
        policyVersion: 0,
        invitation: new Uint8Array(),
      });
      const content = { draft, evaluation: evaluated.evaluation };
      const expiresAt = now() + parts.claimLifetimeMs;
      return signDraft(parts.claims, content, randomness.bytes(16), expiresAt);
    },
  };
}
