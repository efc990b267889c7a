// Who this device is: the account, its keys and its cell, read from the profile once and used everywhere.
import {
  AssentError,
  accountIdOf,
  deviceIdOf,
  type Evaluation,
  EvaluationSchema,
  equalBytes,
  ManifestSchema,
  type PhoneNumber,
  type Signed,
  SignedSchema,
  type SigningKeyPair,
  signingKeyLength,
  signingKeyPair,
} from "@assent/protocol";
import type { OwnDevice, TrustedDevice } from "../encryption/encryption.ts";
import { decodeStored, type Identity, Phase } from "../store/records.ts";
import type { Cell, Cells } from "./cells.ts";
import { devicesOf } from "./named-devices.ts";
import type { ProfileStateKeeper } from "./profile-state.ts";

export interface Self {
  readonly number: PhoneNumber;
  readonly device: OwnDevice;
  /** That the account's manifest names besides. */
  readonly otherDevices: readonly TrustedDevice[];
  readonly sealingPrivateKey: Uint8Array;
  readonly manifest: Signed;
  readonly manifestVersion: number;
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
  const device = ownDeviceOf(identity);
  const manifest = decodeStored(SignedSchema, identity.manifestEncoded);
  const named = decodeStored(ManifestSchema, manifest.encoded);
  const otherDevices = devicesOf(named).filter(
    ({ deviceId }) => !equalBytes(deviceId, device.deviceId),
  );
  return {
    number: identity.number as PhoneNumber,
    device,
    otherDevices,
    sealingPrivateKey: identity.sealingPrivateKey,
    manifest,
    manifestVersion: named.version,
    evaluation: decodeStored(EvaluationSchema, identity.evaluationEncoded),
    cell,
  };
}

/** Who this device is at this moment. */
export class OwnSelf {
  readonly #state: ProfileStateKeeper;
  readonly #cells: Cells;
  #known: { readonly identity: Identity | undefined; readonly self: Self } | undefined;

  constructor(state: ProfileStateKeeper, cells: Cells) {
    this.#state = state;
    this.#cells = cells;
  }

  /** @throws AssentError consent_required, signed_out while private messages are not on. */
  get current(): Self {
    const { phase, identity } = this.#state.current;
    if (phase === Phase.ENDED) throw new AssentError("signed_out");
    if (phase !== Phase.ON) throw new AssentError("consent_required");
    const cell = this.#cells.pinned;
    // Deriving public keys takes longer than encrypting a text.
    const known = this.#known;
    if (known && known.identity === identity && known.self.cell === cell) return known.self;
    const self = selfOf(identity, cell);
    this.#known = { identity, self };
    return self;
  }
}
