// What a manifest must be to become an account's: the first one, and each that follows on. Trusts the root key's signature
// over it, and the manifest that is stored.
import {
  AssentError,
  accountIdOf,
  equalBytes,
  type Manifest,
  ManifestSchema,
  openManifest,
  type SignedBytes,
  sha256,
} from "@assent/protocol";
import { fromBinary } from "@bufbuild/protobuf";

/**
 * The manifest that an account begins with, or is made anew with.
 * @throws AssentError request_invalid; not_offered where it lists several devices
 */
export async function openBeginningManifest(
  signed: SignedBytes,
  rootKey: Uint8Array,
): Promise<{ readonly version: number; readonly device: Manifest["devices"][number] }> {
  const manifest = await openManifest(signed);
  const [device, ...others] = manifest?.devices ?? [];
  if (!manifest || !device || !equalBytes(manifest.rootKey, rootKey) || !namesPrevious(manifest)) {
    throw new AssentError("request_invalid");
  }
  if (others.length > 0) throw new AssentError("not_offered");
  return { version: manifest.version, device };
}

/** The manifest of a change, by the account's own root key. @throws AssentError request_invalid */
export async function openManifestOf(
  accountId: Uint8Array,
  signed: SignedBytes,
): Promise<Manifest> {
  const manifest = await openManifest(signed);
  if (!manifest || !equalBytes(accountIdOf(manifest.rootKey), accountId)) {
    throw new AssentError("request_invalid");
  }
  return manifest;
}

/**
 * That a manifest is the one there is, or the next.
 * @throws AssentError request_invalid; not_offered where it lists other devices
 */
export function requireFollowsOn(
  next: { readonly manifest: Manifest; readonly encoded: Uint8Array },
  stored: SignedBytes,
): void {
  if (equalBytes(next.encoded, stored.encoded)) return;
  const before = fromBinary(ManifestSchema, stored.encoded);
  const { version, previousHash } = next.manifest;
  if (version !== before.version + 1 || !equalBytes(previousHash, sha256(stored.encoded))) {
    throw new AssentError("request_invalid");
  }
  if (!hasSameDevices(next.manifest, before)) throw new AssentError("not_offered");
}

function namesPrevious({ version, previousHash }: Manifest): boolean {
  return previousHash.length === (version === 1 ? 0 : 32);
}

function hasSameDevices({ devices }: Manifest, before: Manifest): boolean {
  return (
    devices.length === before.devices.length &&
    devices.every(({ signatureKey }, index) => {
      const same = before.devices[index];
      return same !== undefined && equalBytes(signatureKey, same.signatureKey);
    })
  );
}
