// How long to wait before a lost connection is tried again: longer each time, never at the same moment as everybody else.

const firstMs = 1_000;
const longestMs = 30_000;
// What the service closes with where it stops, or has no place now (docs/protocol.md), and what it asks for then.
const askedToWait: ReadonlySet<number | undefined> = new Set([1012, 1013]);
const askedLeastMs = 5_000;
const askedMostMs = 30_000;

export interface LostConnection {
  /** What the service closed it with, where it said. */
  readonly closeCode: number | undefined;
  /** The service did not open one: it has no place now. */
  readonly hasNoPlace: boolean;
  /** How long there was one; 0 where it could not be opened. */
  readonly lastedMs: number;
}

export class ComingBack {
  readonly #random: () => number;
  #nextMs = firstMs;

  /** @param random at least 0, below 1. */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** The pause after a connection was lost, or could not be had. */
  pauseMs({ closeCode, hasNoPlace, lastedMs }: LostConnection): number {
    if (hasNoPlace || askedToWait.has(closeCode))
      return between(askedLeastMs, askedMostMs, this.#random());
    if (lastedMs > longestMs) this.#nextMs = firstMs;
    const mostMs = this.#nextMs;
    this.#nextMs = Math.min(2 * mostMs, longestMs);
    return between(mostMs / 2, mostMs, this.#random());
  }
}

function between(least: number, most: number, random: number): number {
  return Math.round(least + random * (most - least));
}
