// The main thread's side of the storage thread: each room's port, as calls to the worker that owns the file.
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { AssentError } from "@assent/protocol";
import type { HeldStore } from "../../demo/store.ts";
import type { BackupOutcome, BackupProgress } from "../../operating/store.ts";
import { StartRefused } from "../../start-refused.ts";
import type { AccountRows } from "../account-rows.ts";
import { openDataFolder } from "../data-folder.ts";
import type { MailboxRows } from "../mailbox-rows.ts";
import type { RestoringRows } from "../restoring.ts";
import type { Stores } from "../stores.ts";
import type { Call, Copied, Failure } from "./engine.ts";
import { isOfFailedDisk, isOfReading } from "./failed-disk.ts";
import type { FromWorker, ToWorker, WorkerData } from "./worker.ts";

/** The operation did nothing: what it asked cannot be, the disk is broken, or the thread ended. */
class StorageError extends Error {
  override readonly name = "StorageError";
  readonly code: string;

  constructor(failure: Failure | "thread ended") {
    super("storage failed");
    this.code =
      failure === "thread ended" ? failure : `SQLite ${failure.sqliteCode ?? "?"} at ${failure.at}`;
  }
}

// SQLITE_FULL and SQLITE_IOERR, which has details in its higher bits: the disk takes nothing at the moment.
const diskCodes: readonly number[] = [13, 10];

// SQLITE_CORRUPT and SQLITE_NOTADB: what is in the file is not what was written.
const damagedCodes: readonly number[] = [11, 26];

function isOfDisk({ sqliteCode }: Failure): boolean {
  return sqliteCode !== undefined && diskCodes.includes(sqliteCode & 0xff);
}

export interface SqliteStorageOptions {
  /** The disk took nothing, as it is full or fails. Callers are told `busy`, and who runs the service of this. */
  readonly diskFailed?: (error: unknown) => void;
  /** The file is damaged. Callers are told `busy`: it can be put back from a backup. */
  readonly damaged?: (error: unknown) => void;
  /** The file grows to so many pages at most. */
  readonly mostPages?: number;
}

/** What SQLite keeps of a cell: all but envelopes. */
export interface SqliteStorage extends Omit<Stores, "accounts" | "mailbox" | "backup" | "isShort"> {
  readonly copies: Copies;
  readonly accounts: AccountRows;
  readonly mailboxRows: MailboxRows;
  readonly restoring: RestoringRows;
  readonly held: HeldStore;
}

/** What a copy says that did not come to its end. */
export type CopyOutcome =
  | "copied"
  | Extract<BackupOutcome["kind"], "no-room" | "unreadable" | "given-up">;

export interface Copies {
  /** Copies the whole database into a file, as it is when that ends, while calls go on. One at a time. */
  copyTo(file: string, told: (progress: BackupProgress) => void): Promise<CopyOutcome>;
  /** A copy that is under way ends as given-up, and so does each later one. */
  giveUp(): void;
}

interface Copy {
  told(progress: BackupProgress): void;
  resolve(copied: CopyOutcome): void;
  reject(error: unknown): void;
}

