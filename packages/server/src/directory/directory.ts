// Accounts: made by spending a claim, found by lookup key, written to through KeyPackages. Trusts claims that
// carry the cell's own signature; everything else must be signed by the account's root key.
import {
  AssentError,
  accountIdOf,
  type Claim,
  deviceIdOf,
  equalBytes,
  lookupHashOf,
  type Manifest,
  openClaim,
  openManifest,
  type SignedManifest,
  verifyAccount,
} from "@assent/protocol";
import type { Randomness } from "../randomness.ts";
import type { Deleted, DirectoryStore, StoredDevice, StoredManifest } from "./store.ts";

export interface AccountRequest {
  readonly claim: Uint8Array;
  readonly claimSignature: Uint8Array;
  readonly sealedRecord: Uint8Array;
  readonly manifest: SignedManifest;
  /** By the root key, over the three. */
  readonly signature: Uint8Array;
}

export interface StartingPoint {
  readonly manifest: StoredManifest;
  readonly devices: readonly {
    readonly deviceId: Uint8Array;
    readonly keyPackage: Uint8Array;
    readonly provisionalCapability: Uint8Array;
  }[];
}

export interface Directory {
  /**
   * The id of the account. The same request again answers the same, also after the claim expired.
   * @throws AssentError request_invalid, code_expired (the claim is spent or too old)
   */
  createAccount(request: AccountRequest): Promise<Uint8Array>;

  /** All of it, at once. Undefined where there is none. */
  deleteAccount(accountId: Uint8Array): Promise<Deleted | undefined>;

  deviceOf(deviceId: Uint8Array): Promise<StoredDevice | undefined>;

  sealedRecordOf(lookupKey: Uint8Array): Promise<Uint8Array | undefined>;

  /** @throws AssentError gone */
  takeKeyPackages(accountId: Uint8Array): Promise<StartingPoint>;

  /** How many for single use are left. @throws AssentError signed_out */
  addKeyPackages(
    deviceId: Uint8Array,
    added: {
      readonly singleUse: readonly Uint8Array[];
      readonly lastResort: Uint8Array | undefined;
    },
  ): Promise<number>;

  singleUseLeft(deviceId: Uint8Array): Promise<number>;

  /** Forgets what expired. */
  sweep(): Promise<void>;
}

export interface DirectoryParts {
  readonly store: DirectoryStore;
  /** The cell's, which signs claims. */
  readonly identityKey: Uint8Array;
  readonly mintProvisional: (mailboxId: Uint8Array) => Uint8Array;
  /** Told when accounts came or went: buckets change, and sockets of ended mailboxes close. */
  readonly accountsChanged: (endedMailboxes: readonly Uint8Array[]) => void;
  readonly singleUseKeyPackagesPerDevice: number;
  readonly evaluationsAtFirst: number;
  readonly now: () => number;
  readonly randomness: Randomness;
}

export function createDirectory(parts: DirectoryParts): Directory {
  const { store, now } = parts;

  return {
    async createAccount(request) {
      const claim = await openClaimOf(request, parts.identityKey);
      const device = await firstDevice(request, claim);
      const accountId = accountIdOf(claim.rootKey);
      const existing = await store.accountOfClaim(claim.serial);
      if (existing && equalBytes(existing, accountId)) return accountId;
      if (claim.expiresAtMs <= BigInt(now())) throw new AssentError("code_expired");
      const outcome = await store.createAccount({
        accountId,
        lookupHash: claim.lookupHash,
        sealedRecord: request.sealedRecord,
        bucketBits: claim.bucketBits,
        tag: claim.tag,
        manifest: { manifest: request.manifest.manifest, signature: request.manifest.signature },
        device: {
          accountId,
          deviceId: deviceIdOf(device.signatureKey),
          signatureKey: device.signatureKey,
          mailboxId: parts.randomness.bytes(16),
        },
        claimSerial: claim.serial,
        claimExpiresAt: Number(claim.expiresAtMs),
        evaluationsAtFirst: parts.evaluationsAtFirst,
        createdAt: now(),
      });
      if (outcome.kind === "device-taken") throw new AssentError("request_invalid");
      if (outcome.kind === "claim-spent") {
        // Two of the same request at once: the other one made the account.
        const holder = await store.accountOfClaim(claim.serial);
        if (!holder || !equalBytes(holder, accountId)) throw new AssentError("code_expired");
        return accountId;
      }
      parts.accountsChanged(outcome.endedMailboxes);
      return accountId;
    },

    async deleteAccount(accountId) {
      const deleted = await store.deleteAccount(accountId);
      if (deleted) parts.accountsChanged(deleted.endedMailboxes);
      return deleted;
    },

    deviceOf: (deviceId) => store.device(deviceId),

    sealedRecordOf: (lookupKey) => store.sealedRecord(lookupHashOf(lookupKey)),

    async takeKeyPackages(accountId) {
      const taken = await store.takeKeyPackages(accountId);
      if (!taken) throw new AssentError("gone");
      return {
        manifest: taken.manifest,
        devices: taken.devices.map(({ deviceId, mailboxId, keyPackage }) => ({
          deviceId,
          keyPackage,
          provisionalCapability: parts.mintProvisional(mailboxId),
        })),
      };
    },

    async addKeyPackages(deviceId, { singleUse, lastResort }) {
      const keep = parts.singleUseKeyPackagesPerDevice;
      const left = await store.addKeyPackages({ deviceId, singleUse, lastResort, keep });
      if (left === undefined) throw new AssentError("signed_out");
      return left;
    },

    singleUseLeft: (deviceId) => store.singleUseLeft(deviceId),

    sweep: () => store.forgetClaims(now()),
  };
}

async function openClaimOf(request: AccountRequest, identityKey: Uint8Array): Promise<Claim> {
  const claim = await openClaim(identityKey, {
    bytes: request.claim,
    signature: request.claimSignature,
  });
  if (!claim || !(await verifyAccount(claim.rootKey, request, request.signature))) {
    throw new AssentError("request_invalid");
  }
  return claim;
}

async function firstDevice(
  request: AccountRequest,
  claim: Claim,
): Promise<Manifest["devices"][number]> {
  const manifest = await openManifest(request.manifest);
  const device = manifest?.devices[0];
  const isFirst =
    manifest?.version === 1 && manifest.previousHash.length === 0 && manifest.devices.length === 1;
  if (!device || !isFirst || !equalBytes(manifest.rootKey, claim.rootKey)) {
    throw new AssentError("request_invalid");
  }
  return device;
}
