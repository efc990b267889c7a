// Work that a service asks for before it sends an SMS. Done a little at a time, so that whatever else runs in the same thread
// goes on, and only as much as the contract lets a service ask for: whoever asks for more is not believed.
import {
  AssentError,
  isFitWork,
  type RequiredWork,
  work,
  workParts,
  workSubject,
} from "@assent/protocol";
import type { Timers } from "../clock/timers.ts";

export interface Working {
  /** Ends the work. */
  readonly signal?: AbortSignal | undefined;
  /** Hears how much is done, from 0 to 1: where nothing is asked for, nothing. */
  readonly working?: ((done: number) => void) | undefined;
}

// Some ten milliseconds, on a slow phone some more.
const stepsAtOnce = 16;
const triesOfAnAsking = 3;

/** @throws AssentError service_untrusted where too much is asked for, consent_required where it was ended */
export async function doWork(
  asked: RequiredWork,
  sealedNumber: Uint8Array,
  { signal, working, timers }: Working & { readonly timers: Timers },
) {
  if (!isFitWork(asked)) throw new AssentError("service_untrusted");
  const { challenge, bits } = asked;
  const doing = work(workSubject(challenge, sealedNumber), bits);
  working?.(0);
  for (let steps = 1; ; steps += 1) {
    if (signal?.aborted) throw new AssentError("consent_required");
    const step = doing.next();
    if (step.done) {
      working?.(1);
      return { challenge: new Uint8Array(challenge), numbers: step.value };
    }
    if (steps % stepsAtOnce !== 0) continue;
    working?.(step.value / workParts);
    await new Promise<void>((resolve) => void timers.after(0, resolve));
  }
}

/** Asks, and where work is asked for first, asks again with it: the service may ask for more meanwhile, but not for ever. */
export async function askWithWork<Answer>(
  ask: (asked: RequiredWork | undefined) => Promise<Answer>,
): Promise<Answer> {
  let asked: RequiredWork | undefined;
  for (let tries = 1; ; tries += 1) {
    try {
      return await ask(asked);
    } catch (error) {
      const isAskedForMore = error instanceof AssentError && error.work && tries < triesOfAnAsking;
      if (!isAskedForMore) throw error;
      asked = error.work;
    }
  }
}
