// What every measurement is given, and what it gives back.
import type { ReachedCell } from "@assent/bare-phone";
import type { PhoneNumber } from "@assent/protocol";
import type { MeasuredProcess } from "./server-process.ts";

export interface Scale {
  readonly pairs: number;
  readonly texts: number;
  readonly conversationTexts: number;
  readonly queuedTexts: number;
  readonly backlog: number;
  readonly idlePhones: number;
  readonly registrations: number;
  readonly lookups: number;
  readonly refusals: number;
}

export interface Bench {
  readonly scale: Scale;
  readonly server: MeasuredProcess;
  /** The server's, which all bare phones share. */
  readonly cell: ReachedCell;
  readonly folder: string;
  readonly progress: (line: string) => void;
}

export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What it is to be. */
  readonly reach?: string;
}

/** Where the numbers of each measurement start, so that none takes over another's account. */
export const firstNumber = {
  relay: 0,
  registration: 100_000,
  idle: 200_000,
  refusals: 300_000,
  backlog: 400_000,
} as const;

/** The n-th of a million numbers of one mobile prefix. */
export function benchNumber(index: number): PhoneNumber {
  return `+49151${String(20_000_000 + index)}` as PhoneNumber;
}

/** Runs steps with so many under way at once. */
export async function inParallel<T>(
  count: number,
  width: number,
  step: (index: number) => Promise<T>,
): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  const worker = async () => {
    while (next < count) {
      const index = next;
      next += 1;
      results[index] = await step(index);
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  return results;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
