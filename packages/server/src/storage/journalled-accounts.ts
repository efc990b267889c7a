// Accounts whose endings are in the journal, too, before anybody is answered: the rows first, in their transaction, and then
// what they say has ended, of everybody who waits together. Where the process ends in between, the next start finds it in the
// rows; where the journal takes nothing, it is kept for the next time that something is to be written, or is asked for.
import { AssentError } from "@assent/protocol";
import type { AccountStore, EndedFact, EndingReason, InJournal } from "../accounts/store.ts";
import { StartRefused } from "../start-refused.ts";
import type { AccountRows, EndedRows } from "./account-rows.ts";
import type { EndedJournal } from "./ended-journal.ts";
import type { RestoringRows } from "./restoring.ts";

const hourMs = 3_600_000;
// Rows and journal forget after 400 days, each in its own time: what both must know is younger.
const comparedHours = 300 * 24;

/**
 * Writes into the journal what only the rows know. Other than after a restore, the journal knows nothing that the rows do
 * not: otherwise an older database was put back.
 * @throws StartRefused
 */
export async function compareWithJournal(
  rows: Pick<RestoringRows, "endedSince">,
  journal: EndedJournal,
): Promise<void> {
  const written = await journal.read();
  const remembered = await rows.endedSince(0);
  const inJournal = new Set(written.map(nameOf));
  const inRows = new Set(remembered.map(nameOf));
  const newest = written.reduce((latest, { hour }) => Math.max(latest, hour), 0);
  const isUnknown = (fact: EndedFact) =>
    fact.kind === "mailbox" && fact.hour > newest - comparedHours && !inRows.has(nameOf(fact));
  if (written.some(isUnknown)) {
    throw new StartRefused(
      "The database is older than the journal of ended accounts: it was put back from a backup, and accounts that left would be back. Start once with --restored.",
    );
  }
  await journal.append(remembered.filter((fact) => !inJournal.has(nameOf(fact))));
}

type JournalledEnded = EndedRows & InJournal;
type NotThere = { readonly kind: "no-account" };

/** Accounts of which only the envelopes are somewhere else. */
export interface JournalledAccounts
  extends Omit<AccountRows, "create" | "end" | "endByNumber">,
    Pick<AccountStore, "create"> {
  end(...given: Parameters<AccountStore["end"]>): Promise<JournalledEnded | NotThere>;
  endByNumber(
    ...given: Parameters<AccountStore["endByNumber"]>
  ): Promise<JournalledEnded | NotThere | { readonly kind: "claim-spent" }>;
}

/** @param diskFailed the journal took nothing; callers are told `busy` */
export function journalledAccounts(
  rows: AccountRows,
  journal: EndedJournal,
  diskFailed: (error: unknown) => void,
): JournalledAccounts {
  let turn: Promise<unknown> = Promise.resolve();
  /** Has not begun: what ends until then is written with it. */
  let next: Promise<void> | undefined;
  const unwritten: EndedFact[] = [];

  function inTurn(work: () => Promise<void>): Promise<void> {
    const done = turn.then(work);
    turn = done.catch(() => undefined);
    return done;
  }

  async function append(): Promise<void> {
    const facts = [...unwritten];
    if (facts.length === 0) return;
    try {
      await journal.append(facts);
    } catch (cause) {
      diskFailed(cause);
      throw new AssentError("busy", { cause });
    }
    unwritten.splice(0, facts.length);
  }

  /** Resolves when all that ended is in the journal. */
  function written(): Promise<void> {
    next ??= inTurn(() => {
      next = undefined;
      return append();
    });
    return next;
  }

  function journalledWith(facts: readonly EndedFact[]): Promise<void> {
    if (facts.length === 0) return Promise.resolve();
    unwritten.push(...facts);
    const journalled = written();
    // Whoever asked hears of it, later.
    journalled.catch(() => undefined);
    return journalled;
  }

  async function ended<Other extends { readonly kind: string }>(
    outcome: EndedRows | Other,
    reason: EndingReason,
    now: number,
  ): Promise<JournalledEnded | Other> {
    if (!isEnded(outcome)) {
      // It may be what was asked for before, and is not written yet.
      await written();
      return outcome;
    }
    const { accountId, endedMailboxes } = outcome;
    return {
      ...outcome,
      journalled: journalledWith(factsOf([accountId], reason, endedMailboxes, now)),
    };
  }

  return {
    ...rows,
    async accountOfClaim(serial) {
      const accountId = await rows.accountOfClaim(serial);
      if (accountId) await written();
      return accountId;
    },
    async ending(accountId) {
      const ending = await rows.ending(accountId);
      if (ending) await written();
      return ending;
    },
    async create(account) {
      const outcome = await rows.create(account);
      if (outcome.kind !== "created") return outcome;
      const { endedAccounts, ...created } = outcome;
      const facts = factsOf(endedAccounts, "taken-over", created.endedMailboxes, account.now);
      return { ...created, journalled: journalledWith(facts) };
    },
    async end(accountId, now) {
      return ended(await rows.end(accountId, now), "left", now);
    },
    async endByNumber(lookupHashes, claim, now) {
      const outcome = await rows.endByNumber(lookupHashes, claim, now);
      return ended(outcome, "left-by-number", now);
    },
    // The journal first: it must not know what the rows forgot.
    async forget(now, endedBefore) {
      await written();
      await inTurn(() => journal.compact(Math.floor(endedBefore / hourMs)));
      await rows.forget(now, endedBefore);
    },
  };
}

function isEnded(outcome: { readonly kind: string }): outcome is EndedRows {
  return outcome.kind === "ended";
}

/** As the rows remember it. */
function factsOf(
  accounts: readonly Uint8Array[],
  reason: EndingReason,
  mailboxes: readonly Uint8Array[],
  now: number,
): EndedFact[] {
  const hour = Math.floor(now / hourMs);
  return [
    ...accounts.map((id) => ({ kind: "account" as const, id, reason, hour })),
    ...mailboxes.map((id) => ({ kind: "mailbox" as const, id, hour })),
  ];
}

function nameOf(fact: EndedFact): string {
  return `${fact.kind} ${Buffer.from(fact.id).toString("hex")}`;
}
