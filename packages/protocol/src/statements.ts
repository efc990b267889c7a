// Everything that is signed: parameters, consent, claim, manifest, account, request, inbox, deletion. Each is
// made and checked here alone, so that signer and verifier cannot disagree about the bytes.

import type { Message } from "@bufbuild/protobuf";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import type { GenMessage } from "@bufbuild/protobuf/codegenv2";
import { concat, lengthPrefixed, randomBytes, uint64, utf8 } from "./bytes.ts";
import {
  type AuthenticatedRequest,
  AuthenticatedRequestSchema,
  type Claim,
  ClaimSchema,
  type ConsentStatement,
  ConsentStatementSchema,
  type DeletionReceipt,
  DeletionReceiptSchema,
  type Manifest,
  ManifestSchema,
  type Parameters,
  ParametersSchema,
  type SignedManifest,
  SignedManifestSchema,
} from "./contract.ts";
import type { Label } from "./hashing.ts";
import { type CellId, cellIdOf, type DeviceId } from "./ids.ts";
import { limits } from "./limits.ts";
import { sealingPublicKeyLength } from "./sealing.ts";
import { type SigningKeyPair, sign, signingKeyLength, verify } from "./signing.ts";

/** Encoded bytes and the signature over them. */
export interface Signed {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly signature: Uint8Array<ArrayBuffer>;
}

async function signMessage<T extends Message>(
  privateKey: Uint8Array,
  label: Label,
  schema: GenMessage<T>,
  message: T,
): Promise<Signed> {
  const bytes = toBinary(schema, message);
  return { bytes, signature: await sign(privateKey, label, bytes) };
}

/** The message, where it can be read and the key that `keyOf` finds signed it; otherwise undefined. */
async function openSigned<T extends Message>(
  label: Label,
  schema: GenMessage<T>,
  { bytes, signature }: { readonly bytes: Uint8Array; readonly signature: Uint8Array },
  keyOf: (message: T) => Uint8Array,
): Promise<T | undefined> {
  let message: T;
  try {
    message = fromBinary(schema, bytes);
  } catch {
    return undefined;
  }
  return (await verify(keyOf(message), label, bytes, signature)) ? message : undefined;
}

export function signParameters(identity: SigningKeyPair, parameters: Parameters): Promise<Signed> {
  return signMessage(identity.privateKey, "parameters", ParametersSchema, parameters);
}

/** @param pinned the identity key that was seen first; leave out on first sight. */
export function openParameters(
  signed: { readonly bytes: Uint8Array; readonly signature: Uint8Array },
  pinned?: Uint8Array,
): Promise<Parameters | undefined> {
  return openSigned(
    "parameters",
    ParametersSchema,
    signed,
    (message) => pinned ?? message.identityKey,
  );
}

export function signConsent(
  rootPrivateKey: Uint8Array,
  statement: ConsentStatement,
): Promise<Signed> {
  return signMessage(rootPrivateKey, "consent", ConsentStatementSchema, statement);
}

export function openConsent(signed: {
  readonly bytes: Uint8Array;
  readonly signature: Uint8Array;
}): Promise<ConsentStatement | undefined> {
  return openSigned("consent", ConsentStatementSchema, signed, (message) => message.rootKey);
}

export function signClaim(identity: SigningKeyPair, claim: Claim): Promise<Signed> {
  return signMessage(identity.privateKey, "claim", ClaimSchema, claim);
}

export function openClaim(
  identityKey: Uint8Array,
  signed: { readonly bytes: Uint8Array; readonly signature: Uint8Array },
): Promise<Claim | undefined> {
  return openSigned("claim", ClaimSchema, signed, () => identityKey);
}

export function signDeletionReceipt(
  identity: SigningKeyPair,
  receipt: DeletionReceipt,
): Promise<Signed> {
  return signMessage(identity.privateKey, "deletion", DeletionReceiptSchema, receipt);
}

