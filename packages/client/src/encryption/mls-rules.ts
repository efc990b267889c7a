// What this house allows of MLS, beyond what the library checks: which suite, who may be in a group, how long keys are
// kept, and which commits are refused.
import { concat, equalBytes } from "@assent/protocol";
import {
  type Capabilities,
  type CiphersuiteName,
  type ClientConfig,
  type ClientState,
  type Credential,
  defaultKeyPackageEqualityConfig,
  type KeyPackage,
  type LeafNode,
  type Lifetime,
  type PrivateMessage,
} from "ts-mls";
import { EncryptionRefused, type KeyPackageUse, type TrustedDevice } from "./encryption.ts";

// RFC 9420, 17.1: numbers from 0xF000 on are for private use, and this suite is registered nowhere. The library knows it
// as 83, which is not private; what it does not know by a name, it reads and writes as this number.
const suiteNumber = 0xf0a5;
/** What our suite is called in every structure of the library. */
export const suiteName = String(suiteNumber) as CiphersuiteName;

// Advertised by every device, used by none: a later version can put a proposal or an extension of its own into groups
// that this one is in. Both of the ranges for private use.
const laterExtension = 0xf0a5;
const laterProposal = 0xf0a5;

export const capabilities: Capabilities = {
  versions: ["mls10"],
  ciphersuites: [suiteName],
  extensions: [laterExtension],
  proposals: [laterProposal],
  credentials: ["basic"],
};

// The last resort is what is left of a device that was away for long.
const keyPackageDays: Readonly<Record<KeyPackageUse, number>> = {
  "single use": 90,
  "last resort": 400,
};
const daySeconds = 86_400;
// Whoever takes a KeyPackage may have a clock that is behind.
const clockTolerance = 3_600;

/** In seconds since 1970. */
export function lifetimeFrom(nowMs: number, use: KeyPackageUse): Lifetime {
  const nowSeconds = Math.floor(nowMs / 1000);
  return {
    notBefore: BigInt(nowSeconds - clockTolerance),
    notAfter: BigInt(nowSeconds + keyPackageDays[use] * daySeconds),
  };
}

/**
 * Whether a KeyPackage may be added to a group now. The library looks at this too, by the machine's clock, and does not
 * say what it refused: whoever it is handed to has looked before.
 */
export function isLive({ leafNode }: KeyPackage, nowMs: number): boolean {
  const now = BigInt(Math.floor(nowMs / 1000));
  return leafNode.lifetime.notBefore <= now && now <= leafNode.lifetime.notAfter;
}

// The library's defaults lose texts after gaps of 200, and after four commits.
const retention = {
  retainKeysForGenerations: 2_500,
  maximumForwardRatchetSteps: 2_500,
  retainKeysForEpochs: 8,
};

export function credentialOf(device: TrustedDevice): Credential {
  return { credentialType: "basic", identity: concat(device.accountId, device.deviceId) };
}

/** Nobody but these devices may be in the group; never an authentication service that accepts all. */
export function configFor(trusted: readonly TrustedDevice[]): ClientConfig {
  return {
    keyRetentionConfig: retention,
    // Whoever adds a KeyPackage checks its lifetime; those that are in a group stay in it.
    lifetimeConfig: {
      maximumTotalLifetime: BigInt(keyPackageDays["last resort"] * daySeconds + clockTolerance),
      validateLifetimeOnReceive: false,
    },
    keyPackageEqualityConfig: defaultKeyPackageEqualityConfig,
    // Envelopes are padded; padding here would only be counted twice.
    paddingConfig: { kind: "alwaysPad", paddingLength: 0 },
    authService: {
      validateCredential: async (credential, signatureKey) =>
        credential.credentialType === "basic" &&
        "identity" in credential &&
        trusted.some(
          (device) =>
            equalBytes(device.signatureKey, signatureKey) &&
            equalBytes(concat(device.accountId, device.deviceId), credential.identity),
        ),
    },
  };
}

export function membersOf(state: ClientState): { leafIndex: number; leaf: LeafNode }[] {
  return state.ratchetTree.flatMap((node, index) =>
    node?.nodeType === "leaf" ? [{ leafIndex: index / 2, leaf: node.leaf }] : [],
  );
}

/** What a message of its epoch is opened with. @throws EncryptionRefused where this group has nothing for it. */
export function epochOf(
  state: ClientState,
  message: PrivateMessage,
): Pick<ClientState, "ratchetTree" | "secretTree"> & { readonly senderDataSecret: Uint8Array } {
  const { groupContext, keySchedule, historicalReceiverData } = state;
  if (!equalBytes(message.groupId, groupContext.groupId)) throw new EncryptionRefused("malformed");
  if (message.epoch > groupContext.epoch) throw new EncryptionRefused("future epoch");
  if (message.epoch === groupContext.epoch) {
    return { ...state, senderDataSecret: keySchedule.senderDataSecret };
  }
  const past = historicalReceiverData.get(message.epoch);
  if (!past) throw new EncryptionRefused("used");
  return past;
}

/** The device at a leaf. @throws EncryptionRefused untrusted, where nobody vouches for it. */
export function senderAt(
  { ratchetTree }: Pick<ClientState, "ratchetTree">,
  nodeIndex: number,
  trusted: readonly TrustedDevice[],
): TrustedDevice {
  const node = ratchetTree[nodeIndex];
  const sender =
    node?.nodeType === "leaf" &&
    trusted.find((device) => equalBytes(device.signatureKey, node.leaf.signaturePublicKey));
  if (!sender) throw new EncryptionRefused("untrusted");
  return sender;
}

/**
 * Refuses a commit that did not renew its committer's keys: with its path missing, a member it removed would
 * derive the next epoch. One that only adds may do without (RFC 9420, 12.4).
 */
export function checkPath(before: ClientState, after: ClientState, committer: number): void {
  const [old, renewed] = [before, after].map((state) => state.ratchetTree[committer * 2]);
  const hasPath =
    old?.nodeType === "leaf" &&
    renewed?.nodeType === "leaf" &&
    renewed.leaf.leafNodeSource === "commit" &&
    !equalBytes(old.leaf.hpkePublicKey, renewed.leaf.hpkePublicKey);
  if (!hasPath) throw new EncryptionRefused("untrusted");
}
