// A sender who tries in every order whether they are blocked, or whether a phone comes online: drawn anew each time, where
// the tests draw the same. Beside a service in this process, whose days pass when the drill says so.
import fc from "fast-check";
import { startTestServer } from "../../../packages/server/src/server-for-tests.ts";
import type { Lifetime } from "../../network.ts";
import { allSteps, type Difference, type Step, Twins, youngSteps } from "./mailbox-twins.ts";
import { type AbuseRow, Faults } from "./row.ts";

export async function sequences(context: Lifetime, drawn: number): Promise<AbuseRow> {
  const twins = new Twins(await startTestServer(context));
  const faults = new Faults();
  const tell = async (steps: fc.Arbitrary<Step[]>, difference: Difference) => {
    const property = fc.asyncProperty(steps, (sequence) => twins.answerAlike(sequence, difference));
    const { failed, seed, counterexamplePath, counterexample } = await fc.check(property, {
      numRuns: drawn,
    });
    const found = JSON.stringify(counterexample);
    faults.must(!failed, `${difference}: seed ${seed}, path ${counterexamplePath}: ${found}`);
    return seed;
  };
  const seeds = [await tell(allSteps, "blocked"), await tell(youngSteps, "owner away")];
  return {
    title: "Trying in every order whether one is blocked, or a phone comes online",
    before: "more than is sent ahead to a phone, and a text taken back: blocked, it was not known",
    tried: `${drawn} sequences each of puts, repeats, questions and texts taken back, beside a mailbox that differs in nothing else; seeds ${seeds.join(", ")}`,
    stopped: "each sequence of answers is the other's",
    noticed: "nothing",
    faults: faults.all,
  };
}
