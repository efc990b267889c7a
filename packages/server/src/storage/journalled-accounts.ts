// Accounts whose endings are in the journal, too, before anybody is answered: the rows first, in their transaction, and then
// what they say has ended. Where the process ends in between, the next start finds it in the rows.
import { AssentError } from "@assent/protocol";
import type { EndedFact } from "../accounts/store.ts";
import { StartRefused } from "../start-refused.ts";
import type { AccountRows } from "./account-rows.ts";
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

/** @param diskFailed the journal took nothing; callers are told `busy` */
export function journalledAccounts(
  rows: AccountRows,
  endedSince: RestoringRows["endedSince"],
  journal: EndedJournal,
  diskFailed: (error: unknown) => void,
): AccountRows {
  let turn: Promise<unknown> = Promise.resolve();
  let hourOfWritten = 0;
  let written = new Set<string>();

  function inTurn(work: () => Promise<void>): Promise<void> {
    const done = turn.then(work);
    turn = done.catch(() => undefined);
    return done;
  }

  /** What ended in this hour and is not written yet. A line that is there twice does no harm. */
  function write(hour: number): Promise<void> {
    return inTurn(async () => {
      if (hour !== hourOfWritten) written = new Set();
      hourOfWritten = hour;
      const facts = (await endedSince(hour)).filter((fact) => !written.has(nameOf(fact)));
      try {
        await journal.append(facts);
      } catch (cause) {
        diskFailed(cause);
        throw new AssentError("busy", { cause });
      }
      for (const fact of facts) written.add(nameOf(fact));
    });
  }

  async function answered<Outcome extends { readonly kind: string }>(
    outcome: Outcome,
    now: number,
    mayHaveEnded: boolean,
  ): Promise<Outcome> {
    if (mayHaveEnded) await write(Math.floor(now / hourMs));
    return outcome;
  }

  return {
    ...rows,
    async create(account) {
      const outcome = await rows.create(account);
      const hasEnded = outcome.kind === "created" && outcome.endedMailboxes.length > 0;
      return answered(outcome, account.now, hasEnded);
    },
    async end(accountId, now) {
      const outcome = await rows.end(accountId, now);
      return answered(outcome, now, outcome.kind === "ended");
    },
    async endByNumber(lookupHashes, claim, now) {
      const outcome = await rows.endByNumber(lookupHashes, claim, now);
      return answered(outcome, now, outcome.kind === "ended");
    },
    // The journal first: it must not know what the rows forgot.
    async forget(now, endedBefore) {
      await inTurn(() => journal.compact(Math.floor(endedBefore / hourMs)));
      await rows.forget(now, endedBefore);
    },
  };
}

function nameOf(fact: EndedFact): string {
  return `${fact.kind} ${Buffer.from(fact.id).toString("hex")}`;
}
