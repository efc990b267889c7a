// One item of the ledger as JSON, the same wherever its owner takes it out.
import { base64Encode } from "@bufbuild/protobuf/wire";
import type { LedgerLine } from "./ledger.ts";

export function ledgerJson(line: LedgerLine) {
  const { at, declaration, purpose, method, destination, body, lane } = line;
  const { holds, why, readableBy, kept } = line;
  return {
    at: at.toISOString(),
    declaration,
    purpose,
    lane,
    method,
    destination,
    size: body.length,
    holds,
    why,
    readableBy,
    kept,
    body: base64Encode(body),
  };
}
