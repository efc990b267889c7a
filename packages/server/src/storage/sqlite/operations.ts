// What the rooms' operations on SQLite have in common: they run inside a transaction that others share, and say
// when they leave bytes behind that must not stay on disk.
import type { DatabaseSync } from "node:sqlite";

/** A port as it is on the worker's side: the same methods, answered at once. */
export type Operations<Port> = {
  [Name in keyof Port]: Port[Name] extends (...given: infer Given) => Promise<infer Answer>
    ? (...given: Given) => Answer
    : never;
};

export interface Workspace {
  readonly database: DatabaseSync;
  /** Something was deleted: its bytes leave the write-ahead log once the store goes quiet. */
  leavesRemains(): void;
  /** Its bytes leave the write-ahead log before this operation is answered. */
  leavesNothing(): void;
  /** Whether the last that was to leave nothing did, and all that was committed by then is in the file itself. */
  isInFile(): boolean;
}

const hourMs = 3_600_000;

/** The hour of a time, as the columns ending in _hour have it; and when it began. */
export function hourOf(time: number): number {
  return Math.floor(time / hourMs);
}

export function startOfHour(hour: number): number {
  return hour * hourMs;
}

export function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
