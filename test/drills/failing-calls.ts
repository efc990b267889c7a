// Calls to the disk that fail, at the n-th and once or from then on for ever, in a service at work. Where it is a call by which
// something becomes durable, the service ends by itself: what the disk then holds is not known. Started again, it has
// everything that it answered.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import type { Lifetime } from "../network.ts";
import { Joiners } from "./load/joiners.ts";
import { DrilledService } from "./load/service.ts";
import { Village } from "./load/village.ts";
import type { TallyResult } from "./tally.ts";
import { temporaryFolder } from "./temporary-folder.ts";

export interface Failure {
  /** As the kernel calls it. */
  readonly call: "pwrite64" | "fsync" | "fdatasync";
  /** Of one thread, counted from 1. */
  readonly at: number;
  readonly forEver: boolean;
}

export interface FailingCallsDrill {
  readonly context: Lifetime;
  readonly failures: readonly Failure[];
  readonly progress: (line: string) => void;
}

export interface FailingCallsResult extends TallyResult {
  /** Services that met the failure and ended by themselves. */
  readonly ended: number;
  /** That did not meet it: nothing was written so often. */
  readonly notMet: number;
}

/** A call in a file of what must be durable, that was made to fail. */
const onCommit = /(?:\.log|assent\.db-wal)>.* = -1 EIO .*\(INJECTED\)/;
/** Many times what a service under strace takes to write again, and to end. */
const patienceMs = 120_000;

export async function failingCallsDrill(drill: FailingCallsDrill): Promise<FailingCallsResult> {
  const { context, failures, progress } = drill;
  const folder = await temporaryFolder(context);
  const service = new DrilledService(context, `${folder}/data`);
  await service.start();
  const village = await Village.settle({ origin: () => service.origin, ways: 4, window: 4 });
  context.after(() => village.close());
  village.take();
  // At work before anything fails: a disk that fails at once leaves nothing to be looked for.
  await village.send(4);
  const joiners = new Joiners(service);
  let [ended, notMet, wrong] = [0, 0, 0];
  for (const [index, failure] of failures.entries()) {
    const record = `${folder}/failed-${index}`;
    const strace = await attach(service.pid, failure, record);
    const sending = village.sendOn();
    const joining = joiners.joinAndLeave();
    const { met, isOnCommit } = await metOrEnded(service, record);
    if (!met) notMet += 1;
    else if (service.isRunning && isOnCommit) {
      wrong += 1;
      progress(`${JSON.stringify(failure)}: the service went on`);
    } else if (!service.isRunning) ended += 1;
    await service.kill();
    strace.kill("SIGKILL");
    await joining;
    await service.start();
    village.enough();
    await sending;
    await village.arrived();
    const { lost, twice, reordered } = village.tally.result();
    const others = await joiners.check();
    wrong += others.length;
    for (const other of others) progress(`${JSON.stringify(failure)}: ${other}`);
    progress(
      `${JSON.stringify(failure)}: ${met ? "met" : "not met"}; ${lost} lost, ${twice} twice, ${reordered} reordered`,
    );
  }
  const result = village.tally.result();
  return { ...result, madeUp: result.madeUp + wrong, ended, notMet };
}

/** Resolves when every thread of the process is under it. */
async function attach(pid: number, { call, at, forEver }: Failure, record: string) {
  const inject = `inject=${call}:error=EIO:when=${at}${forEver ? "+" : ""}`;
  const args = ["-f", "-y", "-o", record, "-p", String(pid), "-e", `trace=${call}`, "-e", inject];
  const strace: ChildProcess = spawn("strace", args, { stdio: ["ignore", "ignore", "pipe"] });
  // It says of each thread that it is attached; the first line comes when it began.
  if (strace.stderr) await once(strace.stderr, "data");
  await delay(100);
  return strace;
}

/** Whether the failure was met, and by what must be durable; waits for it, and for what comes of it. */
async function metOrEnded(service: DrilledService, record: string) {
  const recorded = () => readFile(record, "utf8");
  await comesTrue(async () => !service.isRunning || (await recorded()).includes("(INJECTED)"));
  // Where it may go on, it may also fail a moment later at what it must not.
  await comesTrue(async () => !service.isRunning || onCommit.test(await recorded()), 2_000);
  const isOnCommit = onCommit.test(await recorded());
  if (isOnCommit) await comesTrue(async () => !service.isRunning);
  return { met: !service.isRunning || (await recorded()).includes("(INJECTED)"), isOnCommit };
}

async function comesTrue(isSo: () => Promise<boolean>, withinMs = patienceMs): Promise<void> {
  for (const untilMs = performance.now() + withinMs; performance.now() < untilMs; await delay(50))
    if (await isSo()) return;
}
