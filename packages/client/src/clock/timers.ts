// Clocks that ring, so that a test can say how much time went by.

/** Clocks that ring once. */
export interface Timers {
  /** Returns what ends it. */
  after(milliseconds: number, step: () => void): () => void;
}

export const systemTimers: Timers = {
  after: (milliseconds, step) => {
    const timeout = setTimeout(step, milliseconds);
    return () => clearTimeout(timeout);
  },
};
