// What every adapter of the counting port must do, in memory or on disk.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Counted, Counters, Quota } from "../../packages/server/src/limits/counters.ts";

export interface CountersUnderTest {
  readonly counters: Counters;
  close(): Promise<void>;
}

const refilled: Quota = { kind: "refilled", most: 10, refillMs: 100 };
const windowed: Quota = { kind: "windowed", most: 3, windowMs: 240 };
const paced: Quota = { kind: "paced", pausesMs: [0, 60], windowMs: 1_000 };

const counted = (left: number, nextInMs = 0): Counted => ({ kind: "counted", left, nextInMs });
const over = (retryAfterMs: number): Counted => ({ kind: "over", retryAfterMs });

export function countersContract(name: string, open: () => Promise<CountersUnderTest>): void {
  /** Counters and one key of them, under one quota. */
  async function opened(quota: Quota, thing: "evaluations" | "codes" = "evaluations") {
    const { counters, close } = await open();
    const count = (times: number, now: number, key = "one") =>
      counters.count(thing, key, quota, times, now);
    return { counters, close, count };
  }

  test(`${name}: counted whole or not, however many come at once, each key and thing by itself`, async () => {
    const { counters, close, count } = await opened(refilled);
    const together = await Promise.all(Array.from({ length: 5 }, () => count(3, 0)));
    assert.deepEqual(together, [counted(7), counted(4), counted(1), over(200), over(200)]);
    assert.deepEqual(await count(1, 0), counted(0, 100));
    assert.deepEqual(await count(10, 0, "other"), counted(0, 100));
    assert.deepEqual(await counters.count("takes", "one", refilled, 1, 0), counted(9));
    await close();
  });

  test(`${name}: refilled one by one, to the most there is`, async () => {
    const { close, count } = await opened(refilled);
    await count(10, 0);
    assert.deepEqual(await count(1, 40), over(60));
    assert.deepEqual(await count(2, 250), counted(0, 50), "what is left over of a refill counts");
    assert.deepEqual(await count(1, 299), over(1));
    assert.deepEqual(await count(1, 300), counted(0, 100));
    assert.deepEqual(await count(1, 100_000), counted(9));
    await close();
  });

  test(`${name}: paced, and none after the last until the window ends`, async () => {
    const { close, count } = await opened(paced, "codes");
    const together = await Promise.all([count(1, 0), count(1, 0), count(1, 0)]);
    assert.deepEqual(together, [counted(2), counted(1, 60), over(60)]);
    assert.deepEqual(await count(1, 59), over(1));
    assert.deepEqual(await count(1, 60), counted(0, 940));
    assert.deepEqual(await count(1, 200), over(800));
    assert.deepEqual(await count(1, 999), over(1));
    assert.deepEqual(await count(1, 1_000), counted(2));
    await close();
  });

  test(`${name}: windowed, no more than so many in any time of that length`, async () => {
    const { counters, close, count } = await opened(windowed);
    // What was counted leaves with its part, a 24th of the window: 10.
    assert.deepEqual(await count(1, 0), counted(2));
    assert.deepEqual(await count(1, 9), counted(1));
    assert.deepEqual(await count(1, 100), counted(0, 150));
    assert.deepEqual(await count(1, 239), over(11));
    assert.deepEqual(await count(2, 240), over(10));
    assert.deepEqual(await count(3, 240), over(110), "until all have left that must");
    assert.deepEqual(await count(0, 249), counted(0, 1));
    assert.deepEqual(await count(2, 250), counted(0, 100));
    assert.deepEqual(await count(1, 349), over(1));
    assert.deepEqual(await count(1, 350), counted(0, 150));
    await counters.forget(599);
    assert.deepEqual(await count(3, 599), over(1));
    await counters.forget(600);
    assert.deepEqual(await count(3, 600), counted(0, 250));
    // A clock that goes back freezes nothing, and one that goes ahead gives nothing twice.
    assert.deepEqual(await count(1, 50), over(250));
    assert.deepEqual(await count(1, 300), counted(2));
    // Nor where some was counted before it went ahead.
    assert.deepEqual(await count(1, 0, "two"), counted(2));
    assert.deepEqual(await count(2, 200, "two"), counted(0, 50));
    assert.deepEqual(await count(1, 20, "two"), over(230));
    assert.deepEqual(await count(3, 270, "two"), counted(0, 250));
    await close();
  });

  test(`${name}: what was not done is given back, the latest first, and no more than there was`, async () => {
    const { counters, close, count } = await opened(windowed);
    const back = (times: number, key = "one") =>
      counters.giveBack([{ thing: "evaluations", key, times }]);
    await back(1, "nobody");
    await count(1, 0);
    await count(2, 100);
    await back(1);
    assert.deepEqual(await count(1, 110), counted(0, 140));
    await back(2);
    assert.deepEqual(await count(0, 249), counted(2), "the first is there still");
    await counters.forget(250);
    assert.deepEqual(await count(3, 250), counted(0, 250));
    await back(9);
    assert.deepEqual(await count(3, 251), counted(0, 250));
    await close();
  });

  test(`${name}: several together are counted all of them or none`, async () => {
    const { counters, close, count } = await opened(windowed);
    const other = { kind: "windowed", most: 2, windowMs: 480 } as const;
    const together = (now: number, key = "one") =>
      counters.countTogether(
        [
          { thing: "evaluations", key, quota: windowed, times: 1 },
          { thing: "starts", key: "all", quota: other, times: 1 },
        ],
        now,
      );
    assert.deepEqual(await together(0), { kind: "counted", left: [2, 1] });
    const answers = await Promise.all([together(0), together(0), together(0, "another")]);
    const refused = { kind: "over", of: ["starts"], retryAfterMs: 500 };
    assert.deepEqual(answers, [{ kind: "counted", left: [1, 0] }, refused, refused]);
    assert.deepEqual(await count(1, 0), counted(0, 250), "what was refused was not counted");
    assert.deepEqual(await together(100), {
      kind: "over",
      of: ["evaluations", "starts"],
      retryAfterMs: 400,
    });
    assert.deepEqual(await count(3, 0, "another"), counted(0, 250));
    await close();
  });

  test(`${name}: a clock that goes back freezes nothing until then`, async () => {
    const refilling = await opened(refilled);
    await refilling.count(10, 1_000_000);
    assert.deepEqual(await refilling.count(1, 50), over(100), "as if it had been used up now");
    assert.deepEqual(await refilling.count(1, 149), over(1));
    assert.deepEqual(await refilling.count(1, 150), counted(0, 100));
    await refilling.close();

    const pacing = await opened(paced, "codes");
    for (const now of [1_000_000, 1_000_000]) await pacing.count(1, now);
    assert.deepEqual(await pacing.count(1, 50), over(60));
    assert.deepEqual(await pacing.count(1, 110), counted(0, 940));
    assert.deepEqual(await pacing.count(1, 1_050), counted(2));
    await pacing.close();
  });

  test(`${name}: a clock that jumps far ahead gives no more than there is, then and after`, async () => {
    const { close, count } = await opened(refilled);
    await count(10, 0);
    assert.deepEqual(await count(11, 1e15), over(100));
    assert.deepEqual(await count(10, 1e15), counted(0, 100));
    assert.deepEqual(await count(1, 10), over(100), "what was used then stays used");
    assert.deepEqual(await count(1, 110), counted(0, 100));
    await close();
  });

  test(`${name}: who proves a key starts its pauses anew, and nothing else`, async () => {
    const pacing = await opened(paced, "codes");
    await pacing.count(1, 0);
    await pacing.count(1, 0);
    await pacing.counters.endPauses("evaluations", "one");
    await pacing.counters.endPauses("codes", "other");
    assert.deepEqual(await pacing.count(1, 1), over(59));
    await pacing.counters.endPauses("codes", "one");
    assert.deepEqual(await pacing.count(1, 1), counted(2));
    await pacing.close();

    const refilling = await opened(refilled);
    await refilling.count(10, 0);
    await refilling.counters.endPauses("evaluations", "one");
    assert.deepEqual(await refilling.count(1, 1), over(99));
    await refilling.close();
  });

  test(`${name}: forgets what is full again or over, and no sooner`, async () => {
    const { counters, close, count } = await opened(refilled);
    await count(3, 0);
    await counters.forget(299);
    assert.deepEqual(await count(1, 0), counted(6), "it was there still");
    await counters.forget(400);
    assert.deepEqual(await count(1, 0), counted(9));
    await close();

    const pacing = await opened(paced, "codes");
    await pacing.count(1, 0);
    await pacing.count(1, 0);
    await pacing.counters.forget(999);
    assert.deepEqual(await pacing.count(1, 1), over(59));
    await pacing.counters.forget(1_000);
    assert.deepEqual(await pacing.count(1, 1), counted(2));
    await pacing.close();
  });

  test(`${name}: what was counted by a clock far ahead is forgotten in its time all the same`, async () => {
    const { counters, close, count } = await opened(refilled);
    await count(3, 1e15);
    await counters.forget(10);
    await counters.forget(309);
    assert.deepEqual(await count(1, 10), counted(6), "seen as of 10, over at 310");
    await counters.forget(20);
    await counters.forget(411);
    assert.deepEqual(await count(1, 20), counted(9));
    await close();
  });
}
