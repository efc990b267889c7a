// The devices of somebody's manifest, as they are kept: with their keys, and where each is written to. All of them are expected
// in a group and in what is sealed, never one; but for one that offers nobody a way to it, for a day.
import {
  type AccountId,
  accountIdOf,
  type DeviceId,
  equalBytes,
  hex,
  type Manifest,
} from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import { namedDevicesOf } from "../../account/named-devices.ts";
import type { Self } from "../../account/self.ts";
import { isOver } from "../../clock/elapsed.ts";
import type { TrustedDevice } from "../../encryption/encryption.ts";
import { type PeerDevice, PeerDeviceSchema, type Person } from "../../store/records.ts";

const askedAgainAfterMs = 86_400_000;

/** The devices that a manifest names. What was known of those of them that are known stays. */
export function namedPeers(manifest: Manifest, known: readonly PeerDevice[] = []): PeerDevice[] {
  return namedDevicesOf(manifest).map(({ device }) => peerOf(device, known));
}

/** A device as it is kept, with what is known of it. */
export function peerOf(
  { deviceId, signatureKey }: TrustedDevice,
  known: readonly PeerDevice[] = [],
): PeerDevice {
  const before = known.find((other) => equalBytes(other.deviceId, deviceId));
  return {
    ...(before ?? create(PeerDeviceSchema)),
    deviceId: new Uint8Array(deviceId),
    signatureKey: new Uint8Array(signatureKey),
  };
}

/** All who may be in a group with this person: the devices of both manifests. */
export function trustedWith(self: Self, { rootKey, devices }: Person): TrustedDevice[] {
  const accountId = accountIdOf(rootKey);
  const theirs = devices.map((device) => trustedOf(accountId, device));
  return [self.device, ...self.otherDevices, ...theirs];
}

function trustedOf(accountId: AccountId, { deviceId, signatureKey }: PeerDevice): TrustedDevice {
  return { accountId, deviceId: deviceId as DeviceId, signatureKey };
}

export function hasAddress({ capability }: PeerDevice): boolean {
  return capability.length > 0;
}

/** Whether nobody can write to a device yet, and it was asked for less than a day ago. */
export function isLeftOut(device: PeerDevice, nowMs: number): boolean {
  const { offeredNothingAtMs } = device;
  return (
    !hasAddress(device) &&
    offeredNothingAtMs > 0n &&
    !isOver(offeredNothingAtMs, askedAgainAfterMs, nowMs)
  );
}

/** Devices with an address of one of them; a provisional one never in the place of a full one that holds. */
export function withAddress(
  devices: readonly PeerDevice[],
  address: Pick<
    PeerDevice,
    "deviceId" | "capability" | "envelopeKey" | "expiresAtMs" | "provisional"
  >,
  nowMs: number,
): PeerDevice[] {
  return devices.map((device) => {
    if (!equalBytes(device.deviceId, address.deviceId)) return device;
    const isFull = hasAddress(device) && !device.provisional;
    const isKept = address.provisional && isFull && Number(device.expiresAtMs) > nowMs;
    return isKept ? device : { ...device, ...address, offeredNothingAtMs: 0n };
  });
}

/** A device, as if nobody had given an address for it. */
export function withoutAddress({ deviceId, signatureKey }: PeerDevice): PeerDevice {
  return create(PeerDeviceSchema, { deviceId, signatureKey });
}

/** Whether a device is written to by an address that the service gave out for it, and gives nothing back from. */
export function isProvisional(device: PeerDevice): boolean {
  return hasAddress(device) && device.provisional;
}

/** Whether a person's devices have given this one no address of its own yet: they have not answered. */
export function isUnanswered(person: Person | undefined): boolean {
  return !person?.devices.some((device) => hasAddress(device) && !device.provisional);
}

/** Whether a group is of just the devices that are to be in it, each with an address, but for those that nobody can write to yet. */
export function isComplete(
  self: Self,
  person: Person,
  group: { readonly members: readonly Uint8Array[]; readonly ownDevices: readonly PeerDevice[] },
  nowMs: number,
): boolean {
  const members = new Set(group.members.map(hex));
  const named = new Set(trustedWith(self, person).map(({ deviceId }) => hex(deviceId)));
  if (![...members].every((member) => named.has(member))) return false;
  const own = self.otherDevices.map((device) => peerOf(device, group.ownDevices));
  const isWrittenTo = (device: PeerDevice) =>
    members.has(hex(device.deviceId)) && hasAddress(device);
  return (
    person.devices.some(isWrittenTo) &&
    [...person.devices, ...own].every((device) => isWrittenTo(device) || isLeftOut(device, nowMs))
  );
}
