// The devices that a manifest names, as far as they can be trusted.
import {
  accountIdOf,
  type Device,
  deviceIdOf,
  isSigningKey,
  type Manifest,
} from "@assent/protocol";
import type { TrustedDevice } from "../encryption/encryption.ts";

/**
 * MLS verifies by an Ed25519 of its own, which may accept what `verify` refuses: a key of small order, or one not in its one
 * encoding, is nobody's.
 */
export function namedDevicesOf(manifest: Manifest): { device: TrustedDevice; named: Device }[] {
  const accountId = accountIdOf(manifest.rootKey);
  return manifest.devices
    .filter(({ signatureKey }) => isSigningKey(signatureKey))
    .map((named) => {
      const { signatureKey } = named;
      return { device: { accountId, deviceId: deviceIdOf(signatureKey), signatureKey }, named };
    });
}

export function devicesOf(manifest: Manifest): TrustedDevice[] {
  return namedDevicesOf(manifest).map(({ device }) => device);
}
