// One SQLite file, and the transactions on it. Runs in the worker thread, which is the file's only writer and
// reader: the file is locked to this process.
import { dirname } from "node:path";
import { backup, DatabaseSync } from "node:sqlite";
import type { BackupProgress } from "../../operating/store.ts";
import { damagedFile, earlierFormat, StartRefused } from "../../start-refused.ts";
import { isWithoutRoom } from "../envelope-log/file-system.ts";
import { accountOperations } from "./accounts.ts";
import { cellOperations } from "./cell.ts";
import { counterOperations } from "./counters.ts";
import { deviceOperations } from "./devices.ts";
import { directoryOperations } from "./directory.ts";
import { discoveryOperations } from "./discovery.ts";
import { isOfFailedDisk } from "./failed-disk.ts";
import { heldOperations } from "./held.ts";
import { mailboxRowOperations } from "./mailbox-rows.ts";
import { isEarlierFormat, migrate } from "./migrations.ts";
import type { Workspace } from "./operations.ts";
import { pushOperations } from "./push.ts";
import { registrationOperations } from "./registration.ts";
import { restoringOperations } from "./restoring.ts";
import { smsRelayOperations } from "./sms-relay.ts";
import { timeOperations } from "./time.ts";
import {
  eraseWriteAhead,
  hasRoom,
  keepWriteAhead,
  restoreWriteAhead,
  writeAheadBytes,
} from "./write-ahead-room.ts";

/** One call of a port's method. */
export interface Call {
  readonly port: string;
  readonly method: string;
  readonly given: readonly unknown[];
}

export type Answer = { readonly value: unknown } | { readonly failure: Failure };

/** Of an operation that did nothing. SQLite's code, never its message. */
export interface Failure {
  readonly sqliteCode: number | undefined;
  readonly at: string;
}

export type Copied = "copied" | "given-up" | { readonly failure: Failure };

export interface Engine {
  /**
   * Runs calls as one transaction and answers them, in their order, once it is durable. A call that fails undoes
   * itself alone.
   */
  run(calls: readonly Call[]): Answer[];
  /** Whether deleted bytes may still be in the write-ahead log, or free pages in the file. */
  readonly hasRemains: boolean;
  /** Why the write-ahead log could not be erased: what the disk holds of it is not known, and nothing may be written behind it. */
  readonly failed: unknown;
  /** Takes what was deleted off the disk. Whether nothing is left in the write-ahead log. */
  purge(): boolean;
  /** Copies all of it into a file, in parts between which calls run. What they change is in the copy. */
  copyTo(file: string, told: (progress: BackupProgress) => void): Promise<Copied>;
  /** What is being copied ends with the part that is under way. */
  giveUpCopy(): void;
  close(): void;
}

interface BackupPart {
  readonly totalPages: number;
  readonly remainingPages: number;
}

class CopyGivenUp extends Error {}

type OperationsByName = Record<string, Record<string, (...given: unknown[]) => unknown>>;

const pageBytes = 8_192;
// Free pages are zeros already (secure_delete); giving them back may take a while, so it is done in parts. Each part fits
// into the room of the write-ahead log, whatever else it moves.
const pagesGivenBackAtOnce = 100;
const partsAtOnce = 10;
// Free pages that stay: what is written on a full disk finds its place there. Twice as many are too many.
const pagesKept = 64;
// As many as leave half of the write-ahead log's room to the transaction that comes last.
const checkpointedPages = writeAheadBytes / pageBytes / 2;
// Calls wait for as long as these take.
const pagesCopiedAtOnce = 256;

