// The receipt of a deletion as JSON, to be read, and to be checked by anybody (docs/protocol.md).
import { hex } from "@assent/protocol";
import { base64Encode } from "@bufbuild/protobuf/wire";
import type { OwnerReceipt } from "./turn-off.ts";

export function receiptJson({ statement, lastDigits, receipt, certificate, cellId }: OwnerReceipt) {
  const { records, tags, devices, keyPackages, envelopes } = statement;
  return {
    deletedAt: new Date(Number(statement.deletedAtMs)).toISOString(),
    lastDigits,
    deleted: { records, tags, devices, keyPackages, envelopes },
    cellId: hex(cellId),
    receipt: base64Encode(receipt.encoded),
    signature: base64Encode(receipt.signature),
    certificate: base64Encode(certificate.encoded),
    certificateSignature: base64Encode(certificate.signature),
  };
}
