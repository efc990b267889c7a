// The ledger: the owner's own record of all that left this device. Nothing but its owner takes anything out of it. Handed
// records of its own: what leaves is durable here before it leaves, whatever else is stored together.
import {
  AssentError,
  type Declaration,
  declarations,
  isDeclarationId,
  sha256,
} from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import {
  type LedgerEntry,
  LedgerEntrySchema,
  LedgerTotalsSchema,
  put,
  type Records,
  remove,
  type Step,
  type LedgerTotals as StoredTotals,
} from "../store/records.ts";
import type { Change } from "../store/store.ts";
import type { LedgerItem } from "./egress.ts";

/** One item as the owner reads it. */
export interface LedgerLine extends Omit<Declaration, "purpose"> {
  readonly key: string;
  readonly at: Date;
  readonly declaration: string;
  readonly purpose: string;
  readonly method: string;
  readonly destination: string;
  /** Bytes that were sent. */
  readonly size: number;
  readonly body: LedgerBody;
}

/** What was sent: exactly, up to 16 KB; of more, what shows whether something else is the same. */
export type LedgerBody =
  | { readonly kind: "whole"; readonly bytes: Uint8Array }
  | { readonly kind: "digest"; readonly sha256: Uint8Array };

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

export interface LedgerParts {
  /** Which nothing else uses. */
  readonly records: Records;
  readonly now: () => number;
  /** 0 where the owner never said yes. */
  readonly firstConsentAtMs: () => number;
}

const keptWholeBytes = 16_384;
const clearedAtOnce = 1_000;

export class Ledger {
  readonly #parts: LedgerParts;
  #last: Promise<unknown> = Promise.resolve();
  #totals: StoredTotals | undefined;

  /** @internal */
  constructor(parts: LedgerParts) {
    this.#parts = parts;
  }

  /** @internal Durable when it resolves, with what it adds to the totals. */
  note({ body, ...item }: LedgerItem): Promise<void> {
    return this.#alone(async () => {
      const isWhole = body.length <= keptWholeBytes;
      const entry = create(LedgerEntrySchema, {
        ...item,
        atMs: BigInt(this.#parts.now()),
        bodyBytes: body.length,
        ...(isWhole ? { body: new Uint8Array(body) } : { bodyHash: sha256(body) }),
      });
      const noted = async (step: Step) => [put("ledger", await step.nextKey("ledger"), entry)];
      await this.#commit(noted, {
        items: 1,
        bytes: body.length,
        // Not by the time: the clock may have been ahead when they said yes.
        beforeConsent: this.#parts.firstConsentAtMs() === 0 ? 1 : 0,
      });
    });
  }

  /**
   * Forgets what left, or what left before a moment; what leaves from now on is noted as before.
   * @returns how many items it forgot.
   */
  clear({ before }: { readonly before?: Date } = {}): Promise<number> {
    return this.#alone(async () => {
      const { records } = this.#parts;
      const beforeMs = before?.getTime() ?? Number.POSITIVE_INFINITY;
      // Whatever left before the first yes stands before all that left since.
      let early = Number((await this.#stored()).beforeConsent);
      let forgotten = 0;
      for (let after = ""; ; ) {
        const entries = await records.list("ledger", { after, limit: clearedAtOnce });
        after = entries.at(-1)?.key ?? "";
        if (after === "") return forgotten;
        const cleared = entries.filter(({ record }) => Number(record.atMs) < beforeMs);
        const clearedEarly = entries.slice(0, early).filter((entry) => cleared.includes(entry));
        early -= Math.min(early, entries.length);
        const changes = cleared.map(({ key }) => remove("ledger", key));
        await this.#commit(async () => changes, {
          items: -cleared.length,
          bytes: -cleared.reduce((bytes, { record }) => bytes + record.bodyBytes, 0),
          beforeConsent: -clearedEarly.length,
        });
        forgotten += cleared.length;
      }
    });
  }

  /** All items, oldest first. */
  async lines(): Promise<LedgerLine[]> {
    const entries = await this.#parts.records.list("ledger");
    return entries.map(({ key, record }) => lineOf(key, record));
  }

  /**
   * So many items, newest first.
   * @param before the key of an item: only older ones.
   */
  async page({
    before,
    limit,
  }: {
    readonly before?: string;
    readonly limit: number;
  }): Promise<LedgerPage> {
    const entries = await this.#parts.records.list("ledger", {
      newestFirst: true,
      limit: limit + 1,
      ...(before ? { before } : {}),
    });
    const lines = entries.slice(0, limit).map(({ key, record }) => lineOf(key, record));
    return { lines, more: entries.length > limit };
  }

  /** Of all that is in it, without reading it. */
  async totals(): Promise<LedgerTotals> {
    const { items, bytes, beforeConsent } = await this.#stored();
    const [oldest] = await this.#parts.records.list("ledger", { limit: 1 });
    return {
      items: Number(items),
      bytes: Number(bytes),
      beforeConsent: Number(beforeConsent),
      ...(oldest ? { since: new Date(Number(oldest.record.atMs)) } : {}),
    };
  }

  async #commit(
    changes: (step: Step) => Promise<readonly Change[]>,
    added: Omit<LedgerTotals, "since">,
  ): Promise<void> {
    const stored = await this.#stored();
    const totals = {
      ...stored,
      items: stored.items + BigInt(added.items),
      bytes: stored.bytes + BigInt(added.bytes),
      beforeConsent: stored.beforeConsent + BigInt(added.beforeConsent),
    };
    await this.#parts.records.step(async (step) =>
      step.add([...(await changes(step)), put("ledgerTotals", "totals", totals)]),
    );
    this.#totals = totals;
  }

  async #stored(): Promise<StoredTotals> {
    this.#totals ??= await this.#parts.records.get("ledgerTotals", "totals");
    return this.#totals ?? create(LedgerTotalsSchema);
  }

  #alone<T>(step: () => Promise<T>): Promise<T> {
    const done = this.#last.then(step);
    this.#last = done.catch(() => undefined);
    return done;
  }
}

function lineOf(key: string, entry: LedgerEntry): LedgerLine {
  const { declaration, purpose, method, destination, body, bodyBytes, bodyHash, atMs } = entry;
  if (!isDeclarationId(declaration)) throw new AssentError("profile_unreadable");
  return {
    ...declarations[declaration],
    key,
    at: new Date(Number(atMs)),
    declaration,
    purpose,
    method,
    destination,
    size: bodyBytes,
    body:
      bodyHash.length > 0 ? { kind: "digest", sha256: bodyHash } : { kind: "whole", bytes: body },
  };
}
