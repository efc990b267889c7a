// Half of what is free, for whoever comes: by ones, and by amounts.
import assert from "node:assert/strict";
import { test } from "node:test";
import { networkOf } from "./network.ts";
import { Places } from "./places.ts";

/** How many of so many it gets. */
function flood(places: Places, network: string, times: number): number {
  return Array.from({ length: times }).filter(() => places.take(network)).length;
}

test("one network has half, the next half of the rest; what is left again is free again", () => {
  const places = new Places(8);
  assert.equal(flood(places, "attacker", 100), 4);
  assert.equal(flood(places, "village", 100), 2);
  assert.deepEqual(
    [flood(places, "a", 9), flood(places, "b", 9), flood(places, "c", 9)],
    [1, 1, 0],
  );
  assert.equal(places.taken, 8);
  places.leave("attacker");
  assert.equal(places.take("attacker"), false, "it has more than what is free");
  assert.equal(places.take("c"), true);
});

test("an amount is had whole or not at all", () => {
  const places = new Places(100);
  assert.equal(places.take("a", 101), false);
  assert.equal(places.take("a", 40), true);
  assert.equal(places.take("a", 21), false);
  assert.equal(places.take("a", 20), true);
  assert.equal(places.take("b", 40), true, "who has nothing may take all that is free");
  places.leave("a", 60);
  assert.equal(places.taken, 40);
  assert.equal(places.take("a", 60), true);
});

test("this machine has no share of its own", () => {
  assert.equal(flood(new Places(8), networkOf("127.0.0.1"), 100), 8);
  assert.equal(flood(new Places(8), networkOf("192.0.2.1"), 100), 4);
});
