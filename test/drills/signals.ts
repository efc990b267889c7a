// An operator's work that is cut off by a signal, wherever it is: the first start, any start, a start on a backup or without the
// database, a rotation of keys, a backup. What ends by itself ends in time and says so; no half file is taken for a whole one;
// the next start finds everything.
import { access, mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Lifetime } from "../network.ts";
import { DrilledService } from "./load/service.ts";
import {
  commanding,
  type Interrupted,
  interrupt,
  type Moment,
  starting,
} from "./signals/interrupted.ts";
import { Settled } from "./signals/settled.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** As the Debian package's unit has it. */
const stopsWithinMs = 30_000;

/** One try: a folder of its own, and the service that is there after it. */
interface Try {
  readonly context: Lifetime;
  readonly folder: string;
  readonly service: DrilledService;
  readonly settled: Settled;
  readonly moment: Moment;
}

interface Work {
  /** Makes the folder as it is before, and does the work until the signal. */
  interrupted(one: Try): Promise<Interrupted>;
  /** How the service may be started after it, as the page for operators says: the first that is not refused. */
  readonly startedBy: readonly (readonly string[])[];
  /** What does not hold, of the service that was started. */
  faults(one: Try): Promise<string[]>;
}

const places = ({ folder }: Try) =>
  ["data", "data/keys", "data/envelopes"].map((name) => join(folder, name));

function startOf(more: readonly string[], begin: (one: Try) => Promise<void>) {
  return async (one: Try) => {
    await begin(one);
    const { victim, done } = starting(one.service, more);
    return interrupt(victim, done, places(one), one.moment);
  };
}

/** @param of who gets the signal, where a service runs */
function commandOf(
  args: (one: Try) => readonly string[],
  of: "command" | "service",
  isRunning: boolean,
) {
  return async (one: Try) => {
    await one.settled.copyTo(one.folder);
    if (isRunning) await one.service.start();
    const all = [...args(one), "--data", join(one.folder, "data")];
    const { victim, done } = commanding(one.context, all);
    const watched = [...places(one), join(one.folder, "backups")];
    return interrupt(of === "service" ? one.service : victim, done, watched, one.moment);
  };
}

const rotate = () => ["keys", "rotate"];
const backUp = ({ folder }: Try) => ["backup", join(folder, "backups/new.db")];
const asEver = {
  startedBy: [[]],
  faults: ({ settled, service }: Try) => settled.missingAt(service),
};
const withBackup = {
  startedBy: [[]],
  faults: async (one: Try) => [
    ...(await one.settled.missingAt(one.service)),
    ...(await faultsOfBackups(one)),
  ],
};

export const works = {
  "first start": {
    interrupted: startOf([], async (one) => {
      for (const folder of places(one)) await mkdir(folder, { recursive: true, mode: 0o700 });
    }),
    startedBy: [[]],
    faults: async ({ service, settled }) =>
      (await settled.isSameCell(service)) ? ["it is the cell of another folder"] : [],
  },
  start: { interrupted: startOf([], ({ settled, folder }) => settled.copyTo(folder)), ...asEver },
  restored: {
    interrupted: startOf(["--restored"], ({ settled, folder }) => settled.copyRestoredTo(folder)),
    startedBy: [[], ["--restored"]],
    faults: ({ settled, service }) => settled.missingOfRestored(service),
  },
  "new database": {
    interrupted: startOf(["--new-database"], ({ settled, folder }) =>
      settled.copyWithoutDatabaseTo(folder),
    ),
    // The journal may know more than a database that was begun: then it is refused by what --restored does.
    startedBy: [[], ["--new-database"], ["--restored"]],
    faults: async ({ service, settled }) =>
      (await settled.isSameCell(service)) ? [] : ["it is another cell"],
  },
  "rotation on files": { interrupted: commandOf(rotate, "command", false), ...asEver },
  "rotation, the command": { interrupted: commandOf(rotate, "command", true), ...asEver },
  "rotation, the service": { interrupted: commandOf(rotate, "service", true), ...asEver },
  "backup, the command": { interrupted: commandOf(backUp, "command", true), ...withBackup },
  "backup, the service": { interrupted: commandOf(backUp, "service", true), ...withBackup },
} as const satisfies Record<string, Work>;

