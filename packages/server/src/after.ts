// What is done later, as an argument: tests hand in a clock of their own.

/** Calls `then` once after so many milliseconds, unless what it answers is called before. */
export type After = (ms: number, then: () => void) => () => void;

export const afterOnThisMachine: After = (ms, then) => {
  const timeout = setTimeout(then, ms);
  return () => clearTimeout(timeout);
};
