// What an account's root key signs, its manifest and its changes, and what the cell states when an account ends.
import { equalBytes, lengthPrefixed, uint64 } from "./bytes.ts";
import { openCertificate } from "./cell.ts";
import {
  type AccountEnding,
  AccountEndingSchema,
  type DeletionReceipt,
  DeletionReceiptSchema,
  type Manifest,
  ManifestSchema,
  type Signed,
} from "./contract.ts";
import type { CellId } from "./ids.ts";
import { limits } from "./limits.ts";
import { sealingPublicKeyLength } from "./sealing-format.ts";
import { openStatement, type SignedBytes, signStatement } from "./signed.ts";
import { sign, verify } from "./signing.ts";
import { signingKeyLength } from "./signing-points.ts";

export function signManifest(rootPrivateKey: Uint8Array, manifest: Manifest): Promise<Signed> {
  return signStatement(rootPrivateKey, "manifest", ManifestSchema, manifest);
}

/** The manifest, where its own root key signed it and its devices are well formed. */
export async function openManifest(signed: SignedBytes): Promise<Manifest | undefined> {
  if (signed.encoded.length > limits.manifestBytes) return undefined;
  const manifest = await openStatement(
    "manifest",
    ManifestSchema,
    signed,
    ({ rootKey }) => rootKey,
  );
  const isWellFormed =
    manifest &&
    manifest.version >= 1 &&
    manifest.devices.length >= 1 &&
    areFeatures(manifest.features) &&
    manifest.devices.every(
      (device) =>
        device.signatureKey.length === signingKeyLength &&
        device.sealingKey.length === sealingPublicKeyLength &&
        device.name.length <= limits.deviceNameCharacters &&
        areFeatures(device.features),
    );
  return isWellFormed ? manifest : undefined;
}

function areFeatures(names: readonly string[]): boolean {
  return (
    names.length <= limits.features &&
    names.every((name) => name.length > 0 && name.length <= limits.featureCharacters)
  );
}

/** What of an account's creation its root key signs. */
export interface AccountFields {
  readonly claim: SignedBytes;
  readonly sealedRecord: Uint8Array;
  readonly manifest: SignedBytes;
}

export function signAccount(rootPrivateKey: Uint8Array, fields: AccountFields) {
  return sign(rootPrivateKey, "account", accountBytes(fields));
}

export function verifyAccount(rootKey: Uint8Array, fields: AccountFields, signature: Uint8Array) {
  return verify(rootKey, "account", accountBytes(fields), signature);
}

function accountBytes({ claim, sealedRecord, manifest }: AccountFields): Uint8Array {
  return lengthPrefixed(claim.encoded, sealedRecord, manifest.encoded);
}

/** What of an account's change its root key signs. */
export interface AccountUpdateFields {
  readonly accountId: Uint8Array;
  readonly sequence: bigint;
  readonly sealedRecord: Uint8Array;
  readonly manifest: SignedBytes;
  /** Where the record moves to another lookup hash. */
  readonly claim?: SignedBytes | undefined;
}

export function signAccountUpdate(
  rootPrivateKey: Uint8Array,
  cellId: CellId,
  fields: AccountUpdateFields,
) {
  return sign(rootPrivateKey, "account update", accountUpdateBytes(cellId, fields));
}

export function verifyAccountUpdate(
  rootKey: Uint8Array,
  cellId: CellId,
  fields: AccountUpdateFields,
  signature: Uint8Array,
) {
  return verify(rootKey, "account update", accountUpdateBytes(cellId, fields), signature);
}

function accountUpdateBytes(
  cellId: CellId,
  { accountId, sequence, sealedRecord, manifest, claim }: AccountUpdateFields,
): Uint8Array {
  const claimed = claim?.encoded ?? new Uint8Array();
  return lengthPrefixed(
    cellId,
    accountId,
    uint64(sequence),
    sealedRecord,
    manifest.encoded,
    claimed,
  );
}

/** @param receiptsKey the private part of the certificate's. */
export function signDeletionReceipt(
  receiptsKey: Uint8Array,
  receipt: DeletionReceipt,
): Promise<Signed> {
  return signStatement(receiptsKey, "deletion", DeletionReceiptSchema, receipt);
}

/** A receipt and the certificate that came with it prove to anyone who knows the cell id what the service stated. */
export async function openDeletionReceipt(
  cellId: CellId,
  signed: { readonly receipt?: SignedBytes; readonly certificate?: SignedBytes },
): Promise<DeletionReceipt | undefined> {
  const certificate = signed.certificate && (await openCertificate(signed.certificate, cellId));
  if (!certificate || !signed.receipt) return undefined;
  const receipt = await openStatement(
    "deletion",
    DeletionReceiptSchema,
    signed.receipt,
    () => certificate.receiptsKey,
  );
  return receipt && equalBytes(receipt.cellId, cellId) ? receipt : undefined;
}

/** @param receiptsKey the private part of the certificate's. */
export function signAccountEnding(receiptsKey: Uint8Array, ending: AccountEnding): Promise<Signed> {
  return signStatement(receiptsKey, "ending", AccountEndingSchema, ending);
}

/** How an account ended, as the cell states it. */
export async function openAccountEnding(
  cellId: CellId,
  signed: { readonly ending?: SignedBytes; readonly certificate?: SignedBytes },
): Promise<AccountEnding | undefined> {
  const certificate = signed.certificate && (await openCertificate(signed.certificate, cellId));
  if (!certificate || !signed.ending) return undefined;
  const ending = await openStatement(
    "ending",
    AccountEndingSchema,
    signed.ending,
    () => certificate.receiptsKey,
  );
  return ending && equalBytes(ending.cellId, cellId) ? ending : undefined;
}
