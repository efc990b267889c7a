// After a lost connection phones come back one by one, and after one that the service asked them to leave, later.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ComingBack } from "./coming-back.ts";

const lost = { closeCode: undefined, hasNoPlace: false, lastedMs: 0 };

test("each pause is up to twice as long as the one before, up to 30 seconds", () => {
  const [soonest, latest] = [new ComingBack(() => 0), new ComingBack(() => 0.9999999)];
  const pauses = (of: ComingBack) => Array.from({ length: 7 }, () => of.pauseMs(lost));
  assert.deepEqual(pauses(soonest), [500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000]);
  assert.deepEqual(pauses(latest), [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
});

test("a connection that lasted begins them anew", () => {
  const comingBack = new ComingBack(() => 0);
  for (let count = 0; count < 5; count += 1) comingBack.pauseMs(lost);
  assert.equal(comingBack.pauseMs({ ...lost, lastedMs: 30_000 }), 15_000);
  assert.equal(comingBack.pauseMs({ ...lost, lastedMs: 30_001 }), 500);
});

test("whom the service asks to come back later comes after 5 to 30 seconds", () => {
  for (const asked of [{ closeCode: 1012 }, { closeCode: 1013 }, { hasNoPlace: true }]) {
    const pauseMs = (random: number) =>
      new ComingBack(() => random).pauseMs({ ...lost, lastedMs: 60_000, ...asked });
    assert.deepEqual([pauseMs(0), pauseMs(0.9999999)], [5_000, 30_000]);
  }
  assert.equal(new ComingBack(() => 0).pauseMs({ ...lost, closeCode: 1000 }), 500);
});
