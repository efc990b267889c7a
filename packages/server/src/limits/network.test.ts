// Which addresses are counted as one.
import assert from "node:assert/strict";
import { test } from "node:test";
import { householdOf, loopbackNetwork, networkOf } from "./network.ts";

test("a household is an address of IPv4 or a /64 of IPv6, in whatever spelling", () => {
  for (const address of [
    "2001:db8::1",
    "2001:DB8:0:0:ffff::9",
    "2001:0db8:0000::1",
    "2001:db8::%eth0",
  ])
    assert.equal(householdOf(address), "2001:db8:0:0", address);
  assert.notEqual(householdOf("2001:db8:0:1::1"), householdOf("2001:db8::1"));
  assert.equal(householdOf("::ffff:192.0.2.9"), "192.0.2.9");
  assert.notEqual(householdOf("192.0.2.8"), householdOf("192.0.2.9"));
});

test("a network is a /24 of IPv4 or a /48 of IPv6; this machine is one of its own", () => {
  assert.equal(networkOf("192.0.2.8"), networkOf("::ffff:192.0.2.250"));
  assert.notEqual(networkOf("192.0.2.8"), networkOf("192.0.3.8"));
  assert.equal(networkOf("2001:db8:7::1"), networkOf("2001:db8:7:ffff::1"));
  assert.notEqual(networkOf("2001:db8:7::1"), networkOf("2001:db8:8::1"));
  for (const address of ["127.0.0.1", "::1", "::ffff:127.9.9.9"])
    assert.equal(networkOf(address), loopbackNetwork);
  assert.notEqual(networkOf(undefined), loopbackNetwork);
});
