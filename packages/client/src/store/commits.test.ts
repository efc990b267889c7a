// Somebody who is told of a commit and throws keeps nothing from anybody: not the commit, nor others from hearing of it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ProfileStateKeeper } from "../account/profile-state.ts";
import { Commits } from "./commits.ts";
import { Phase, Records } from "./records.ts";
import { createMemoryStore } from "./store-for-tests.ts";

test("one that throws is reported, and memory has what the disk has", async () => {
  const failures: unknown[] = [];
  const commits = new Commits((error) => failures.push(error));
  const store = createMemoryStore();
  const records = new Records(store, (changes) => commits.tell(changes));
  const state = await ProfileStateKeeper.load(records);
  let told = 0;
  commits.watch(() => {
    throw new TypeError("wrong");
  });
  const end = commits.watch(() => {
    told += 1;
  });
  await state.change({ phase: Phase.VERIFYING });
  assert.equal(state.current.phase, Phase.VERIFYING);
  assert.equal((await records.get("profile", "state"))?.phase, Phase.VERIFYING);
  assert.deepEqual([told, failures.length], [1, 1]);
  end();
  await state.change({ phase: Phase.ON });
  assert.deepEqual([told, failures.length], [1, 2]);
});