/** @throws StartRefused where the file is in use, or of a version that this program does not read. */
export function openEngine(file: string, mostPages?: number): Engine {
  const database = openDatabase(file);
  let remains = true;
  let purgeNow = false;
  let isInFile = false;
  let failed: unknown;
  let isCopyGivenUp = false;
  const workspace: Workspace = {
    database,
    leavesRemains: () => {
      remains = true;
    },
    leavesNothing: () => {
      purgeNow = true;
    },
    isInFile: () => isInFile,
  };
  const ports = {
    cell: cellOperations(workspace),
    registration: registrationOperations(workspace),
    accounts: { ...accountOperations(workspace), ...deviceOperations(workspace) },
    directory: directoryOperations(workspace),
    discovery: discoveryOperations(workspace),
    mailboxRows: mailboxRowOperations(workspace),
    push: pushOperations(workspace),
    smsRelay: smsRelayOperations(workspace),
    counters: counterOperations(workspace),
    time: timeOperations(workspace),
    restoring: restoringOperations(workspace),
    held: heldOperations(workspace),
  } as unknown as OperationsByName;
  const pageCounts = {
    freelist_count: database.prepare("PRAGMA freelist_count"),
    page_count: database.prepare("PRAGMA page_count"),
  };
  const begin = database.prepare("BEGIN IMMEDIATE");
  const commit = database.prepare("COMMIT");
  const savepoint = database.prepare("SAVEPOINT call");
  const release = database.prepare("RELEASE call");
  const rollbackToSavepoint = database.prepare("ROLLBACK TO call");

  function run(calls: readonly Call[]): Answer[] {
    for (let pages = pagesKept; ; pages *= 2) {
      const outcome = attempt(calls);
      if (Array.isArray(outcome)) {
        keepFreePages();
        return outcome;
      }
      const isWorthTrying = outcome.sqliteCode === sqliteFull && failed === undefined;
      if (!isWorthTrying) return calls.map(() => ({ failure: outcome }));
      if (!grow(pages) && failed === undefined) return calls.map(runWithLittleRoom);
    }
  }

  function keepFreePages(): void {
    if (count("freelist_count") < pagesKept / 2) grow(pagesKept);
  }

  /** Nothing of it happened where it failed. */
  function attempt(calls: readonly Call[]): Answer[] | Failure {
    try {
      return runTogether(calls, (call) => ({ value: operate(call) }));
    } catch (error) {
      const failure = failureOf(error, "transaction");
      // Not tried again: what a disk that failed says then is worth nothing.
      if (isOfFailedDisk(failure) || failure.sqliteCode === sqliteFull) return failure;
      // Rarely needed, so only now each call gets a savepoint of its own: they cost as much as the calls.
    }
    try {
      return runTogether(calls, runAlone);
    } catch (error) {
      return failureOf(error, "transaction");
    }
  }

  /** Alone in its transaction, with all the room that the write-ahead log has. */
  function runWithLittleRoom(call: Call): Answer {
    try {
      purge();
      return runTogether([call], (one) => ({ value: operate(one) }))[0] as Answer;
    } catch (error) {
      return { failure: failureOf(error, `${call.port}.${call.method}`) };
    }
  }

  function runTogether(calls: readonly Call[], runOne: (call: Call) => Answer): Answer[] {
    let answers: Answer[];
    try {
      begin.run();
      answers = calls.map(runOne);
      commit.run();
    } catch (error) {
      if (database.isTransaction) database.exec("ROLLBACK");
      throw error;
    }
    if (purgeNow) purge();
    return answers;
  }

  function runAlone(call: Call): Answer {
    savepoint.run();
    try {
      const value = operate(call);
      release.run();
      return { value };
    } catch (error) {
      // A full disk ends the whole transaction: then none of the others may be answered as done.
      if (!database.isTransaction) throw error;
      rollbackToSavepoint.run();
      release.run();
      return { failure: failureOf(error, `${call.port}.${call.method}`) };
    }
  }

  function operate({ port, method, given }: Call): unknown {
    const operation = ports[port]?.[method];
    if (!operation) throw new TypeError("no such operation");
    return operation(...given);
  }

  /** Whether nothing is left in the write-ahead log. */
  function purge(): boolean {
    purgeNow = false;
    remains = true;
    let isErased = false;
    try {
      isErased = eraseLog();
      let tooMany = count("freelist_count") - pagesKept;
      for (let part = 0; part < partsAtOnce && tooMany > pagesKept && isErased; part += 1) {
        database.exec(`PRAGMA incremental_vacuum(${Math.min(tooMany, pagesGivenBackAtOnce)})`);
        isErased = eraseLog();
        tooMany = count("freelist_count") - pagesKept;
      }
      remains = !isErased || tooMany > pagesKept;
    } catch {
      // What was committed stays committed on a disk that fails now; there are remains, and another try.
      isErased = false;
    }
    isInFile = isErased;
    return isErased;
  }

  /** Whether all of the write-ahead log is in the database, and nothing of it left. */
  function eraseLog(): boolean {
    const { busy } = database.prepare("PRAGMA wal_checkpoint(RESTART)").get() as { busy: number };
    if (busy !== 0) return false;
    try {
      eraseWriteAhead(file);
    } catch (error) {
      if (!isWithoutRoom(error)) failed ??= error;
      throw error;
    }
    allowPages(count("page_count"));
    return true;
  }

  /**
   * Makes free pages, on the disk too. Nothing else makes the file longer, so that what is committed on a full disk can be
   * written into it. Whether there was room.
   */
  function grow(wanted: number): boolean {
    const before = count("page_count");
    const pages = Math.min(wanted, (mostPages ?? Number.POSITIVE_INFINITY) - before);
    // Those that are free come first.
    const filled = count("freelist_count") + pages - pagesOfRoomItself(pages);
    if (pages <= 0 || !hasRoom(file)) return false;
    try {
      allowPages(before + pages);
      database.exec(`
        BEGIN IMMEDIATE;
        CREATE TABLE room (bytes BLOB);
        INSERT INTO room VALUES (zeroblob(${filled * pageBytes}));
        DROP TABLE room;
        COMMIT;
      `);
      return eraseLog() && count("page_count") > before;
    } catch {
      if (database.isTransaction) database.exec("ROLLBACK");
      allowPages(count("page_count"));
      return false;
    }
  }

  function allowPages(pages: number): void {
    database.exec(`PRAGMA max_page_count = ${pages}`);
  }

  function count(what: keyof typeof pageCounts): number {
    return Number(pageCounts[what].get()?.[what]);
  }

  function close(): void {
    if (purge()) keepWriteAhead(file);
    database.close();
  }

  async function copyTo(file: string, told: (progress: BackupProgress) => void): Promise<Copied> {
    const progress = ({ totalPages, remainingPages }: BackupPart) => {
      // What is thrown here ends the copy.
      if (isCopyGivenUp) throw new CopyGivenUp();
      told({ done: totalPages - remainingPages, of: totalPages });
    };
    try {
      await backup(database, file, { rate: pagesCopiedAtOnce, progress });
      return "copied";
    } catch (error) {
      if (error instanceof CopyGivenUp) return "given-up";
      return { failure: failureOf(error, "backup") };
    }
  }

  // What a process that was killed left in it; and room is made before it is needed.
  purge();
  keepFreePages();
  return {
    run,
    purge,
    copyTo,
    giveUpCopy: () => {
      isCopyGivenUp = true;
    },
    close,
    get hasRemains() {
      return remains;
    },
    get failed() {
      return failed;
    },
  };
}

