// The log beside a model of the port, and after power cuts at every write.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { LogForTests, settled } from "./log-for-tests.ts";

test("decides as the model does, over reopenings, and erases what does not wait", async () => {
  const outcomes = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.nat(1_000_000), async (seed) => {
      const tested = new LogForTests(seed);
      await tested.open();
      for (let steps = 0; steps < 150; steps += 1) {
        tested.step();
        if (tested.below(4) === 0) await settled();
        if (tested.below(60) !== 0) continue;
        await tested.log.close();
        await tested.open(false);
      }
      await settled();
      await tested.log.durable();
      for (const mailbox of tested.mailboxes) {
        const handle = tested.log.mailbox(mailbox.row.mailboxId);
        const { model } = mailbox;
        assert.deepEqual(
          [handle?.last, handle?.acknowledged, handle?.handed, handle?.waiting],
          [model.last, model.acknowledged, model.handed, model.waiting.length],
        );
        for (const position of model.expired) {
          assert.ok(handle && tested.log.expired(handle, position));
        }
        for (const { position } of model.revoked.values()) {
          const isKnown = handle !== undefined && tested.log.takingBack.isRevoked(handle, position);
          assert.ok(isKnown || position === 0);
        }
        await tested.check(mailbox);
      }
      await tested.checkErased();
      assert.deepEqual(tested.failures, []);
      for (const outcome of tested.outcomes) outcomes.add(outcome);
    }),
    { numRuns: 40, seed: 9 },
  );
  assert.deepEqual([...outcomes].sort(), ["handed", "not-known", "revoked", "too-many"]);
});

test("after a power cut at any write, what was answered is there once, and nothing else", async () => {
  let cuts = 0;
  for (let seed = 1; cuts < 1_000; seed += 1) cuts += await cutEverywhere(seed, 3, false);
});

test("such a cut is seen to lose texts where a disk lies", async () => {
  await assert.rejects(async () => {
    for (let seed = 1; seed < 20; seed += 1) await cutEverywhere(seed, 9, true);
  }, /was lost|given out twice|damaged/);
});

/** Returns how often it cut: at each so many calls that write, until there are no more. */
async function cutEverywhere(seed: number, every: number, lies: boolean): Promise<number> {
  for (let cuts = 0; ; cuts += 1) {
    const tested = new LogForTests(seed);
    tested.files.lies = lies;
    tested.files.plan = { at: 1 + (seed % every) + cuts * every, failure: "power" };
    await Promise.race([tested.open(), settled().then(settled)]);
    for (let steps = 0; steps < 60 && tested.files.hasPower; steps += 1) {
      tested.step();
      if (tested.below(3) === 0) await settled();
    }
    await settled();
    if (tested.files.hasPower) return cuts;
    tested.files = tested.files.afterPowerCut();
    // And again, while it starts or soon after.
    tested.files.plan = { at: 1 + tested.below(30), failure: "power" };
    const isOpen = tested.open().then(() => tested.tick());
    await Promise.race([isOpen, settled().then(settled)]);
    for (let turn = 0; turn < 3; turn += 1) await settled();
    tested.files = tested.files.afterPowerCut();
    await tested.open();
    for (const mailbox of tested.mailboxes) await tested.check(mailbox);
    // It goes on from there, and ends once more.
    for (const mailbox of tested.mailboxes) tested.putAfterCut(mailbox);
    await tested.log.durable();
    await tested.checkErased();
    assert.deepEqual(tested.failures, []);
  }
}
