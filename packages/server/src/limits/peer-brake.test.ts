// The brake on one address: counts by network, lets one more through in time, spares loopback.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createMemoryCounters } from "./memory-counters.ts";
import { createPeerBrake } from "./peer-brake.ts";

test("an address, or a /64 of IPv6, is braked until there is room again; others are not", async () => {
  const clock = { nowMs: 0 };
  const brake = createPeerBrake({
    counters: createMemoryCounters(100),
    thing: "starts",
    quota: { kind: "refilled", most: 2, refillMs: 10_000 },
    now: () => clock.nowMs,
  });
  const refused = (retryAfterSeconds: number) => ({ code: "rate_limited", retryAfterSeconds });
  for (const [first, same, other] of [
    ["192.0.2.1", "192.0.2.1", "192.0.2.2"],
    ["2001:db8::1", "2001:db8:0:0:ffff::9", "2001:db8:0:1::1"],
    ["::ffff:192.0.2.9", "::ffff:192.0.2.9", "::ffff:192.0.2.8"],
  ] as const) {
    clock.nowMs = 0;
    await brake.count(first);
    clock.nowMs = 4_000;
    await brake.count(same);
    await assert.rejects(brake.count(first), refused(6));
    await brake.count(other);
  }
  clock.nowMs = 10_000;
  await brake.count("192.0.2.1");
  await assert.rejects(brake.count("192.0.2.1"), refused(10));
  for (const loopback of ["127.0.0.1", "::1", "::ffff:127.0.0.1"]) {
    for (let count = 0; count < 9; count += 1) await brake.count(loopback);
  }
});