function openDatabase(file: string): DatabaseSync {
  restoreWriteAhead(file);
  const database = new DatabaseSync(file, { enableForeignKeyConstraints: true, timeout: 0 });
  try {
    // auto_vacuum holds only when it is set before the first table. The exclusive lock keeps a second process,
    // which would hand out the same positions and hear none of our hints, away from the file. KeyPackages are
    // 2.7 KB: a page of 8 KB holds two, one of 4 KB one.
    database.exec(`
      PRAGMA locking_mode = EXCLUSIVE;
      PRAGMA page_size = ${pageBytes};
      PRAGMA auto_vacuum = INCREMENTAL;
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      PRAGMA secure_delete = ON;
      PRAGMA temp_store = MEMORY;
      PRAGMA cache_size = -65536;
      PRAGMA wal_autocheckpoint = ${checkpointedPages};
      BEGIN IMMEDIATE; COMMIT;
    `);
    if (isEarlierFormat(database)) throw earlierFormat(dirname(file));
    migrate(database);
    return database;
  } catch (error) {
    database.close();
    if (error instanceof StartRefused) throw error;
    if (damagedCodes.includes(sqliteCodeOf(error) ?? 0)) throw damagedFile(file, error);
    if (sqliteCodeOf(error) !== sqliteBusy) throw error;
    throw new StartRefused("The data directory is in use by another process.", { cause: error });
  }
}

const sqliteBusy = 5;
const sqliteFull = 13;
// SQLITE_CORRUPT and SQLITE_NOTADB.
const damagedCodes: readonly number[] = [11, 26];

// Its first page, what SQLite adds to each other one, and its maps of pages.
function pagesOfRoomItself(pages: number): number {
  return 4 + Math.ceil(pages / 1_024);
}

function failureOf(error: unknown, at: string): Failure {
  return { sqliteCode: sqliteCodeOf(error), at };
}

function sqliteCodeOf(error: unknown): number | undefined {
  return error instanceof Error && "errcode" in error && typeof error.errcode === "number"
    ? error.errcode
    : undefined;
}
