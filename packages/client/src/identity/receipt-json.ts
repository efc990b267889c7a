// The receipt of a deletion as JSON, to be read, and to be checked (docs/protocol.md).
import { base64Encode } from "@bufbuild/protobuf/wire";
import type { OwnerReceipt } from "./turn-off.ts";

export function receiptJson(kept: OwnerReceipt) {
  const { statement, lastDigits, receiptBytes, signature, identityKey } = kept;
  const { records, tags, devices, keyPackages, envelopes } = statement;
  return {
    deletedAt: new Date(Number(statement.deletedAtMs)).toISOString(),
    lastDigits,
    deleted: { records, tags, devices, keyPackages, envelopes },
    receipt: base64Encode(receiptBytes),
    signature: base64Encode(signature),
    identityKey: base64Encode(identityKey),
  };
}
