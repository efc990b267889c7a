// Judged time as a running service has it: looks each minute, keeps what it believes across a stop, and says when what is
// over age stays and when it goes again.
import type { Log } from "../log.ts";
import { createJudgedTime, type JudgedTime, type Judgement } from "./judged-time.ts";
import type { TimeStore } from "./store.ts";

export interface WatchedTime extends Pick<JudgedTime, "look" | "stampMs" | "earliestMs"> {
  /** Looks, says so where it changed, and keeps it now and then. */
  watch(): Promise<void>;
  /** The operator says that the clock is right. Resolves when that is durable. */
  confirm(): Promise<void>;
  /** Before a stop. */
  keep(): Promise<void>;
}

const keepEveryMs = 3_600_000;

export async function watchTime(parts: {
  readonly wallMs: () => number;
  readonly uptimeMs: () => number;
  readonly store: TimeStore;
  /** The operator has said so at the start. */
  readonly isClockRight: boolean;
  readonly log: Pick<Log, "warn" | "info">;
}): Promise<WatchedTime> {
  const { store, uptimeMs, log } = parts;
  const time = createJudgedTime({ ...parts, kept: await store.keptTime() });
  let told: Judgement["kind"] = "agree-since-lately";
  let keptAtMs = Number.NEGATIVE_INFINITY;

  function tell(): void {
    const { last } = time;
    if (last === told) return;
    if (last === "in-doubt") {
      log.warn(
        "the clock jumped, or may have while the service was stopped: nothing is destroyed by age until it comes right, or you say that it is: assent admin clock-is-right",
      );
    } else if (told === "in-doubt") {
      log.info("the clock is believed again: what is over age goes after a day");
    }
    told = last;
  }

  async function keep(): Promise<void> {
    keptAtMs = uptimeMs();
    await store.keepTime(time.kept());
  }

  async function watch(): Promise<void> {
    const before = told;
    time.look();
    tell();
    if (told !== before || uptimeMs() - keptAtMs >= keepEveryMs) await keep();
  }

  async function confirm(): Promise<void> {
    time.confirm();
    tell();
    await keep();
  }

  if (parts.isClockRight) await confirm();
  return {
    look: time.look,
    stampMs: time.stampMs,
    earliestMs: time.earliestMs,
    watch,
    confirm,
    keep,
  };
}
