// The claim that a number was proved: what it says, and the cell's signature over it.
import {
  type CellId,
  type Claim,
  ClaimSchema,
  type Evaluation,
  type Intent,
  type Signed,
} from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import type { ClaimsRole } from "../cell/roles.ts";
import type { EvaluatedNumber } from "./evaluated-number.ts";

/** All of a claim but its serial and its end. */
export interface ClaimDraft {
  readonly cellId: CellId;
  readonly intent: Intent;
  readonly number: EvaluatedNumber;
  readonly formerLookupHashes: readonly Uint8Array[];
  /** Whose it is; empty where the intent needs none. */
  readonly rootKey: Uint8Array;
  /** 0 where no consent was asked for. */
  readonly policyVersion: number;
  /** As the store knows it, to be spent; empty where none is. */
  readonly invitation: Uint8Array;
}

export function draftClaim(draft: ClaimDraft): Claim {
  const { cellId, intent, number, formerLookupHashes, rootKey, policyVersion, invitation } = draft;
  return create(ClaimSchema, {
    cellId,
    intent,
    lookupHash: number.lookupHash,
    formerLookupHashes: [...formerLookupHashes],
    bucketBits: number.bucketBits,
    tag: number.tag,
    rootKey,
    voprfEpoch: number.evaluation.voprfEpoch,
    policyVersion,
    invitation,
  });
}

/** Proved: by the certificate beside it, anyone can tell. */
export interface ProvedNumber {
  readonly claim: Signed;
  readonly certificate: Signed;
  readonly evaluation: Evaluation;
}

/** @param serial 16 random bytes. @param expiresAt in milliseconds since 1970 */
export async function signDraft(
  claims: ClaimsRole,
  { draft, evaluation }: { readonly draft: Claim; readonly evaluation: Evaluation },
  serial: Uint8Array,
  expiresAt: number,
): Promise<ProvedNumber> {
  const claim = create(ClaimSchema, { ...draft, serial, expiresAtMs: BigInt(expiresAt) });
  // The certificate of the turn in which the key is taken: a rotation may come before the signature.
  const signing = claims.sign(claim);
  const certificate = claims.certificate();
  return { claim: await signing, certificate, evaluation };
}
