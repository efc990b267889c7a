// What one way of abusing a service came to: what was tried, who was stopped, and what others noticed of it.

export interface AbuseRow {
  readonly title: string;
  /** As it was once seen, where nothing stood against it. */
  readonly before: string;
  readonly tried: string;
  readonly stopped: string;
  readonly noticed: string;
  /** What does not hold; nothing where the row does. */
  readonly faults: readonly string[];
}

/** Notes what does not hold, in words. */
export class Faults {
  readonly #found: string[] = [];

  /** @param what should be so */
  must(isSo: boolean, what: string): void {
    if (!isSo) this.#found.push(what);
  }

  get all(): readonly string[] {
    return this.#found;
  }
}

export function describeRow({ title, before, tried, stopped, noticed, faults }: AbuseRow): string {
  const held = faults.length === 0 ? "holds" : `DOES NOT HOLD: ${faults.join("; ")}`;
  const lines = { before, tried, stopped, noticed, so: held };
  const shown = Object.entries(lines).map(([name, text]) => `    ${name.padEnd(8)} ${text}`);
  return [title, ...shown].join("\n");
}

/** Of numbers in any order; 0 where there are none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

export function ms(value: number): string {
  return `${value.toFixed(value < 10 ? 1 : 0)} ms`;
}
