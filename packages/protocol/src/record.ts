// The record that a lookup returns, sealed under a key that follows from the number. Every sealed record has the same
// length, whatever is in it.
import { create, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { aeadNonceLength, aeadTagLength, decrypt, encrypt } from "./aead.ts";
import { concat, lengthPrefixed, randomBytes, uint32, uint64 } from "./bytes.ts";
import { type Record as RecordMessage, RecordSchema } from "./contract.ts";
import { limits } from "./limits.ts";
import { unpad } from "./padding.ts";
import { sign, verify } from "./signing.ts";
import { signingKeyLength } from "./signing-points.ts";

const plaintextLength = limits.sealedRecordBytes - aeadNonceLength - aeadTagLength;

/** What of a record its root key signs. */
export type RecordFields = Pick<RecordMessage, "lowestManifestVersion" | "cellId" | "sequence">;

/** An account's record, signed. */
export async function signedRecord(
  rootKeys: { readonly publicKey: Uint8Array; readonly privateKey: Uint8Array },
  fields: RecordFields,
): Promise<RecordMessage> {
  const signature = await sign(rootKeys.privateKey, "record", recordBytes(fields));
  return create(RecordSchema, {
    ...fields,
    rootKey: new Uint8Array(rootKeys.publicKey),
    signature,
  });
}

/** Whether the root key that a record names signed it. */
export async function isSignedRecord({
  rootKey,
  signature,
  ...fields
}: RecordMessage): Promise<boolean> {
  if (rootKey.length !== signingKeyLength) return false;
  return verify(rootKey, "record", recordBytes(fields), signature);
}

function recordBytes({ cellId, lowestManifestVersion, sequence }: RecordFields): Uint8Array {
  return lengthPrefixed(cellId, uint32(lowestManifestVersion), uint64(sequence));
}

/** Nonce, then ciphertext: 256 bytes. @throws RangeError where the record is too long for that. */
export async function sealRecord(
  recordKey: Uint8Array,
  record: MessageInitShape<typeof RecordSchema>,
): Promise<Uint8Array<ArrayBuffer>> {
  const encoded = toBinary(RecordSchema, create(RecordSchema, record));
  const plaintext = new Uint8Array(plaintextLength);
  plaintext.set(uint32(encoded.length));
  plaintext.set(encoded, 4);
  const nonce = randomBytes(aeadNonceLength);
  return concat(nonce, await encrypt(recordKey, nonce, plaintext));
}

/** Undefined where it does not open under the key, or is no record of the one length. */
export async function openRecord(
  recordKey: Uint8Array,
  sealed: Uint8Array,
): Promise<RecordMessage | undefined> {
  if (sealed.length !== limits.sealedRecordBytes) return undefined;
  const plaintext = await decrypt(
    recordKey,
    sealed.slice(0, aeadNonceLength),
    sealed.slice(aeadNonceLength),
  );
  if (!plaintext) return undefined;
  try {
    return fromBinary(RecordSchema, unpad(plaintext));
  } catch {
    return undefined;
  }
}
