// The ledger: the owner's own record of all that left this device. Nothing but its owner takes anything out of it.
import { AssentError, type Declaration, declarations, isDeclarationId } from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import {
  type LedgerEntry,
  LedgerEntrySchema,
  put,
  type Records,
  remove,
} from "../store/records.ts";
import type { LedgerItem } from "./egress.ts";

/** One item as the owner reads it. */
export interface LedgerLine extends Omit<Declaration, "purpose"> {
  readonly key: string;
  readonly at: Date;
  readonly declaration: string;
  readonly purpose: string;
  readonly method: string;
  readonly destination: string;
  /** Exactly what was sent. */
  readonly body: Uint8Array;
}

export interface LedgerPage {
  /** Newest first. */
  readonly lines: readonly LedgerLine[];
  /** Whether there are older ones. */
  readonly more: boolean;
}

export interface LedgerTotals {
  readonly items: number;
  /** Of all bodies. */
  readonly bytes: number;
  /** Of the oldest item. */
  readonly since?: Date;
  /** Items older than the owner's first yes. Each would be a broken promise. */
  readonly beforeConsent: number;
}

const readAtOnce = 1_000;

/** Notes what leaves, item by item, also while other steps are stored together: each is durable before it leaves. */
export class LedgerWriter {
  readonly #records: Records;
  readonly #now: () => number;
  #last: Promise<void> = Promise.resolve();

  /** @param records which nothing else uses. */
  constructor(records: Records, now: () => number) {
    this.#records = records;
    this.#now = now;
  }

  note(item: LedgerItem): Promise<void> {
    const noted = this.#last.then(async () => {
      const entry = create(LedgerEntrySchema, { ...item, atMs: BigInt(this.#now()) });
      const key = await this.#records.nextKey("ledger");
      await this.#records.commit([put("ledger", key, entry)]);
    });
    this.#last = noted.catch(() => undefined);
    return noted;
  }
}

/** All items, oldest first. */
export async function readLedger(records: Records): Promise<LedgerLine[]> {
  const entries = await records.list("ledger");
  return entries.map(({ key, record }) => lineOf(key, record));
}

export async function readLedgerPage(
  records: Records,
  { before, limit }: { readonly before?: string; readonly limit: number },
): Promise<LedgerPage> {
  const entries = await records.list("ledger", {
    newestFirst: true,
    limit: limit + 1,
    ...(before ? { before } : {}),
  });
  const lines = entries.slice(0, limit).map(({ key, record }) => lineOf(key, record));
  return { lines, more: entries.length > limit };
}

/** @param firstConsentAtMs 0 where the owner never said yes. */
export async function totalsOfLedger(
  records: Records,
  firstConsentAtMs: number,
): Promise<LedgerTotals> {
  let totals: LedgerTotals = { items: 0, bytes: 0, beforeConsent: 0 };
  let after = "";
  for (;;) {
    const entries = await records.list("ledger", { after, limit: readAtOnce });
    const last = entries.at(-1);
    if (!last) return totals;
    after = last.key;
    const early = entries.filter(
      ({ record }) => firstConsentAtMs === 0 || Number(record.atMs) < firstConsentAtMs,
    );
    totals = {
      items: totals.items + entries.length,
      bytes: entries.reduce((bytes, { record }) => bytes + record.body.length, totals.bytes),
      since: totals.since ?? new Date(Number(entries[0]?.record.atMs)),
      beforeConsent: totals.beforeConsent + early.length,
    };
  }
}

export async function clearLedger(records: Records): Promise<void> {
  await records.commit((await records.keys("ledger")).map((key) => remove("ledger", key)));
}

function lineOf(key: string, entry: LedgerEntry): LedgerLine {
  const { declaration, method, destination, body, atMs } = entry;
  if (!isDeclarationId(declaration)) throw new AssentError("profile_unreadable");
  const at = new Date(Number(atMs));
  return { ...declarations[declaration], key, at, declaration, method, destination, body };
}