export function openDeletionReceipt(
  identityKey: Uint8Array,
  signed: { readonly bytes: Uint8Array; readonly signature: Uint8Array },
): Promise<DeletionReceipt | undefined> {
  return openSigned("deletion", DeletionReceiptSchema, signed, () => identityKey);
}

export async function signManifest(
  rootPrivateKey: Uint8Array,
  manifest: Manifest,
): Promise<SignedManifest> {
  const { bytes, signature } = await signMessage(
    rootPrivateKey,
    "manifest",
    ManifestSchema,
    manifest,
  );
  return create(SignedManifestSchema, { manifest: bytes, signature });
}

/** The manifest, where its own root key signed it and its devices are well formed. */
export async function openManifest(signed: SignedManifest): Promise<Manifest | undefined> {
  if (signed.manifest.length > limits.manifestBytes) return undefined;
  const manifest = await openSigned(
    "manifest",
    ManifestSchema,
    { bytes: signed.manifest, signature: signed.signature },
    (message) => message.rootKey,
  );
  const wellFormed =
    manifest &&
    manifest.version >= 1 &&
    manifest.devices.length >= 1 &&
    manifest.devices.every(
      (device) =>
        device.signatureKey.length === signingKeyLength &&
        device.sealingKey.length === sealingPublicKeyLength &&
        device.name.length <= limits.deviceNameCharacters,
    );
  return wellFormed ? manifest : undefined;
}

/** What of an account's creation its root key signs. */
export interface AccountFields {
  readonly claim: Uint8Array;
  readonly sealedRecord: Uint8Array;
  readonly manifest?: SignedManifest | undefined;
}

export function signAccount(rootPrivateKey: Uint8Array, fields: AccountFields) {
  return sign(rootPrivateKey, "account", accountBytes(fields));
}

export function verifyAccount(rootKey: Uint8Array, fields: AccountFields, signature: Uint8Array) {
  return verify(rootKey, "account", accountBytes(fields), signature);
}

function accountBytes({ claim, sealedRecord, manifest }: AccountFields): Uint8Array {
  return lengthPrefixed(claim, sealedRecord, manifest?.manifest ?? new Uint8Array());
}

/** Signs a unary request as a device. */
export async function signRequest(
  device: { readonly id: DeviceId; readonly privateKey: Uint8Array },
  target: { readonly cellId: CellId; readonly procedure: string },
  body: Uint8Array,
  nowMs: number,
): Promise<AuthenticatedRequest> {
  const request = create(AuthenticatedRequestSchema, {
    deviceId: device.id,
    timeMs: BigInt(nowMs),
    nonce: randomBytes(16),
    body,
  });
  request.signature = await sign(device.privateKey, "request", requestBytes(target, request));
  return request;
}

/** Whether the device's key signed this request for this cell and procedure. Time and nonce are the caller's. */
export function verifyRequest(
  signatureKey: Uint8Array,
  target: { readonly cellId: CellId; readonly procedure: string },
  request: AuthenticatedRequest,
): Promise<boolean> {
  return verify(signatureKey, "request", requestBytes(target, request), request.signature);
}

function requestBytes(
  { cellId, procedure }: { readonly cellId: CellId; readonly procedure: string },
  { deviceId, timeMs, nonce, body }: AuthenticatedRequest,
): Uint8Array {
  return lengthPrefixed(utf8(procedure), cellId, deviceId, uint64(timeMs), nonce, body);
}

/** Answers the inbox's challenge. */
export function signInboxChallenge(
  devicePrivateKey: Uint8Array,
  cellId: CellId,
  nonce: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
  return sign(devicePrivateKey, "inbox", concat(cellId, nonce));
}

export function verifyInboxChallenge(
  signatureKey: Uint8Array,
  cellId: CellId,
  nonce: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  return verify(signatureKey, "inbox", concat(cellId, nonce), signature);
}

export function cellIdOfParameters(parameters: Parameters): CellId {
  return cellIdOf(parameters.identityKey);
}
