// How much comes of what somebody writes who was not answered. Their own app keeps to the length of a text; whoever changed theirs
// does not. What is more is not receipted, so that their app does not say that it arrived. The count is in memory: begun anew with
// each start.
import { limits } from "@assent/protocol";
import { isOver } from "../../clock/elapsed.ts";
import { hasAtMost } from "../../content/content.ts";
import type { Meaning } from "../../content/understanding.ts";
import { type Person, Standing } from "../../store/records.ts";

const day = 86_400_000;
const mostADay = 1_000;
// What is around a text: its salt, its times, what it answers.
const bytesAround = 1_024;

export class Unanswered {
  readonly #now: () => number;
  readonly #came = new Map<string, { readonly sinceMs: number; readonly count: number }>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Whether one more text of an account comes to nothing; it is counted where it does not. */
  isOneTooMany(account: string, person: Person): boolean {
    if (!isUnansweredHere(person)) return false;
    const known = this.#came.get(account);
    const nowMs = this.#now();
    const came = known && !isOver(known.sinceMs, day, nowMs) ? known : { sinceMs: nowMs, count: 0 };
    if (came.count >= mostADay) return true;
    this.#came.set(account, { ...came, count: came.count + 1 });
    return false;
  }
}

/** Whether what is kept of a content is more than is taken of them. */
export function isTooLongOf(person: Person, meaning: Meaning, encoded: Uint8Array): boolean {
  if (!isUnansweredHere(person)) return false;
  const isText = meaning.kind === "text" || meaning.kind === "edit";
  return (
    encoded.length > limits.unansweredTextBytes + bytesAround ||
    (isText && !hasAtMost(meaning.text, limits.unansweredTextBytes))
  );
}

/** Whoever was given an address, and has not written as a stranger since, may take it that they were answered. */
function isUnansweredHere({ standing, addressesGivenAtMs }: Person): boolean {
  return standing !== Standing.CURRENT && addressesGivenAtMs === 0n;
}
