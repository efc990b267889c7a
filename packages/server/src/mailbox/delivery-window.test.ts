// The window on a line of 8 KB a second, which is made up here, and on a quick one.
import assert from "node:assert/strict";
import { test } from "node:test";
import { quotas } from "../limits/quotas.ts";
import { DeliveryWindow } from "./delivery-window.ts";

/** Sends a backlog over a line, a delivery at a time; a phone acknowledges each delivery when it has it. */
function deliver(bodies: readonly number[], bytesPerSecond: number) {
  let nowMs = 0;
  const window = new DeliveryWindow(quotas.mailbox, () => nowMs);
  /** What is on the line: up to which position, and when it is over. */
  const onLine: { readonly position: number; readonly atMs: number }[] = [];
  let lineFreeAtMs = 0;
  let next = 0;
  let longestSilenceMs = 0;
  let most = 0;
  let underWay = 0;
  while (next < bodies.length || onLine.length > 0) {
    for (let { room } = window; next < bodies.length && room.bytes > 0 && room.envelopes > 0; ) {
      let left = room.bytes;
      let bytes = 0;
      let count = 0;
      for (; next < bodies.length && count < room.envelopes; count += 1, next += 1) {
        const body = bodies[next] as number;
        if (count > 0 && body > left) break;
        left -= body;
        bytes += body;
      }
      window.handedOut(next, count, bytes);
      underWay += bytes;
      lineFreeAtMs = Math.max(lineFreeAtMs, nowMs) + (bytes / bytesPerSecond) * 1_000;
      onLine.push({ position: next, atMs: lineFreeAtMs });
      room = window.room;
    }
    most = Math.max(most, underWay);
    const came = onLine.shift();
    if (!came) break;
    longestSilenceMs = Math.max(longestSilenceMs, came.atMs - nowMs);
    nowMs = came.atMs;
    underWay = bodies.slice(came.position, next).reduce((sum, body) => sum + body, 0);
    window.acknowledged(came.position);
  }
  return { seconds: nowMs / 1_000, most, longestSilenceMs, delivered: next };
}

test("a phone at 8 KB a second gets through a megabyte, and is heard of every few seconds", () => {
  const texts = Array<number>(1_000).fill(1_024);
  const slow = deliver(texts, 8_192);
  assert.equal(slow.delivered, 1_000);
  assert.ok(slow.longestSilenceMs <= 8_000, `${slow.longestSilenceMs} ms`);
  assert.ok(slow.most <= 65_536, `${slow.most} bytes under way`);
  assert.ok(slow.seconds < 126, "the line is never empty");
});

test("one large envelope goes out by itself, and what follows comes in small pieces", () => {
  const slow = deliver([262_144, ...Array<number>(50).fill(1_024)], 8_192);
  assert.equal(slow.delivered, 51);
  assert.equal(slow.longestSilenceMs, 32_000);
});

test("a quick phone soon has all that may be under way", () => {
  const quick = deliver(Array<number>(2_000).fill(16_384), 10_000_000);
  assert.equal(quick.delivered, 2_000);
  assert.ok(quick.most >= quotas.mailbox.unacknowledgedBytes, `${quick.most}`);
});

test("what is under way grows to what the line carries in two seconds, at most eightfold at once", () => {
  for (const [bytesPerSecond, widths] of [
    [10_000_000, [32_768, 262_144, 1_048_576]],
    [81_920, [32_768, 196_608]],
  ] as const) {
    let nowMs = 0;
    const window = new DeliveryWindow(quotas.mailbox, () => nowMs);
    for (const [position, width] of widths.entries()) {
      const { bytes } = window.room;
      assert.equal(bytes, width);
      window.handedOut(position, 1, bytes);
      assert.equal(window.room.bytes, 0);
      nowMs += (bytes / bytesPerSecond) * 1_000;
      window.acknowledged(position);
    }
  }
});

test("texts one by one widen nothing: how much the line takes is not known by them", () => {
  let nowMs = 0;
  const window = new DeliveryWindow(quotas.mailbox, () => nowMs);
  for (let position = 1; position <= 1_000; position += 1) {
    window.handedOut(position, 1, 1_024);
    nowMs += 50;
    window.acknowledged(position);
  }
  assert.equal(window.room.bytes, quotas.mailbox.unacknowledgedBytesAtFirst);
  window.handedOut(1_001, 1, 40_000);
  assert.ok(window.room.bytes < 0);
  nowMs += 10_000;
  window.acknowledged(1_001);
  assert.equal(window.room.bytes, quotas.mailbox.leastUnacknowledgedBytes);
});
