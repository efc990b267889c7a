// What format 3 has otherwise than format 2: what envelopes are for, how long what left was, and how much it was in all.
import { AssentError, declarations, isDeclarationId } from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import { LedgerTotalsSchema, put, type RecordsReader, type Step } from "./records.ts";
import type { Change } from "./store.ts";

/** Envelopes and the ledger did not say what they were for, nor how long they were, and nobody counted. */
export async function fromFormat2(step: Step): Promise<void> {
  step.add([...(await withPurposes(step)), ...(await withSizes(step))]);
}

async function withPurposes(records: RecordsReader): Promise<Change[]> {
  const sealed = await records.list("outgoing");
  return sealed.map(({ key, record }) => {
    // What is no text may hold that something was read: it leaves only where its owner says yes to that.
    const purpose = record.text ? "service" : "receipts";
    return put("outgoing", key, { ...record, purpose });
  });
}

async function withSizes(records: RecordsReader): Promise<Change[]> {
  const state = await records.get("profile", "state");
  const noted = await records.list("ledger");
  const firstConsentAtMs = state?.firstConsentAtMs ?? 0n;
  const isEarly = (atMs: bigint) => firstConsentAtMs === 0n || atMs < firstConsentAtMs;
  const totals = create(LedgerTotalsSchema, {
    items: BigInt(noted.length),
    bytes: BigInt(noted.reduce((bytes, { record }) => bytes + record.body.length, 0)),
    beforeConsent: BigInt(noted.filter(({ record }) => isEarly(record.atMs)).length),
  });
  return [
    ...noted.map(({ key, record }) => {
      const { declaration, body } = record;
      if (!isDeclarationId(declaration)) throw new AssentError("profile_unreadable");
      const { purpose } = declarations[declaration];
      return put("ledger", key, { ...record, bodyBytes: body.length, purpose });
    }),
    put("ledgerTotals", "totals", totals),
  ];
}
