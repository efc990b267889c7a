// Something that is done to a service's folder, and a signal in the middle of it: when the folder has changed so many times,
// so that it falls where files are made and renamed, however slow the machine is.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { watch } from "node:fs";
import { commandFile } from "../../command.ts";
import type { Lifetime } from "../../network.ts";
import type { DrilledService } from "../load/service.ts";

export const interruptingSignals = ["SIGTERM", "SIGINT", "SIGKILL"] as const;
export type InterruptingSignal = (typeof interruptingSignals)[number];

export interface Moment {
  readonly signal: InterruptingSignal;
  /** Of the watched folders. Where there are fewer, the signal comes when what was begun is done. */
  readonly afterChanges: number;
}

export interface Interrupted {
  /** Of what got the signal; null where that ended it at once. */
  readonly exitCode: number | null;
  readonly changes: number;
  /** From the signal until all of it had ended. */
  readonly tookMs: number;
}

/** What gets the signal. */
interface Victim {
  end(signal: InterruptingSignal): Promise<number | null>;
}

/** @param done resolves when there is nothing more to interrupt */
export async function interrupt(
  victim: Victim,
  done: Promise<unknown>,
  watched: readonly string[],
  { signal, afterChanges }: Moment,
): Promise<Interrupted> {
  let changes = 0;
  const reached = Promise.withResolvers<void>();
  const watchers = watched.map((folder) =>
    watch(folder, () => {
      changes += 1;
      if (changes >= afterChanges) reached.resolve();
    }),
  );
  await Promise.race([reached.promise, done]);
  const startedAt = performance.now();
  const exitCode = await victim.end(signal);
  await done;
  for (const watcher of watchers) watcher.close();
  return { exitCode, changes, tookMs: performance.now() - startedAt };
}

/** A service that is started, and its start as what can be interrupted. */
export function starting(service: DrilledService, more: readonly string[]) {
  const done = service.start([], more).catch(() => undefined);
  return { victim: service, done };
}

/** A command of an operator, in a process of its own. */
export function commanding(context: Lifetime, args: readonly string[]) {
  const command: ChildProcess = spawn(process.execPath, [commandFile, ...args], {
    stdio: "ignore",
  });
  context.after(() => command.kill("SIGKILL"));
  const ended = once(command, "exit") as Promise<[number | null]>;
  const victim: Victim = {
    async end(signal) {
      command.kill(signal);
      const [exitCode] = await ended;
      return exitCode;
    },
  };
  return { victim, done: ended };
}
