// Whose turn it is to write a profile: one tab or worker at a time, by a Web Lock. The browser gives the lock back
// when its holder is closed or crashes.
import { AssentError } from "@assent/protocol";

export interface WritingTurn {
  /** Resolves when somebody else took the turn; never after `end`. */
  readonly lost: Promise<void>;
  end(): void;
}

export interface TurnOptions {
  /** Takes the turn from whoever has it, at once. */
  readonly takeOver: boolean;
  /** How long to wait for it otherwise. */
  readonly waitMs: number;
}

/** @throws AssentError profile_in_use; storage_failed where the browser gives no locks */
export async function takeTurn(
  name: string,
  { takeOver, waitMs }: TurnOptions,
): Promise<WritingTurn> {
  const ask = (options: LockOptions) => request(`assent profile ${name}`, options);
  try {
    // A turn that nobody has must not be refused because this machine is slow to give it: waiting comes second.
    const turn = await ask(takeOver ? { steal: true } : { ifAvailable: true });
    return turn ?? ((await ask({ signal: AbortSignal.timeout(waitMs) })) as WritingTurn);
  } catch (cause) {
    const waited = cause instanceof DOMException && cause.name === "TimeoutError";
    throw new AssentError(waited ? "profile_in_use" : "storage_failed", { cause });
  }
}

/** Undefined where it was to be given at once or not at all. Rejects as the browser does. */
function request(lockName: string, options: LockOptions): Promise<WritingTurn | undefined> {
  const answered = Promise.withResolvers<WritingTurn | undefined>();
  const lost = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  const held = navigator.locks.request(lockName, options, async (lock) => {
    answered.resolve(lock ? { lost: lost.promise, end: ended.resolve } : undefined);
    if (lock) await ended.promise;
  });
  held.catch((cause: unknown) => {
    // Refused, if it was not given yet; taken by another, if it was. Each promise takes its first outcome only.
    answered.reject(cause);
    lost.resolve();
  });
  return answered.promise;
}
