// Runs the cases of a target, counts them by their answers, and times them.
import assert from "node:assert/strict";
import { type ErrorCode, isErrorCode } from "@assent/protocol";
import fc from "fast-check";

/** "accepted": a right answer. "dropped": nothing came of it, as it should. */
export type Answer = ErrorCode | "accepted" | "dropped" | `closed ${number}`;

/** With how long it took, where making what was asked is not to be counted. */
export interface TimedAnswer {
  readonly answer: Answer;
  readonly tookMs: number;
}

export interface TargetResult {
  cases: number;
  longestMs: number;
  readonly answers: Record<string, number>;
}

export class Cases {
  /** Another for each round, or the second would repeat the first. */
  seed: number;
  readonly results = new Map<string, TargetResult>();

  constructor(seed: number) {
    this.seed = seed;
  }

  /** A property that must hold of so many made-up cases. What it answers is counted, and may not be `internal`. */
  async property<T>(
    target: string,
    cases: number,
    made: fc.Arbitrary<T>,
    check: (made: T) => Promise<Answer | TimedAnswer>,
  ): Promise<void> {
    const property = fc.asyncProperty(made, async (example) => {
      await this.one(target, () => check(example));
    });
    await fc.assert(property, { seed: this.seed, numRuns: Math.max(1, Math.round(cases)) });
  }

  async one(target: string, check: () => Promise<Answer | TimedAnswer>): Promise<void> {
    const started = performance.now();
    const given = await check();
    const { answer, tookMs } =
      typeof given === "string" ? { answer: given, tookMs: performance.now() - started } : given;
    this.note(target, answer, tookMs);
  }

  /** What is not made up, and must be answered just so. */
  async expect(target: string, expected: Answer, asked: Promise<Answer | TimedAnswer>) {
    const started = performance.now();
    const given = await asked;
    const answer = typeof given === "string" ? given : given.answer;
    assert.equal(answer, expected, target);
    this.note(target, answer, performance.now() - started);
  }

  note(target: string, answer: Answer, tookMs = 0): void {
    const result = this.results.get(target) ?? { cases: 0, longestMs: 0, answers: {} };
    this.results.set(target, result);
    result.cases += 1;
    result.longestMs = Math.max(result.longestMs, tookMs);
    result.answers[answer] = (result.answers[answer] ?? 0) + 1;
    assertOfTable(answer);
  }

  get total(): number {
    return [...this.results.values()].reduce((total, { cases }) => total + cases, 0);
  }
}

/** A code of the table that says what was wrong, or a right answer. */
function assertOfTable(answer: string): void {
  assert.notEqual(answer, "internal");
  const isKnown =
    isErrorCode(answer) || answer === "accepted" || answer === "dropped" || /^closed/.test(answer);
  assert.ok(isKnown, `${answer} is no code of the table`);
}
