// Of which SMS a report is still waited for: each is heard once, and none that was not sent here. In memory, and bounded.
import type { SmsHearing, SmsReport } from "../transport.ts";

export interface AwaitedReports {
  /** Before it leaves: its report may come before its answer. */
  awaitFor(key: string): void;
  report(key: string, report: SmsReport): void;
}

/** @param most the oldest are forgotten beyond these. */
export function awaitReports(reported: SmsHearing["reported"], most: number): AwaitedReports {
  const awaited = new Set<string>();
  return {
    awaitFor(key) {
      awaited.add(key);
      const [oldest] = awaited.size > most ? awaited : [];
      if (oldest !== undefined) awaited.delete(oldest);
    },
    report(key, report) {
      if (awaited.delete(key)) reported(key, report);
    },
  };
}
