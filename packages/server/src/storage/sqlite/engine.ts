// One SQLite file, and the transactions on it. Runs in the worker thread, which is the file's only writer and
// reader: the file is locked to this process.
import { dirname } from "node:path";
import { backup, DatabaseSync } from "node:sqlite";
import type { BackupProgress } from "../../operating/store.ts";
import { damagedFile, earlierFormat, StartRefused } from "../../start-refused.ts";
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
import { registrationOperations } from "./registration.ts";
import { restoringOperations } from "./restoring.ts";
import { timeOperations } from "./time.ts";

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

export interface Engine {
  /**
   * Runs calls as one transaction and answers them, in their order, once it is durable. A call that fails undoes
   * itself alone.
   */
  run(calls: readonly Call[]): Answer[];
  /** Whether deleted bytes may still be in the write-ahead log, or free pages in the file. */
  readonly hasRemains: boolean;
  /** Takes what was deleted off the disk. */
  purge(): void;
  /** Copies all of it into a file, in parts between which calls run. What they change is in the copy. */
  copyTo(file: string, told: (progress: BackupProgress) => void): Promise<Failure | undefined>;
  close(): void;
}

type OperationsByName = Record<string, Record<string, (...given: unknown[]) => unknown>>;

// Free pages are zeros already (secure_delete); giving them back may take a while, so it is done in parts.
const pagesGivenBackAtOnce = 1_000;
// Calls wait for as long as these take.
const pagesCopiedAtOnce = 256;

/** @throws StartRefused where the file is in use, or of a version that this program does not read. */
export function openEngine(file: string, mostPages?: number): Engine {
  const database = openDatabase(file);
  if (mostPages !== undefined) database.exec(`PRAGMA max_page_count = ${mostPages}`);
  let remains = false;
  let purgeNow = false;
  const workspace: Workspace = {
    database,
    leavesRemains: () => {
      remains = true;
    },
    leavesNothing: () => {
      purgeNow = true;
    },
  };
  const ports = {
    cell: cellOperations(workspace),
    registration: registrationOperations(workspace),
    accounts: { ...accountOperations(workspace), ...deviceOperations(workspace) },
    directory: directoryOperations(workspace),
    discovery: discoveryOperations(workspace),
    mailboxRows: mailboxRowOperations(workspace),
    counters: counterOperations(workspace),
    time: timeOperations(workspace),
    restoring: restoringOperations(workspace),
    held: heldOperations(workspace),
  } as unknown as OperationsByName;
  const begin = database.prepare("BEGIN IMMEDIATE");
  const commit = database.prepare("COMMIT");
  const savepoint = database.prepare("SAVEPOINT call");
  const release = database.prepare("RELEASE call");
  const rollbackToSavepoint = database.prepare("ROLLBACK TO call");

  function run(calls: readonly Call[]): Answer[] {
    try {
      return runTogether(calls, (call) => ({ value: operate(call) }));
    } catch (error) {
      const failure = failureOf(error, "transaction");
      // Not tried again: what a disk that failed says then is worth nothing.
      if (isOfFailedDisk(failure)) return calls.map(() => ({ failure }));
      // Nothing of it happened. Rarely needed, so only now each call gets a savepoint of its own: they cost
      // as much as the calls.
    }
    try {
      return runTogether(calls, runAlone);
    } catch (error) {
      const failure = failureOf(error, "transaction");
      return calls.map(() => ({ failure }));
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

  function purge(): void {
    purgeNow = false;
    remains = true;
    try {
      database.exec(`PRAGMA incremental_vacuum(${pagesGivenBackAtOnce})`);
      const { busy } = database.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get() as {
        busy: number;
      };
      const free = database.prepare("PRAGMA freelist_count").get() as { freelist_count: number };
      remains = busy !== 0 || free.freelist_count > 0;
    } catch {
      // What was committed stays committed on a disk that fails now; there are remains, and another try.
    }
  }

  function close(): void {
    purge();
    database.close();
  }

  async function copyTo(
    file: string,
    told: (progress: BackupProgress) => void,
  ): Promise<Failure | undefined> {
    try {
      await backup(database, file, {
        rate: pagesCopiedAtOnce,
        progress: ({ totalPages, remainingPages }) =>
          told({ done: totalPages - remainingPages, of: totalPages }),
      });
      return undefined;
    } catch (error) {
      return failureOf(error, "backup");
    }
  }

  return {
    run,
    purge,
    copyTo,
    close,
    get hasRemains() {
      return remains;
    },
  };
}

function openDatabase(file: string): DatabaseSync {
  const database = new DatabaseSync(file, { enableForeignKeyConstraints: true, timeout: 0 });
  try {
    // auto_vacuum holds only when it is set before the first table. The exclusive lock keeps a second process,
    // which would hand out the same positions and hear none of our hints, away from the file. KeyPackages are
    // 2.7 KB: a page of 8 KB holds two, one of 4 KB one.
    database.exec(`
      PRAGMA locking_mode = EXCLUSIVE;
      PRAGMA page_size = 8192;
      PRAGMA auto_vacuum = INCREMENTAL;
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      PRAGMA secure_delete = ON;
      PRAGMA temp_store = MEMORY;
      PRAGMA cache_size = -65536;
      PRAGMA wal_autocheckpoint = 2000;
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
// SQLITE_CORRUPT and SQLITE_NOTADB.
const damagedCodes: readonly number[] = [11, 26];

function failureOf(error: unknown, at: string): Failure {
  return { sqliteCode: sqliteCodeOf(error), at };
}

function sqliteCodeOf(error: unknown): number | undefined {
  return error instanceof Error && "errcode" in error && typeof error.errcode === "number"
    ? error.errcode
    : undefined;
}
