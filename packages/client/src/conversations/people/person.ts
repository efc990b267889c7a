// The accounts one writes with, and what vouches for their devices.
import {
  type AccountId,
  type ConversationId,
  conversationIdOfTwo,
  equalBytes,
  hex,
  type Manifest,
  ManifestSchema,
  openManifest,
  type Signed,
  SignedSchema,
} from "@assent/protocol";
import { toBinary } from "@bufbuild/protobuf";
import type { Self } from "../../account/self.ts";
import { decodeStored, type Person, type RecordsReader, Standing } from "../../store/records.ts";

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
