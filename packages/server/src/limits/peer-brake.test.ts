// The brake on one address: counts by network, ends with its window, spares loopback.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createPeerBrake } from "./peer-brake.ts";

test("an address, or a /64 of IPv6, is braked until the window ends; others are not", () => {
  const clock = { nowMs: 0 };
  const brake = createPeerBrake({ count: 2, windowMs: 10_000 }, () => clock.nowMs);
  const refused = { code: "rate_limited", retryAfterSeconds: 6 };
  for (const [first, same, other] of [
    ["192.0.2.1", "192.0.2.1", "192.0.2.2"],
    ["2001:db8::1", "2001:db8:0:0:ffff::9", "2001:db8:0:1::1"],
    ["::ffff:192.0.2.9", "::ffff:192.0.2.9", "::ffff:192.0.2.8"],
  ] as const) {
    clock.nowMs = 4_000;
    brake.count(first);
    brake.count(same);
    assert.throws(() => brake.count(first), refused);
    brake.count(other);
  }
  clock.nowMs = 10_000;
  brake.count("192.0.2.1");
  for (const loopback of ["127.0.0.1", "::1", "::ffff:127.0.0.1"]) {
    for (let count = 0; count < 9; count += 1) brake.count(loopback);
  }
});
