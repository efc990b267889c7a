// All stores of a cell that runs as one process: envelopes in the envelope log, everything else in SQLite.
import { join } from "node:path";
import type { Randomness } from "../randomness.ts";
import { accountsOnLog } from "./accounts-on-log.ts";
import { openEnvelopeLog } from "./envelope-log/mailbox-store.ts";
import { openSqliteStorage } from "./sqlite/storage.ts";
import type { Stores } from "./stores.ts";

export interface EmbeddedStoresParts {
  readonly randomness: Randomness;
  /** The stores cannot go on: the process is to end. */
  readonly crashed: (error: unknown) => void;
  /** The disk took nothing, as it is full or fails; said again while that lasts. Callers are told `busy`. */
  readonly diskFailed: (error: unknown) => void;
  /** SQLite's file grows to so many pages at most. */
  readonly mostPages?: number;
}

// Puts are refused while less than this is free, so that there is room for acknowledging, leaving and starting. The
// ballast is let go where even that was used up by somebody else.
const room = { refusePutsBelowBytes: 64 * 1_024 * 1_024, ballastBytes: 4 * 1_024 * 1_024 };

/**
 * Opens or creates DIRECTORY/assent.db and DIRECTORY/envelopes.
 * @throws StartRefused where they are in use, of another version, damaged, or one is there without the other
 */
export async function openEmbeddedStores(
  directory: string,
  parts: EmbeddedStoresParts,
): Promise<Stores> {
  const { randomness, crashed, diskFailed, mostPages } = parts;
  // Its lock keeps other processes off the log too.
  const sqlite = await openSqliteStorage(directory, crashed, {
    diskFailed,
    ...(mostPages === undefined ? {} : { mostPages }),
  });
  const { mailboxRows, accounts, ...others } = sqlite;
  try {
    const { log, store } = await openEnvelopeLog(join(directory, "envelopes"), mailboxRows, {
      randomness,
      room,
      diskShort: diskFailed,
      fatal: crashed,
    });
    return {
      ...others,
      accounts: accountsOnLog(accounts, log),
      mailbox: store,
      async close() {
        await log.close();
        await sqlite.close();
      },
    };
  } catch (error) {
    await sqlite.close();
    throw error;
  }
}
