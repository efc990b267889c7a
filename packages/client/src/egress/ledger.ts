// The ledger: the owner's own, append-only record of all that left this device.
import { AssentError, type Declaration, declarations, isDeclarationId } from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import { LedgerEntrySchema, put, type Records } from "../store/records.ts";
import type { LedgerItem } from "./egress.ts";

/** One item as the owner reads it. */
export interface LedgerLine extends Omit<Declaration, "purpose"> {
  readonly at: Date;
  readonly declaration: string;
  readonly purpose: string;
  readonly method: string;
  readonly destination: string;
  /** Exactly what was sent. */
  readonly body: Uint8Array;
}

export async function noteInLedger(
  records: Records,
  item: LedgerItem,
  nowMs: number,
): Promise<void> {
  const entry = create(LedgerEntrySchema, { ...item, atMs: BigInt(nowMs) });
  await records.commit([put("ledger", await records.nextKey("ledger"), entry)]);
}

/** All items, oldest first. */
export async function readLedger(records: Records): Promise<LedgerLine[]> {
  const entries = await records.list("ledger");
  return entries.map(({ record }) => {
    if (!isDeclarationId(record.declaration)) throw new AssentError("profile_unreadable");
    return {
      ...declarations[record.declaration],
      at: new Date(Number(record.atMs)),
      declaration: record.declaration,
      method: record.method,
      destination: record.destination,
      body: record.body,
    };
  });
}
