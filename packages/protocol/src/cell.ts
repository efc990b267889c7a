// What a cell says of itself: its root key vouches for the keys that sign from day to day, and those for its parameters.

import { equalBytes } from "./bytes.ts";
import {
  type Certificate,
  CertificateSchema,
  type Parameters,
  ParametersSchema,
  type Signed,
} from "./contract.ts";
import { type CellId, cellIdOf } from "./ids.ts";
import { openStatement, type SignedBytes, signStatement } from "./signed.ts";
import type { SigningKeyPair } from "./signing.ts";
import { signingKeyLength } from "./signing-points.ts";

/** The version of the contract that is spoken here, and the lowest that is still understood. */
export const contractVersion = 1;
export const lowestContract = 1;

export function signCertificate(root: SigningKeyPair, certificate: Certificate): Promise<Signed> {
  return signStatement(root.privateKey, "certificate", CertificateSchema, certificate);
}

/**
 * The certificate, where the root key in it signed it and is the cell's.
 * @param cellId the pinned one; leave out on first sight.
 */
export async function openCertificate(
  signed: SignedBytes,
  cellId?: CellId,
): Promise<Certificate | undefined> {
  const certificate = await openStatement(
    "certificate",
    CertificateSchema,
    signed,
    ({ rootKey }) => rootKey,
  );
  const isWhole =
    certificate &&
    certificate.number >= 1 &&
    [certificate.parametersKey, certificate.claimsKey, certificate.receiptsKey].every(
      (key) => key.length === signingKeyLength,
    );
  if (!isWhole) return undefined;
  return cellId && !equalBytes(cellIdOf(certificate.rootKey), cellId) ? undefined : certificate;
}

/** @param parametersKey the private part of the certificate's. */
export function signParameters(parametersKey: Uint8Array, parameters: Parameters): Promise<Signed> {
  return signStatement(parametersKey, "parameters", ParametersSchema, parameters);
}

/** What a client keeps of a cell, and must not be shown an older one of. */
export interface KnownCell {
  readonly id: CellId;
  readonly certificateNumber: number;
  readonly sequence: bigint;
}

export interface OpenedCell {
  readonly id: CellId;
  readonly certificate: Certificate;
  readonly parameters: Parameters;
}

/**
 * A cell's parameters, where its certificate vouches for who signed them, they name that certificate, and neither is
 * older than what is known. Undefined otherwise.
 * @param known what was pinned; leave out on first sight.
 */
export async function openCell(
  signed: { readonly parameters: SignedBytes; readonly certificate: SignedBytes },
  known?: KnownCell,
): Promise<OpenedCell | undefined> {
  const certificate = await openCertificate(signed.certificate, known?.id);
  if (!certificate) return undefined;
  const parameters = await openStatement(
    "parameters",
    ParametersSchema,
    signed.parameters,
    () => certificate.parametersKey,
  );
  const id = cellIdOf(certificate.rootKey);
  const fits =
    parameters &&
    equalBytes(parameters.cellId, id) &&
    parameters.certificateNumber === certificate.number &&
    !(known && isOlder(parameters, known));
  return fits ? { id, certificate, parameters } : undefined;
}

function isOlder(
  { certificateNumber, sequence }: Parameters,
  known: Omit<KnownCell, "id">,
): boolean {
  return (
    certificateNumber < known.certificateNumber ||
    (certificateNumber === known.certificateNumber && sequence < known.sequence)
  );
}

/** The key to use: of the highest epoch. Undefined where there is none. */
export function currentKey<Key extends { readonly epoch: number }>(
  keys: readonly Key[],
): Key | undefined {
  return keys.reduce<Key | undefined>(
    (newest, key) => (newest && newest.epoch >= key.epoch ? newest : key),
    undefined,
  );
}

export function keyOfEpoch<Key extends { readonly epoch: number }>(
  keys: readonly Key[],
  epoch: number,
): Key | undefined {
  return keys.find((key) => key.epoch === epoch);
}
