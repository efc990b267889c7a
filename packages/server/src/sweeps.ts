// What is ended by time, again and again: each thing by itself, so that one which fails stops no other. What was promised
// to go within minutes goes by the clock as it is; what somebody would miss goes only while the clock can be believed.
import type { Log } from "./log.ts";
import type { Judgement, OverAge } from "./time/judged-time.ts";

interface SweepOfAnything {
  /** A fixed word, for the log. */
  readonly of: string;
  readonly everyMs: number;
}

/** By the clock as it is. */
export interface PromptSweep extends SweepOfAnything {
  readonly run: () => Promise<void>;
}

/** Only while the clock can be believed. */
export interface SweepByAge extends SweepOfAnything {
  readonly runByAge: (overAge: OverAge) => Promise<void>;
}

export interface Sweeps {
  /** All of it, now. Resolves when each was done or has failed. */
  runAll(): Promise<void>;
  stop(): void;
}

export function startSweeps(
  sweeps: readonly (PromptSweep | SweepByAge)[],
  judge: () => Judgement,
  log: Pick<Log, "error">,
): Sweeps {
  async function run(sweep: PromptSweep | SweepByAge): Promise<void> {
    try {
      if ("run" in sweep) return await sweep.run();
      const judgement = judge();
      if (judgement.kind === "agree") await sweep.runByAge(judgement);
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
