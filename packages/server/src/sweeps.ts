// What is ended by time, again and again: each thing by itself, so that one which fails stops no other.
import type { Log } from "./log.ts";

export interface Sweep {
  /** A fixed word, for the log. */
  readonly of: string;
  readonly everyMs: number;
  readonly run: () => Promise<void>;
}

export interface Sweeps {
  /** All of it, now. Resolves when each was done or has failed. */
  runAll(): Promise<void>;
  stop(): void;
}

export function startSweeps(sweeps: readonly Sweep[], log: Pick<Log, "error">): Sweeps {
  async function run(sweep: Sweep): Promise<void> {
    try {
      await sweep.run();
    } catch (error) {
      log.error(`ending what is over failed: ${sweep.of}`, error);
    }
  }
  const timers = sweeps.map((sweep) => setInterval(() => void run(sweep), sweep.everyMs).unref());
  return {
    async runAll() {
      await Promise.all(sweeps.map(run));
    },
    stop() {
      for (const timer of timers) clearInterval(timer);
    },
  };
}
