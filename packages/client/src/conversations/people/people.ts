// The accounts one writes with: their devices, groups and addresses.
import {
  type AccountId,
  accountIdOf,
  type ConversationId,
  conversationIdOfTwo,
  type Device,
  deviceIdOf,
  equalBytes,
  hex,
  isSigningKey,
  type Manifest,
  ManifestSchema,
  openManifest,
  type Signed,
  SignedSchema,
} from "@assent/protocol";
import { toBinary } from "@bufbuild/protobuf";
import type { Self } from "../../account/self.ts";
import type { TrustedDevice } from "../../encryption/encryption.ts";
import {
  decodeStored,
  type OutgoingAddress,
  type Person,
  type RecordsReader,
  Standing,
} from "../../store/records.ts";

/** The key people are stored under. */
export function personKey(accountId: Uint8Array): string {
  return hex(accountId);
}

/** Whether the record said that the number is theirs: what they write is shown. */
export function isConfirmed({ standing }: Person): boolean {
  return standing === Standing.REQUEST || standing === Standing.CURRENT;
}

/** Whom texts to a number are meant for. */
export async function acceptedPerson(records: RecordsReader, number: string) {
  const accepted = (await records.get("numbers", number))?.acceptedAccountId;
  return accepted?.length ? records.get("people", personKey(accepted)) : undefined;
}

/** The conversation with the owner of an account. */
export function conversationIdWith(self: Self, accountId: Uint8Array): ConversationId {
  return conversationIdOfTwo(self.device.accountId, new Uint8Array(accountId) as AccountId);
}

/** A person's manifest. It was checked before it was stored, and is not checked at every text. */
export function manifestOf(person: Person): Manifest {
  const { encoded } = decodeStored(SignedSchema, person.manifestEncoded);
  return decodeStored(ManifestSchema, encoded);
}

/**
 * The devices that a manifest names and that can be trusted. MLS verifies by an Ed25519 of its own, which may accept
 * what `verify` refuses: a key of small order, or one not in its one encoding, is nobody's.
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

/** All who may be in a group with this person: their devices and one's own. */
export function trustedWith(self: Self, person: Person): TrustedDevice[] {
  return [self.device, ...devicesOf(manifestOf(person))];
}

/**
 * Opens a manifest that must be of this root key, and not older than what was seen or the record allows.
 * Undefined where it is not.
 */
export async function openManifestOf(
  rootKey: Uint8Array,
  signed: Signed | undefined,
  lowestVersion: number,
): Promise<{ readonly manifest: Manifest; readonly encoded: Uint8Array<ArrayBuffer> } | undefined> {
  const manifest = signed && (await openManifest(signed));
  if (!manifest || !equalBytes(manifest.rootKey, rootKey) || manifest.version < lowestVersion) {
    return undefined;
  }
  return { manifest, encoded: toBinary(SignedSchema, signed) };
}

/** Addresses with one device's replaced: one for each device, and a provisional one never over a full one. */
export function withAddress(
  addresses: readonly OutgoingAddress[],
  address: OutgoingAddress,
  nowMs: number,
): OutgoingAddress[] {
  const isSameDevice = (other: OutgoingAddress) => equalBytes(other.deviceId, address.deviceId);
  const known = addresses.find(isSameDevice);
  const keepKnown =
    known && address.provisional && !known.provisional && Number(known.expiresAtMs) > nowMs;
  return keepKnown
    ? [...addresses]
    : [...addresses.filter((other) => !isSameDevice(other)), address];
}

/** Whether a person's devices have given this one no address of its own yet: they have not answered. */
export function isUnanswered(person: Person | undefined): boolean {
  return !person || person.addresses.every(({ provisional }) => provisional);
}
