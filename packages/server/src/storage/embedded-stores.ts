// All stores of a cell that runs as one process: envelopes in the envelope log, everything else in SQLite, and the order
// of the two where an account or a mailbox changes in both. Trusts the rows over the log.
import { join } from "node:path";
import type { AccountStore } from "../accounts/store.ts";
import type { Randomness } from "../randomness.ts";
import type { AccountRows } from "./account-rows.ts";
import type { EnvelopeLog } from "./envelope-log/envelope-log.ts";
import { openEnvelopeLog } from "./envelope-log/mailbox-store.ts";
import { promised } from "./promised-mailboxes.ts";
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
      accounts: accountsOn(accounts, log),
      mailbox: promised(store),
      mailboxes: store,
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

/**
 * The rows change first, in their one transaction; then the log is told. Wherever the process ends in between, the next
 * start reads the rows, and they decide:
 * - created: the log has nothing of the mailbox, and begins it. Nobody could put into it before its device was answered.
 * - restarted: the log has what waited in the former generation, and drops it. What was put meanwhile came through
 *   addresses of that generation: its senders are told `lost`.
 * - ended: the log has envelopes of a mailbox without a row, and drops and erases them. What was put meanwhile was
 *   answered as stored, and its senders find `gone` in the journal.
 * The other way round, a transaction that failed would leave an account whose texts are lost.
 */
function accountsOn(rows: AccountRows, log: EnvelopeLog): AccountStore {
  /** How many envelopes waited, once their bytes are off the disk. */
  async function cutOff(mailboxIds: readonly Uint8Array[]): Promise<number> {
    const { envelopes, erased } = log.cutOff(mailboxIds);
    await erased;
    return envelopes;
  }

  return {
    ...rows,

    async create(account) {
      const outcome = await rows.create(account);
      if (outcome.kind !== "created") return outcome;
      log.created({ mailboxId: account.device.mailboxId, generation: 1, blocked: [] });
      await cutOff(outcome.endedMailboxes);
      return outcome;
    },

    async end(accountId, now) {
      const outcome = await rows.end(accountId, now);
      if (outcome.kind !== "ended") return outcome;
      return { ...outcome, envelopes: await cutOff(outcome.endedMailboxes) };
    },

    async endByNumber(lookupHashes, claim, now) {
      const outcome = await rows.endByNumber(lookupHashes, claim, now);
      if (outcome.kind !== "ended") return outcome;
      return { ...outcome, envelopes: await cutOff(outcome.endedMailboxes) };
    },

    async restart(wanted) {
      const outcome = await rows.restart(wanted);
      if (outcome.kind !== "restarted") return outcome;
      log.restarted(outcome.mailboxId, wanted.generation);
      await log.durable();
      return outcome;
    },
  };
}
