// What a profile of an earlier format is made into, in one commit, before anything reads it. A profile is trusted as far as
// its own device is: what cannot be read as a record of its format is damaged.
import { AssentError, declarations, isDeclarationId } from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import { LedgerTotalsSchema, put, Records, type RecordsReader, type Step } from "./records.ts";
import type { Change, Store } from "./store.ts";

/** Of what a profile keeps, and how. One of a later format is not read. */
export const profileFormat = 3;
const oldestFormat = 2;

/** @throws AssentError profile_unreadable where the profile is of a format that this version does not know. */
export async function migrate(store: Store): Promise<void> {
  const records = new Records(store);
  await records.step(async (step) => {
    const state = await step.get("profile", "state");
    if (!state || state.format === profileFormat) return;
    if (state.format < oldestFormat || state.format > profileFormat) {
      throw new AssentError("profile_unreadable");
    }
    await fromFormat2(step);
    step.add([put("profile", "state", { ...state, format: profileFormat })]);
  });
}

/** Envelopes and the ledger did not say what they were for, nor how long they were, and nobody counted. */
async function fromFormat2(step: Step): Promise<void> {
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
