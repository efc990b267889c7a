// Waiting for something that goes on whether anybody waits for it or not.

export interface Waiting {
  /** Ends the waiting, not what was begun: it is done, or goes on with the next connection. */
  readonly signal?: AbortSignal;
}

/** What was begun, for as long as somebody waits. Rejects with the signal's reason when that is aborted. */
export function waitingFor<T>(begun: Promise<T>, { signal }: Waiting = {}): Promise<T> {
  if (!signal) return begun;
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const giveUp = () => reject(signal.reason);
  if (signal.aborted) giveUp();
  signal.addEventListener("abort", giveUp);
  begun.then(resolve, reject).finally(() => signal.removeEventListener("abort", giveUp));
  return promise;
}
