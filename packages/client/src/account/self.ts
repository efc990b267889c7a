// Who this device is: the account, its keys and its cell, read from the profile once and used everywhere.
import {
  AssentError,
  accountIdOf,
  deviceIdOf,
  type Evaluation,
  EvaluationSchema,
  type PhoneNumber,
  type Signed,
  SignedSchema,
  type SigningKeyPair,
  signingKeyLength,
  signingKeyPair,
} from "@assent/protocol";
import type { OwnDevice } from "../encryption/encryption.ts";
import { decodeStored, type Identity } from "../store/records.ts";
import type { Cell } from "./cells.ts";

export interface Self {
  readonly number: PhoneNumber;
  readonly device: OwnDevice;
  readonly sealingPrivateKey: Uint8Array;
  readonly manifest: Signed;
  readonly evaluation: Evaluation;
  readonly cell: Cell;
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
export function selfOf(identity: Identity | undefined, cell: Cell | undefined): Self {
  if (!cell || !identity || identity.manifestEncoded.length === 0) {
    throw new AssentError("consent_required");
  }
  return {
    number: identity.number as PhoneNumber,
    device: ownDeviceOf(identity),
    sealingPrivateKey: identity.sealingPrivateKey,
    manifest: decodeStored(SignedSchema, identity.manifestEncoded),
    evaluation: decodeStored(EvaluationSchema, identity.evaluationEncoded),
    cell,
  };
}
