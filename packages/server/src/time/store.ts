// What is kept of time across a stop. The port that storage implements.

/** Both clocks, read together. */
export interface ClockReading {
  /** By the wall clock; milliseconds since 1970. */
  readonly wallMs: number;
  /** Since the machine was started, also while it slept. Less than before only after another start of it. */
  readonly uptimeMs: number;
}

export interface KeptTime {
  /** The last reading that was believed; where there is none, carried on by the uptime since. */
  readonly believed: ClockReading;
  /** Both clocks have agreed since then, by the wall clock. Undefined while they do not. */
  readonly agreeSinceMs: number | undefined;
}

export interface TimeStore {
  /** Undefined in a store that is new. */
  keptTime(): Promise<KeptTime | undefined>;

  /** Replaces what was kept. Resolves when that is durable. */
  keepTime(kept: KeptTime): Promise<void>;
}
