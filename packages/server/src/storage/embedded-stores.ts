// All stores of a cell that runs as one process: envelopes in the envelope log, everything else in SQLite.
import { join } from "node:path";
import { AssentError } from "@assent/protocol";
import type { SteeringBesideStore } from "../operating/store.ts";
import type { Randomness } from "../randomness.ts";
import { accountsOnLog } from "./accounts-on-log.ts";
import { backupsOf, leavesRoomFor } from "./backup.ts";
import { beginAgain } from "./begin-again.ts";
import { type Beginning, requireDatabase } from "./database-file.ts";
import { type EndedJournal, openEndedJournal } from "./ended-journal.ts";
import { openEnvelopeLog } from "./envelope-log/mailbox-store.ts";
import { compareWithJournal, journalledAccounts } from "./journalled-accounts.ts";
import { openSqliteStorage } from "./sqlite/storage.ts";
import type { Stores } from "./stores.ts";

export interface EmbeddedStoresParts {
  readonly randomness: Randomness;
  /** The stores cannot go on: the process is to end. */
  readonly crashed: (error: unknown) => void;
  /** The disk took nothing, as it is full or fails; said again while that lasts. Callers are told `busy`. */
  readonly diskFailed: (error: unknown) => void;
  /** The database is damaged; said again while it is asked. Callers are told `busy`. */
  readonly damaged?: (error: unknown) => void;
  /** SQLite's file grows to so many pages at most. */
  readonly mostPages?: number;
  /** Puts, accounts and KeyPackages are refused while less than this is free. */
  readonly refusePutsBelowBytes?: number | undefined;
  readonly beginning?: Beginning;
  /** The service was started before. */
  readonly hasKeys?: boolean;
  /** Of what ended; DIRECTORY/ended.journal where it is not said. */
  readonly journalFile?: string;
  /** What the operator said, which is kept beside the database and goes with its backups. */
  readonly steering?: SteeringBesideStore;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

const refusePutsBelow = 64 * 1_024 * 1_024;
// What acknowledging, leaving and starting need has been written before, since others may use up what is free: the ballast,
// the room of the write-ahead log and of the journal.
const ballastBytes = 4 * 1_024 * 1_024;

/**
 * Opens or creates DIRECTORY/assent.db and DIRECTORY/envelopes.
 * @throws StartRefused where they are in use, of another version, damaged, or one is there without the other
 */
export async function openEmbeddedStores(
  directory: string,
  parts: EmbeddedStoresParts,
): Promise<Stores> {
  const { randomness, crashed, diskFailed, damaged = diskFailed, mostPages } = parts;
  const { now = Date.now, steering, refusePutsBelowBytes = refusePutsBelow } = parts;
  const room = { refusePutsBelowBytes, ballastBytes };
  const { beginning = "as-it-is", journalFile = join(directory, "ended.journal") } = parts;
  await requireDatabase(directory, beginning, parts.hasKeys ?? false);
  // Its lock keeps other processes off the log too.
  const sqlite = await openSqliteStorage(directory, crashed, {
    diskFailed,
    damaged,
    ...(mostPages === undefined ? {} : { mostPages }),
  });
  const { mailboxRows, accounts, restoring, held, copies, ...others } = sqlite;
  let journal: EndedJournal | undefined;
  try {
    journal = await openEndedJournal(journalFile);
    if (beginning !== "as-it-is") {
      const database = join(directory, "assent.db");
      await beginAgain(database, beginning, { restoring, journal, steering, now: now() });
    }
    await compareWithJournal(restoring, journal);
    const journalled = journalledAccounts(accounts, journal, diskFailed);
    const { log, store } = await openEnvelopeLog(join(directory, "envelopes"), mailboxRows, {
      randomness,
      room,
      diskShort: diskFailed,
      mayBeMissing: beginning !== "as-it-is",
      fatal: crashed,
    });
    return {
      ...others,
      backup: backupsOf({
        copies,
        steering: () => steering?.written(),
        leavesRoom: (folder) =>
          leavesRoomFor(join(directory, "assent.db"), room.refusePutsBelowBytes, folder),
      }),
      accounts: accountsOnLog(journalled, log),
      isShort: () => log.isShort,
      directory: {
        ...others.directory,
        async addKeyPackages(given) {
          if (log.isShort) throw new AssentError("busy");
          return others.directory.addKeyPackages(given);
        },
      },
      mailbox: store,
      held: { tables: async () => [...(await held.tables()), log.held()] },
      async close() {
        try {
          await log.close();
        } finally {
          await sqlite.close();
          await journal?.close();
        }
      },
    };
  } catch (error) {
    await journal?.close();
    await sqlite.close();
    throw error;
  }
}
