// What is said when a number is proved: the owner's consent, the sealed number, and the claim that the cell signs.
import { equalBytes, lengthPrefixed, uint32, utf8 } from "./bytes.ts";
import { openCertificate } from "./cell.ts";
import {
  type Claim,
  ClaimSchema,
  type ConsentStatement,
  ConsentStatementSchema,
  type Intent,
  type Signed,
} from "./contract.ts";
import type { CellId } from "./ids.ts";
import { type Invitation, invitationLength } from "./invitation.ts";
import type { PhoneNumber } from "./number.ts";
import { seal } from "./sealing.ts";
import { openStatement, type SignedBytes, signStatement } from "./signed.ts";

export function signConsent(
  rootPrivateKey: Uint8Array,
  statement: ConsentStatement,
): Promise<Signed> {
  return signStatement(rootPrivateKey, "consent", ConsentStatementSchema, statement);
}

export function openConsent(signed: SignedBytes): Promise<ConsentStatement | undefined> {
  return openStatement("consent", ConsentStatementSchema, signed, ({ rootKey }) => rootKey);
}

/** Bytes of a number that is to be sealed: E.164, then zeros, so that its length does not show. */
export const paddedNumberLength = 32;
/** And of all that is sealed with it. */
export const sealedNumberPlaintextLength = paddedNumberLength + invitationLength;

/** What a sealed number is bound to. */
export interface NumberSealing {
  readonly cellId: CellId;
  readonly intent: Intent;
  /** Encoded; empty for intents that need none. */
  readonly consent: Uint8Array;
}

/** A number for the registration room alone. @param invitation where the owner has one: whether they do, does not show. */
export function sealNumber(
  sealingKey: Uint8Array,
  number: PhoneNumber,
  bound: NumberSealing,
  invitation?: Invitation,
): Promise<Uint8Array<ArrayBuffer>> {
  const padded = new Uint8Array(sealedNumberPlaintextLength);
  padded.set(utf8(number));
  if (invitation) padded.set(invitation, paddedNumberLength);
  return seal(sealingKey, "number", padded, numberSealData(bound));
}

/** The associated data of a sealed number. */
export function numberSealData({
  cellId,
  intent,
  consent,
}: NumberSealing): Uint8Array<ArrayBuffer> {
  return lengthPrefixed(cellId, uint32(intent), consent);
}

/** @param claimsKey the private part of the certificate's. */
export function signClaim(claimsKey: Uint8Array, claim: Claim): Promise<Signed> {
  return signStatement(claimsKey, "claim", ClaimSchema, claim);
}

/** By who knows the key already. */
export function openClaim(
  claimsKey: Uint8Array,
  cellId: CellId,
  signed: SignedBytes,
): Promise<Claim | undefined> {
  return openStatement("claim", ClaimSchema, signed, () => claimsKey).then((claim) =>
    claim && equalBytes(claim.cellId, cellId) ? claim : undefined,
  );
}

/** By who knows the cell: its certificate must vouch for who signed, and not be older than one seen before. */
export async function openCertifiedClaim(
  cell: { readonly id: CellId; readonly certificateNumber: number },
  signed: { readonly claim?: SignedBytes; readonly certificate?: SignedBytes },
): Promise<Claim | undefined> {
  if (!signed.claim || !signed.certificate) return undefined;
  const certificate = await openCertificate(signed.certificate, cell.id);
  if (!certificate || certificate.number < cell.certificateNumber) return undefined;
  return openClaim(certificate.claimsKey, cell.id, signed.claim);
}
