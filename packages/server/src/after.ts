// What is done later, as an argument: tests hand in a clock of their own.

/** Calls `then` once after so many milliseconds, unless what it answers is called before. */
export type After = (ms: number, then: () => void) => () => void;

/** Resolves after so many milliseconds, or as soon as `over` is aborted. */
export function pause(ms: number, after: After, over: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (over.aborted) return resolve();
    const end = () => {
      stop();
      over.removeEventListener("abort", end);
      resolve();
    };
    const stop = after(ms, end);
    over.addEventListener("abort", end);
  });
}

export const afterOnThisMachine: After = (ms, then) => {
  const timeout = setTimeout(then, ms);
  return () => clearTimeout(timeout);
};