interface Caller {
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/**
 * Opens or creates DIRECTORY/assent.db.
 * @param crashed the thread ended by itself, or the disk failed; all its calls failed, and every later one will.
 * @throws StartRefused where the file is in use, or of a version that this program does not read.
 */
export async function openSqliteStorage(
  directory: string,
  crashed: (error: unknown) => void,
  { diskFailed = () => {}, damaged = () => {}, mostPages }: SqliteStorageOptions = {},
): Promise<SqliteStorage> {
  await openDataFolder(directory);
  const worker = new Worker(new URL("./worker.ts", import.meta.url), {
    name: "storage",
    workerData: { file: join(directory, "assent.db"), mostPages } satisfies WorkerData,
    // node:sqlite announces at each start that it is young; the version it is used with is pinned.
    execArgv: ["--disable-warning=ExperimentalWarning"],
  });
  const connection = await connect(worker, crashed, diskFailed, damaged);
  return {
    cell: connection.port("cell", { cell: true, keep: true }),
    registration: connection.port("registration", {
      openSession: true,
      countTry: true,
      keepClaim: true,
      isNever: true,
      addNever: true,
      removeNever: true,
      countNever: true,
      addInvitations: true,
      isInvited: true,
      invitationCounts: true,
      withdrawInvitations: true,
      withdrawAllInvitations: true,
      forgetInvitations: true,
      forget: true,
    }),
    accounts: connection.port("accounts", {
      count: true,
      accountOfClaim: true,
      account: true,
      create: true,
      change: true,
      end: true,
      endByNumber: true,
      ending: true,
      admit: true,
      restart: true,
      forget: true,
    }),
    directory: connection.port("directory", {
      sealedRecord: true,
      takeKeyPackages: true,
      addKeyPackages: true,
      keyPackagesLeft: true,
      forget: true,
    }),
    discovery: connection.port("discovery", { people: true, tagsIn: true }),
    mailboxRows: connection.port("mailboxRows", {
      lineage: true,
      hasEnded: true,
      block: true,
      page: true,
    }),
    push: connection.port("push", { set: true, subscription: true, end: true, mailboxes: true }),
    smsRelay: connection.port("smsRelay", {
      note: true,
      states: true,
      settle: true,
      takeBack: true,
      forget: true,
    }),
    counters: connection.port("counters", {
      count: true,
      countTogether: true,
      giveBack: true,
      endPauses: true,
      forget: true,
    }),
    time: connection.port("time", { keptTime: true, keepTime: true }),
    restoring: connection.port("restoring", {
      isSound: true,
      steering: true,
      endedSince: true,
      replay: true,
      dropSingleUse: true,
      beginLineage: true,
      isInFile: true,
    }),
    held: connection.port("held", { tables: true }),
    copies: connection.copies,
    close: connection.close,
  };
}

interface Connection {
  readonly copies: Copies;
  /** A port whose methods, all of them, are calls to the worker. */
  port<Name extends Exclude<keyof SqliteStorage, "close" | "copies">>(
    name: Name,
    methods: Readonly<Record<keyof SqliteStorage[Name], true>>,
  ): SqliteStorage[Name];
  close(): Promise<void>;
}

async function connect(
  worker: Worker,
  crashed: (error: unknown) => void,
  diskFailed: (error: unknown) => void,
  damaged: (error: unknown) => void,
): Promise<Connection> {
  await opened(worker);
  const closed = Promise.withResolvers<void>();
  let state: "open" | "closing" | "ended" = "open";
  // Calls that are not sent yet, each with who waits for it; and who waits for what was sent, message by message.
  let calls: Call[] = [];
  let callers: Caller[] = [];
  let underWay: Caller[][] = [];
  let copy: Copy | undefined;

  worker.on("message", (message: FromWorker) => {
    if (message.kind === "closed") {
      state = "ended";
      closed.resolve();
    }
    if (message.kind === "copying") copy?.told(message.progress);
    if (message.kind === "copy ended") {
      if (copy) settleCopy(copy, message.how);
      copy = undefined;
    }
    if (message.kind !== "answers") return;
    const answered = underWay.shift() ?? [];
    // At once: the thread works on while those who waited are answered.
    send();
    for (const [index, answer] of message.answers.entries()) {
      if ("failure" in answer) {
        answered[index]?.reject(errorOf(answer.failure));
        if (isOfFailedDisk(answer.failure)) end(new StorageError(answer.failure));
      } else answered[index]?.resolve(answer.value);
    }
  });
  worker.on("error", end);
  worker.on("exit", () => end(new StorageError("thread ended")));

  function settleCopy({ resolve, reject }: Copy, how: Copied): void {
    if (typeof how === "string") resolve(how);
    else if (isOfReading(how.failure)) {
      diskFailed(new StorageError(how.failure));
      resolve("unreadable");
    } else if (isOfDisk(how.failure)) resolve("no-room");
    else reject(errorOf(how.failure));
  }

  function errorOf(failure: Failure): Error {
    const cause = new StorageError(failure);
    if (damagedCodes.includes((failure.sqliteCode ?? 0) & 0xff)) {
      damaged(cause);
      return new AssentError("busy", { cause });
    }
    if (!isOfDisk(failure)) return cause;
    diskFailed(cause);
    return new AssentError("busy", { cause });
  }

  function end(error: unknown): void {
    if (state === "ended") return;
    state = "ended";
    for (const caller of [...underWay.flat(), ...callers]) {
      caller.reject(new StorageError("thread ended"));
    }
    underWay = [];
    calls = [];
    callers = [];
    copy?.reject(new StorageError("thread ended"));
    closed.resolve();
    crashed(error);
  }

  function call(port: string, method: string, given: readonly unknown[]): Promise<unknown> {
    if (state !== "open") return Promise.reject(new StorageError("thread ended"));
    if (calls.length === 0 && underWay.length === 0) setImmediate(send);
    calls.push({ port, method, given });
    return new Promise((resolve, reject) => callers.push({ resolve, reject }));
  }

  // All calls of one turn of the event loop cross in one message, and none while another is under way: what is
  // called while a transaction is made durable becomes the next one. So batches grow with load by themselves and
  // nothing waits for a timer (docs/decisions/0012-node-sqlite-in-a-worker.md).
  function send(): void {
    if (calls.length === 0) return;
    worker.postMessage(calls satisfies ToWorker);
    underWay.push(callers);
    calls = [];
    callers = [];
  }

  return {
    port: <Name extends keyof SqliteStorage>(
      name: Name,
      methods: Readonly<Record<keyof SqliteStorage[Name], true>>,
    ) =>
      Object.fromEntries(
        Object.keys(methods).map((method) => [
          method,
          (...given: unknown[]) => call(name, method, given),
        ]),
      ) as unknown as SqliteStorage[Name],
    copies: {
      copyTo(file, told) {
        if (state !== "open") return Promise.reject(new StorageError("thread ended"));
        worker.postMessage({ copyTo: file } satisfies ToWorker);
        return new Promise((resolve, reject) => {
          copy = { told, resolve, reject };
        });
      },
      giveUp() {
        if (state === "open") worker.postMessage("give up copy" satisfies ToWorker);
      },
    },
    close: () => {
      if (state === "open") {
        state = "closing";
        send();
        worker.postMessage("close" satisfies ToWorker);
      }
      return closed.promise;
    },
  };
}

function opened(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.once("error", reject);
    worker.once("message", (message: FromWorker) => {
      worker.off("error", reject);
      if (message.kind === "refused") reject(new StartRefused(message.message));
      else resolve();
    });
  });
}
