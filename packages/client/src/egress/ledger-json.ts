// One item of the ledger as JSON, the same wherever its owner takes it out.
import { base64Encode } from "@bufbuild/protobuf/wire";
import type { LedgerLine } from "./ledger.ts";

/** With the body in base64, or its SHA-256 where only that is kept. */
export function ledgerJson(line: LedgerLine) {
  const { at, declaration, purpose, method, destination, body, lane, size } = line;
  const { holds, why, readableBy, kept } = line;
  return {
    at: at.toISOString(),
    declaration,
    purpose,
    lane,
    method,
    destination,
    size,
    holds,
    why,
    readableBy,
    kept,
    ...(body.kind === "whole"
      ? { body: base64Encode(body.bytes) }
      : { bodySha256: base64Encode(body.sha256) }),
  };
}