export type WorkName = keyof typeof works;

export interface Cut extends Moment {
  readonly work: WorkName;
  /** Done to the folder after it, while no service runs: the positive control. */
  readonly harm?: (folder: string) => Promise<void>;
}

export interface SignalsDrill {
  readonly context: Lifetime;
  readonly cuts: readonly Cut[];
  readonly progress: (line: string) => void;
}

export interface SignalsResult {
  readonly faults: readonly string[];
  /** Of each cut, how often the folders had changed. */
  readonly changes: readonly number[];
}

export async function signalsDrill(drill: SignalsDrill): Promise<SignalsResult> {
  const { context, progress } = drill;
  const above = await temporaryFolder(context);
  const settled = await Settled.make(context, await mkdtemp(join(above, "settled-")));
  const faults: string[] = [];
  const changes: number[] = [];
  for (const cut of drill.cuts) {
    const folder = await mkdtemp(join(above, "cut-"));
    const service = new DrilledService(context, join(folder, "data"));
    const one = { context, folder, service, settled, moment: cut };
    const work: Work = works[cut.work];
    const ended = await work.interrupted(one);
    // It goes on where only the command ended.
    if (service.isRunning) await service.stop();
    await cut.harm?.(folder);
    const found = [...faultsOfEnding(cut, ended), ...(await faultsAfter(one, work))];
    await service.kill();
    await rm(folder, { recursive: true });
    changes.push(ended.changes);
    const told = `${cut.work}: ${cut.signal} after ${ended.changes} changes, ended after ${Math.round(ended.tookMs)} ms`;
    for (const fault of found) faults.push(`${told}: ${fault}`);
    progress([told, ...found].join("; "));
  }
  return { faults, changes };
}

function faultsOfEnding({ work, signal }: Cut, { exitCode, tookMs }: Interrupted): string[] {
  const faults = tookMs > stopsWithinMs ? ["it did not end in time"] : [];
  // Commands leave what they asked to the service, and end at once.
  const isService = !/command|files/.test(work);
  if (isService && signal !== "SIGKILL" && exitCode !== 0)
    faults.push(`it exited with ${exitCode}`);
  return faults;
}

async function faultsAfter(one: Try, work: Work): Promise<string[]> {
  const { service } = one;
  const refusals: string[] = [];
  for (const more of work.startedBy) {
    const isStarted = await service.start([], more).then(
      () => true,
      () => false,
    );
    if (isStarted) {
      const faults = await work.faults(one);
      // And once more, as it is from then on.
      await service.stop();
      await service.start();
      return faults;
    }
    refusals.push(service.log.trim());
  }
  return refusals.map((refusal) => `the next start: ${refusal}`);
}

/** Whatever has the name of a backup is one; and one can be made now. */
async function faultsOfBackups(one: Try): Promise<string[]> {
  const folder = join(one.folder, "backups");
  const file = join(folder, "new.db");
  const isLeft = (await readdir(folder)).some((name) => name !== "new.db");
  const faults: string[] = [];
  if (isLeft && one.moment.signal !== "SIGKILL") faults.push("something is left of a backup");
  if (await isThere(file)) {
    if (!isWhole(file)) faults.push("half a backup has the name of one");
    for (const suffix of ["", "-wal", "-shm"]) await rm(file + suffix, { force: true });
  }
  await commanding(one.context, [...backUp(one), "--data", join(one.folder, "data")]).done;
  if (!(await isThere(file))) faults.push("no backup can be made");
  return faults;
}

function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

function isWhole(file: string): boolean {
  try {
    const database = new DatabaseSync(file, { readOnly: true });
    const { quick_check: found } = database.prepare("PRAGMA quick_check(1)").get() ?? {};
    const { accounts } = database.prepare("SELECT count(*) AS accounts FROM account").get() ?? {};
    database.close();
    return found === "ok" && accounts === 1;
  } catch {
    return false;
  }
}
