// One of the relays that are measured beside each other, as the loads see it: phones that put, and phones that take.
import type { HowToStart, MeasuredProcess } from "../server-process.ts";

/** One sender and one recipient. Texts are counted, not kept. */
export interface Pair {
  openOutbox(onStored: (texts: number) => void): Promise<void>;
  /** @param onAcknowledged how many more are durably acknowledged */
  openInbox(
    onReceived: (texts: number) => void,
    onAcknowledged: (texts: number) => void,
  ): Promise<void>;
  put(): void;
  closeInbox(): Promise<void>;
  closeOutbox(): void;
}

export interface RunningSide {
  readonly process: MeasuredProcess;
  readonly pairs: readonly Pair[];
  /** A connection that is ready to receive, of a pair; what came before it is not counted. */
  connectOnly(pair: number): Promise<{ close(): void }>;
}

export interface Side {
  readonly name: string;
  start(
    folder: string,
    pairs: number,
    progress: (line: string) => void,
    how?: HowToStart,
  ): Promise<RunningSide>;
}

export const bodyBytes = 1_024;
