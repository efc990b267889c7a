// What this house allows of MLS, beyond what the library checks: which suite, who may be in a group, how long keys are
// kept, and which commits are refused.
import { type AccountId, concat, type DeviceId, equalBytes, idLength } from "@assent/protocol";
import type {
  Capabilities,
  CiphersuiteName,
  ClientConfig,
  ClientState,
  Credential,
  KeyPackage,
  LeafNode,
  Lifetime,
} from "ts-mls";
import { defaultKeyPackageEqualityConfig } from "ts-mls/keyPackageEqualityConfig.js";
import {
  EncryptionRefused,
  type Invited,
  type KeyPackageUse,
  type MemberDevice,
  mostSkipped,
  type TrustedDevice,
} from "./encryption.ts";
import { decode } from "./mls-messages.ts";

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
function isLive({ leafNode }: KeyPackage, nowMs: number): boolean {
  const now = BigInt(Math.floor(nowMs / 1000));
  return leafNode.lifetime.notBefore <= now && now <= leafNode.lifetime.notAfter;
}

// The library's defaults lose texts after gaps of 200, and after four commits.
const retention = {
  retainKeysForGenerations: mostSkipped,
  retainKeysForEpochs: 8,
};

export function credentialOf(device: TrustedDevice): Credential {
  return { credentialType: "basic", identity: concat(device.accountId, device.deviceId) };
}

/**
 * Nobody but these devices may be in the group; never an authentication service that accepts all.
 * @param mostAhead messages that may be missing before one of them.
 */
export function configFor(
  trusted: readonly TrustedDevice[],
  mostAhead: number = mostSkipped,
): ClientConfig {
  return {
    keyRetentionConfig: { ...retention, maximumForwardRatchetSteps: mostAhead },
    // Whoever adds a KeyPackage checks its lifetime; those that are in a group stay in it.
    lifetimeConfig: {
      maximumTotalLifetime: BigInt(keyPackageDays["last resort"] * daySeconds + clockTolerance),
      validateLifetimeOnReceive: false,
    },
    keyPackageEqualityConfig: defaultKeyPackageEqualityConfig,
    // Envelopes are padded; padding here would only be counted twice.
    paddingConfig: { kind: "alwaysPad", paddingLength: 0 },
    authService: {
      validateCredential: async (credential, signaturePublicKey) =>
        isTrusted(trusted, { credential, signaturePublicKey }),
    },
  };
}

/** Whether it is a leaf of one of these devices. */
export function isTrusted(
  trusted: readonly TrustedDevice[],
  { credential, signaturePublicKey }: Pick<LeafNode, "credential" | "signaturePublicKey">,
): boolean {
  if (credential.credentialType !== "basic" || !("identity" in credential)) return false;
  const { identity } = credential;
  return trusted.some(
    (device) =>
      equalBytes(device.signatureKey, signaturePublicKey) &&
      equalBytes(concat(device.accountId, device.deviceId), identity),
  );
}

export function membersOf(state: ClientState): { leafIndex: number; leaf: LeafNode }[] {
  return state.ratchetTree.flatMap((node, index) =>
    node?.nodeType === "leaf" ? [{ leafIndex: index / 2, leaf: node.leaf }] : [],
  );
}

/** A leaf's device, by its credential. */
export function memberOf({ credential }: LeafNode): MemberDevice {
  // Whoever came into the group was compared with those who are vouched for.
  if (!("identity" in credential)) throw new EncryptionRefused("untrusted");
  const { identity } = credential;
  return {
    accountId: identity.slice(0, idLength) as AccountId,
    deviceId: identity.slice(idLength) as DeviceId,
  };
}

/** The KeyPackage of exactly this device; its signature is checked when it is added. */
export function liveKeyPackageOf(
  { device, keyPackage: encoded }: Invited,
  nowMs: number,
): KeyPackage {
  const message = decode(encoded);
  if (message?.wireformat !== "mls_key_package") throw new EncryptionRefused("malformed");
  const { leafNode, cipherSuite } = message.keyPackage;
  if (cipherSuite !== suiteName || !equalBytes(leafNode.signaturePublicKey, device.signatureKey)) {
    throw new EncryptionRefused("untrusted");
  }
  if (!isLive(message.keyPackage, nowMs)) throw new EncryptionRefused("expired");
  return message.keyPackage;
}
