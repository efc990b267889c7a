// What the service answers once the owner's number is proved: checked against the pinned cell, this number and this
// account before anything is made of it.
import {
  AssentError,
  type Evaluation,
  equalBytes,
  type HandleKeys,
  type Intent,
  lookupHashOf,
  openCertifiedClaim,
  type PhoneNumber,
  type Signed,
  type VerifyCodeResponse,
} from "@assent/protocol";
import type { Identity } from "../store/records.ts";
import type { Cells } from "./cells.ts";
import { rootKeysOf } from "./self.ts";

export interface OwnClaim {
  readonly claim: Signed;
  readonly evaluation: Evaluation;
  /** Of the own number, under the epoch of the claim. */
  readonly keys: HandleKeys;
}

/** @throws AssentError service_untrusted; as `Cells.refresh` where the claim is of an epoch that was not known. */
export async function openOwnClaim(
  cells: Cells,
  identity: Identity,
  intent: Intent.REGISTER | Intent.RENEW,
  answer: Pick<VerifyCodeResponse, "claim" | "evaluation" | "certificate">,
): Promise<OwnClaim> {
  const { claim: signed, evaluation } = answer;
  const claim = await openCertifiedClaim(cells.current, answer);
  if (!signed || !claim || !evaluation || claim.voprfEpoch !== evaluation.voprfEpoch) {
    throw new AssentError("service_untrusted");
  }
  const voprfKey = await cells.voprfKeyOf(evaluation.voprfEpoch);
  if (!voprfKey) throw new AssentError("service_untrusted");
  const { keysOfEvaluatedNumber } = await import("@assent/protocol/evaluated-number");
  let keys: HandleKeys;
  try {
    const number = identity.number as PhoneNumber;
    keys = keysOfEvaluatedNumber(voprfKey.publicKey, number, evaluation);
  } catch (cause) {
    throw new AssentError("service_untrusted", { cause });
  }
  const fits =
    claim.intent === intent &&
    equalBytes(claim.rootKey, rootKeysOf(identity).publicKey) &&
    equalBytes(claim.lookupHash, lookupHashOf(keys.lookupKey)) &&
    claim.bucketBits === keys.bucketBits &&
    claim.tag === keys.tag;
  if (!fits) throw new AssentError("service_untrusted");
  return { claim: signed, evaluation, keys };
}
