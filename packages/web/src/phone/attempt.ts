// Something that is asked of the phone, one try at a time: whether it is under way, and what went wrong.
import { AssentError, type ErrorCode } from "@assent/protocol";
import { useRef, useState } from "react";
import { codeOf } from "./error-code.ts";

export interface Attempt {
  readonly isUnderway: boolean;
  readonly problem: ErrorCode | undefined;
  /** From when on another try is taken, where the service said so. */
  readonly waitUntil: Date | undefined;
  /** Does nothing while one is under way. */
  run(step: () => Promise<void>): void;
}

type Outcome = Pick<Attempt, "isUnderway" | "problem" | "waitUntil">;

const untried: Outcome = { isUnderway: false, problem: undefined, waitUntil: undefined };

export function useAttempt(): Attempt {
  const [outcome, setOutcome] = useState(untried);
  const isUnderway = useRef(false);
  const run = async (step: () => Promise<void>) => {
    if (isUnderway.current) return;
    isUnderway.current = true;
    setOutcome({ ...untried, isUnderway: true });
    try {
      await step();
      setOutcome(untried);
    } catch (error) {
      setOutcome({ isUnderway: false, problem: codeOf(error), waitUntil: waitUntilOf(error) });
    } finally {
      isUnderway.current = false;
    }
  };
  return { ...outcome, run: (step) => void run(step) };
}

function waitUntilOf(error: unknown): Date | undefined {
  const seconds = error instanceof AssentError ? error.retryAfterSeconds : undefined;
  return seconds === undefined ? undefined : new Date(Date.now() + seconds * 1_000);
}
