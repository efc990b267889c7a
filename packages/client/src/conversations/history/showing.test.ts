// What waits to be shown is handed over in order, once, and as much at a time as is held in memory.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { PhoneNumber } from "@assent/protocol";
import { Records } from "../../store/records.ts";
import { createMemoryStore } from "../../store/store-for-tests.ts";
import { notice } from "./messages.ts";
import { type Handed, Showing } from "./showing.ts";

test("much that waits is handed over in parts, in order, each once, in a commit with what was shown before", async () => {
  let commits = 0;
  const records = new Records(createMemoryStore(), () => {
    commits += 1;
  });
  await records.step(async (step) => {
    for (let count = 1; count <= 600; count += 1) {
      step.add([await notice(step, "+447400654321" as PhoneNumber, "missing", count)]);
    }
  });
  const showing = new Showing(records);
  const parts: Handed[] = [];
  const before = commits;
  for (let handed = await showing.next(); handed; handed = await showing.next(handed)) {
    parts.push(handed);
    // Noted by now, with the part that it was handed over with: what a killed program had in its hands is this part alone.
    const left = await records.list("unshown");
    assert.equal(left.length, 600 - 256 * (parts.length - 1));
    assert.equal(left.filter(({ record }) => record.showing).length, handed.events.length);
  }
  assert.equal(commits - before, parts.length + 1);
  assert.deepEqual(await records.keys("unshown"), []);
  assert.deepEqual(
    parts.map(({ events }) => events.length),
    [256, 256, 88],
  );
  assert.deepEqual(
    parts.flatMap(({ events }) => events.map((event) => "count" in event && event.count)),
    Array.from({ length: 600 }, (_, index) => index + 1),
  );
});
