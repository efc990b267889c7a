// What the devices of two accounts offer to be written to: a KeyPackage and an address of each, as the service gives them out.
// Believes no device that the manifest does not name, and no manifest that the record does not vouch for.
import {
  AssentError,
  accountIdOf,
  type DevicePackage,
  equalBytes,
  type Manifest,
  ManifestSchema,
} from "@assent/protocol";
import { namedDevicesOf } from "../../account/named-devices.ts";
import type { Self } from "../../account/self.ts";
import type { Found } from "../../discovery/discovery.ts";
import type { Invited } from "../../encryption/encryption.ts";
import { decodeStored } from "../../store/records.ts";
import { openManifestOf } from "../people/person.ts";
import type { ConversingParts } from "./sealing.ts";

export type FoundPrivate = Extract<Found, { route: "private" }>;

/** A device that can be added to a group and be told of it. */
export interface OfferedDevice extends Invited {
  readonly offered: DevicePackage;
  readonly sealingKey: Uint8Array;
}

export interface Offers {
  readonly manifest: Manifest;
  readonly manifestEncoded: Uint8Array<ArrayBuffer>;
  /** Of the person's devices, those that nobody is kept from writing to. */
  readonly theirs: readonly OfferedDevice[];
  /** The same of the other devices of this account. */
  readonly own: readonly OfferedDevice[];
}

/**
 * @param lowestVersion of their manifest.
 * @throws AssentError gone, service_untrusted, unreachable; mailbox_full where nobody can write to any of their devices yet.
 */
export async function takeOffers(
  { service }: Pick<ConversingParts, "service">,
  self: Self,
  { accountId, rootKey }: FoundPrivate,
  lowestVersion: number,
): Promise<Offers> {
  const { directory } = service(self.cell.url);
  const take = async (account: Uint8Array, root: Uint8Array, lowest: number) => {
    const taken = await directory.takeKeyPackages({ accountId: account });
    const opened = await openManifestOf(root, taken.manifest, lowest);
    if (!opened) throw new AssentError("service_untrusted");
    const devices = namedDevicesOf(opened.manifest).flatMap(({ device, named }) => {
      const offered = taken.devices.find(({ deviceId }) => equalBytes(deviceId, device.deviceId));
      const { sealingKey } = named;
      return offered ? [{ device, keyPackage: offered.keyPackage, offered, sealingKey }] : [];
    });
    return { ...opened, devices };
  };
  const { manifest, encoded, devices } = await take(accountId, rootKey, lowestVersion);
  if (devices.length === 0) throw new AssentError("mailbox_full");
  return { manifest, manifestEncoded: encoded, theirs: devices, own: await ownOffers(self, take) };
}

/** One device has nobody to ask for. */
async function ownOffers(
  self: Self,
  take: (
    account: Uint8Array,
    root: Uint8Array,
    lowest: number,
  ) => Promise<{ readonly devices: readonly OfferedDevice[] }>,
): Promise<OfferedDevice[]> {
  if (self.otherDevices.length === 0) return [];
  const { rootKey, version } = decodeStored(ManifestSchema, self.manifest.encoded);
  const { devices } = await take(accountIdOf(rootKey), rootKey, version);
  return devices.filter(({ device }) =>
    self.otherDevices.some(({ deviceId }) => equalBytes(deviceId, device.deviceId)),
  );
}
