// A sender who was blocked cannot tell, in whatever order things happen. And while a ticket is young, nothing that is
// answered tells whether the phone came online.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { startTestServer } from "../../packages/server/src/server-for-tests.ts";
import {
  allSteps,
  someSequences,
  Twins,
  unseenAnswers,
  youngSteps,
} from "../drills/abuse/mailbox-twins.ts";

// The same each time; `npm run drill:abuse` draws others.
const drawn = { numRuns: 8, seed: 1888 };

test("a blocked sender is answered as any other, in every sequence", async (context) => {
  const twins = new Twins(await startTestServer(context));
  await fc.assert(
    fc.asyncProperty(allSteps, (sequence) => twins.answerAlike(sequence, "blocked")),
    { ...drawn, examples: someSequences.map((sequence) => [sequence]) },
  );
  assert.deepEqual(unseenAnswers(twins), []);
});

test("tickets do not tell when a phone comes online, for 30 days", async (context) => {
  const twins = new Twins(await startTestServer(context));
  await fc.assert(
    fc.asyncProperty(youngSteps, (sequence) => twins.answerAlike(sequence, "owner away")),
    drawn,
  );
  // The positive control: where tickets grow old, or an address fills up, it is seen.
  for (const sequence of someSequences) {
    await assert.rejects(twins.answerAlike(sequence, "owner away"), { code: "ERR_ASSERTION" });
  }
});
