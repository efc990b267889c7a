// Who this device is: the account, its keys and its cell, read from the profile once and used everywhere.
import {
  AssentError,
  accountIdOf,
  type CellId,
  cellIdOf,
  type DeviceId,
  deviceIdOf,
  type Evaluation,
  EvaluationSchema,
  type Parameters,
  ParametersSchema,
  type PhoneNumber,
  type SealingKey,
  type SignedManifest,
  SignedManifestSchema,
  type SigningKeyPair,
  signingKeyLength,
  signingKeyPair,
  signRequest,
  type VoprfKey,
} from "@assent/protocol";
import type { InboxOwner } from "../egress/inbox.ts";
import type { OwnDevice } from "../encryption/encryption.ts";
import { decodeStored, type Identity, type ProfileState } from "../store/records.ts";

export interface Cell {
  readonly url: string;
  readonly id: CellId;
  /** Ed25519: signs parameters, claims and receipts. Pinned when the owner said yes. */
  readonly identityKey: Uint8Array;
  readonly registrationKey: SealingKey;
  readonly voprfKey: VoprfKey;
}

export interface Self {
  readonly number: PhoneNumber;
  readonly device: OwnDevice;
  readonly sealingPrivateKey: Uint8Array;
  readonly manifest: SignedManifest;
  readonly evaluation: Evaluation;
  readonly cell: Cell;
}

/** The cell that was pinned; undefined before its parameters came. */
export function cellOf(state: ProfileState): Cell | undefined {
  if (!state.cell || state.cell.parametersEncoded.length === 0) return undefined;
  const parameters: Parameters = decodeStored(ParametersSchema, state.cell.parametersEncoded);
  if (!parameters.registrationKey || !parameters.voprfKey) return undefined;
  return {
    url: state.cell.url,
    id: cellIdOf(parameters.identityKey),
    identityKey: parameters.identityKey,
    registrationKey: parameters.registrationKey,
    voprfKey: parameters.voprfKey,
  };
}

export function rootKeysOf(identity: Identity): SigningKeyPair {
  return storedKeyPair(identity.rootPrivateKey);
}

function storedKeyPair(privateKey: Uint8Array): SigningKeyPair {
  if (privateKey.length !== signingKeyLength) throw new AssentError("profile_unreadable");
  return signingKeyPair(privateKey);
}

export function ownDeviceOf(identity: Identity): OwnDevice {
  const device = storedKeyPair(identity.devicePrivateKey);
  return {
    accountId: accountIdOf(rootKeysOf(identity).publicKey),
    deviceId: deviceIdOf(device.publicKey),
    signatureKey: device.publicKey,
    signaturePrivateKey: device.privateKey,
  };
}

/** @throws AssentError consent_required where no account was made yet. */
export function selfOf(state: ProfileState | undefined): Self {
  const cell = state && cellOf(state);
  const identity = state?.identity;
  if (!cell || !identity || identity.manifestEncoded.length === 0) {
    throw new AssentError("consent_required");
  }
  return {
    number: identity.number as PhoneNumber,
    device: ownDeviceOf(identity),
    sealingPrivateKey: identity.sealingPrivateKey,
    manifest: decodeStored(SignedManifestSchema, identity.manifestEncoded),
    evaluation: decodeStored(EvaluationSchema, identity.evaluationEncoded),
    cell,
  };
}

export function inboxOwnerOf(self: Self): InboxOwner {
  return {
    deviceId: self.device.deviceId,
    devicePrivateKey: self.device.signaturePrivateKey,
    cellId: self.cell.id,
  };
}

/** A unary request in the device's name. */
export function signedBy(
  device: OwnDevice,
  cell: Pick<Cell, "id">,
  procedure: string,
  body: Uint8Array,
  nowMs: number,
) {
  const signer: { id: DeviceId; privateKey: Uint8Array } = {
    id: device.deviceId,
    privateKey: device.signaturePrivateKey,
  };
  return signRequest(signer, { cellId: cell.id, procedure }, body, nowMs);
}
